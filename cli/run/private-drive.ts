import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUEUE_NAMES } from '../../events/messages.ts';
import { parseWakeUp } from '../../events/parse.ts';
import { openState } from '../../lib/adapters/sqlite/state.ts';
import { LONGEST_DELAY_SECONDS } from '../../lib/ports/queue.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { readSaga } from '../../lib/workflow/records/saga-store.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import { type Workflow, makeWorkflow } from '../../lib/workflow/workflow.ts';

const VISIBILITY_SECONDS = 600;

/**
 * Works on chosen sagas of a ledger without touching its queues, so that nobody else's step is taken along: a plan run
 * and an undo move their own sagas only. Ends when nothing is due within 900 seconds.
 */
export const driveAlone = async (
  shared: Workflow,
  options: { readonly readOnly: boolean; readonly mayWorkOn: (saga: Saga) => boolean; readonly interrupted: AbortSignal },
  begin: (workflow: Workflow) => Promise<void>,
): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'probate-'));
  const scratch = openState(directory);
  const { queue } = scratch;
  const workflow = makeWorkflow({ ...shared, queue, writers: options.readOnly ? null : shared.writers, newToken: randomUUID });
  try {
    await begin(workflow);
    while (!options.interrupted.aborted && (await workOffOne(workflow, options.mayWorkOn, options.interrupted))) {
      // Each pass works off what one queue had ready, or waited for the next delayed message.
    }
  } finally {
    scratch.close();
    rmSync(directory, { recursive: true, force: true });
  }
};

const workOffOne = async (workflow: Workflow, mayWorkOn: (saga: Saga) => boolean, signal: AbortSignal): Promise<boolean> => {
  const { queue, ledger, clock } = workflow;
  for (const name of QUEUE_NAMES) {
    const [message] = await queue.receive(name, { max: 1, visibilitySeconds: VISIBILITY_SECONDS, waitSeconds: 0 });
    if (message === undefined) continue;
    const parsed = parseWakeUp(message.body);
    const stored = parsed.kind === 'parsed' ? await readSaga(ledger, parsed.value.sagaId) : null;
    if (parsed.kind === 'parsed' && stored !== null && mayWorkOn(stored.saga)) await workOff(workflow, parsed.value, { remainingMs: () => (signal.aborted ? 0 : Infinity) });
    await queue.acknowledge(name, [message.receipt]);
    return true;
  }
  const depths = await Promise.all(QUEUE_NAMES.map((name) => queue.depth(name)));
  const next = depths.flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt]));
  if (next.length === 0) return false;
  const delay = Math.min(...next) - clock.now();
  if (delay > LONGEST_DELAY_SECONDS * 1_000) return false;
  await clock.sleep(Math.max(1, delay), signal).catch(() => undefined);
  return true;
};
