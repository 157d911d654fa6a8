import { SagaId, type WakeUpQueue } from '../../../events/messages.ts';
import { LONGEST_DELAY_SECONDS, type OutgoingMessage } from '../../ports/queue.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Saga } from '../../saga/saga.ts';
import { NewerSaga, type StoredSaga, readUnlessNewer, writeSaga } from '../records/saga-store.ts';
import type { TimeLeft } from '../time-left.ts';
import { wakeUpOf } from '../wake-up.ts';
import { type CloudlessParts, SILENT } from '../workflow.ts';

const PAGE = 100;
/** What the sending of one page may take. */
const MARGIN_MS = 10_000;

/**
 * Moves a due saga's next date on, in one conditional write that only one of two sweeps wins; null for the other, and for
 * a saga that has gone on since the index was read. What a newer Probate wrote is nobody's here to wake, but must not keep
 * the others asleep (H32).
 */
const claimDue = async ({ ledger, clock }: Pick<CloudlessParts, 'ledger' | 'clock'>, id: string, before: number): Promise<StoredSaga | NewerSaga | null> => {
  const item = await ledger.read('saga', id);
  if (item === null || item.wakeAt === null || item.wakeAt > before) return null;
  const stored = await readUnlessNewer(ledger, SagaId.parse(id));
  if (stored instanceof NewerSaga) return stored;
  return stored === null || stored.version !== item.version ? null : writeSaga(ledger, stored, stored.lease, clock.now());
};

/** A far date is sent before its time. What comes up later than its time has lost its message, or never had one (H56). */
const tellLate = (telemetry: Telemetry, saga: Saga, now: number): void => {
  const until = saga.wait?.until ?? null;
  if (until === null || until <= now) telemetry.tell({ kind: 'woken-late', lateMs: until === null ? null : now - until }, saga);
};

/**
 * Sends a wake-up, with the exact delay, for every saga whose time comes within the look-ahead: far dates, and whatever
 * the queue has lost. A claim that is not followed by its message, because of a crash, falls due again 15 minutes later.
 * Rejects with NewerSaga, once all others are sent, where a newer Probate wrote one of them.
 */
export const sendDue = async (store: Pick<CloudlessParts, 'ledger' | 'queue' | 'clock'>, lookAheadSeconds: number, timeLeft: TimeLeft, telemetry: Telemetry = SILENT): Promise<number> => {
  const { ledger, queue, clock } = store;
  const before = clock.now() + Math.min(lookAheadSeconds, LONGEST_DELAY_SECONDS - 1) * 1_000;
  let sent = 0;
  const newer = new Map<string, NewerSaga>();
  while (timeLeft.remainingMs() > MARGIN_MS) {
    const messages = new Map<WakeUpQueue, OutgoingMessage[]>();
    let claimed = 0;
    const known = newer.size;
    // Those a newer Probate wrote stay due: a page of nothing else must not be the last.
    for (const { id } of await ledger.due('saga', before, PAGE + known)) {
      const stored = newer.has(id) ? null : await claimDue(store, id, before);
      if (stored instanceof NewerSaga) newer.set(id, stored);
      if (stored === null || stored instanceof NewerSaga) continue;
      claimed += 1;
      tellLate(telemetry, stored.saga, clock.now());
      const { name, message } = wakeUpOf(stored.saga, Math.max(0, Math.ceil(((stored.saga.wait?.until ?? 0) - clock.now()) / 1_000)));
      messages.set(name, [...(messages.get(name) ?? []), message]);
    }
    for (const [name, some] of messages) await queue.send(name, some);
    sent += claimed;
    // The index may lag behind the claims: a page of nothing new is the end of it.
    if (claimed === 0 && newer.size === known) break;
  }
  for (const one of newer.values()) throw one;
  return sent;
};
