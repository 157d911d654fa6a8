import { SagaId } from '../../events/messages.ts';
import { readSaga } from '../../lib/workflow/saga-store.ts';
import { wake } from '../../lib/workflow/wake-up.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';

const MOST_AT_ONCE = 100;
/** A sweep runs every minute, so it sends what falls due before the next one, with the exact delay. */
const AHEAD_MS = 60_000;

/** Sends a wake-up for every saga that is due: whatever the queue lost, the ledger still knows. */
export const sweep = async ({ ledger, queue, clock }: Pick<Workflow, 'ledger' | 'queue' | 'clock'>): Promise<number> => {
  const due = await ledger.due('saga', clock.now() + AHEAD_MS, MOST_AT_ONCE);
  for (const { id } of due) {
    const stored = await readSaga(ledger, SagaId.parse(id));
    if (stored === null) continue;
    const until = stored.saga.wait?.until ?? 0;
    await wake(queue, stored.saga, Math.max(0, Math.ceil((until - clock.now()) / 1_000)));
  }
  return due.length;
};
