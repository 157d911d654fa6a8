import type { Saga } from '../../lib/saga/saga.ts';
import { mayBeOver } from '../../lib/saga/waits.ts';
import { readOpenUnlessNewer } from '../../lib/workflow/records/saga-store.ts';
import { isFarOff } from '../../lib/workflow/result.ts';
import { approve } from '../../lib/workflow/stops/stops.ts';
import { wake } from '../../lib/workflow/wake-up.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import type { Mapping } from '../../local/mapping/mapping.ts';
import { who } from '../terminal/who.ts';
import type { Place } from './place.ts';

/** How a run is watched over. */
export interface DriveOptions {
  readonly interrupted: AbortSignal;
  /** Moves the embedded clock to the next due date instead of waiting for it. */
  readonly fastForward: boolean;
  /** Digests of plans that may be carried out; each is approved when a saga waits with it. */
  readonly approve: readonly string[];
}

const dueWithin = ({ wait }: Saga, now: number): number => (wait === null || wait.until === null ? 0 : Math.max(0, Math.ceil((wait.until - now) / 1_000)));

/** Whether anything is due soon: a saga's step, or an event not taken in yet. A wake-up left over from either is not waited for. */
const isAnythingNear = async ({ queue, clock }: Workflow, sagas: readonly Saga[]): Promise<boolean> =>
  sagas.some((saga) => !isFarOff(saga, clock.now())) || (await queue.depth('decommissions')).nextAt !== null;

/**
 * The queues are empty, so a saga with a step due soon has lost its message: the ledger sends it anew. One that was woken at
 * this very turn before had that message given up by its queue, and would lose the next as well. Answers how many were woken.
 */
const wakeTheLost = async ({ queue, clock }: Workflow, sagas: readonly Saga[], wokenAtTurn: Map<string, number>): Promise<number> => {
  const now = clock.now();
  const lost = sagas.filter((saga) => !isFarOff(saga, now) && wokenAtTurn.get(saga.sagaId) !== saga.turn);
  for (const saga of lost) {
    wokenAtTurn.set(saga.sagaId, saga.turn);
    await wake(queue, saga, dueWithin(saga, now));
  }
  return lost.length;
};

const approveWaiting = async (workflow: Workflow, sagas: readonly Saga[], digests: readonly string[]): Promise<number> => {
  let approved = 0;
  for (const { sagaId, wait, plan } of sagas) {
    if (wait?.why !== 'approval' || plan === null || !digests.includes(plan.digest)) continue;
    if ((await approve(workflow, sagaId, plan.digest, who())).kind === 'approved') approved += 1;
  }
  return approved;
};

/** A run that was killed may have written a step and not sent its message: what is overdue while nothing is under way looks once. */
const wakeTheOverdue = async ({ queue, clock }: Workflow, sagas: readonly Saga[]): Promise<number> => {
  const now = clock.now();
  const overdue = sagas.filter((saga) => !isFarOff(saga, now) && dueWithin(saga, now) === 0);
  for (const saga of overdue) await wake(queue, saga, 0);
  return overdue.length;
};

/** Since the last run a stop may have been lifted, the trouble with a cancellation mended, or approval no longer be asked for: each such saga looks once. */
const wakeTheStopped = async ({ queue }: Workflow, sagas: readonly Saga[]): Promise<number> => {
  const stopped = sagas.filter(({ wait }) => mayBeOver(wait?.why ?? ''));
  for (const saga of stopped) await wake(queue, saga, 0);
  return stopped.length;
};

const nextFarDate = (sagas: readonly Saga[]): number | null => {
  const dates = sagas.flatMap(({ wait }) => (wait?.until == null ? [] : [wait.until]));
  return dates.length === 0 ? null : Math.min(...dates);
};

/**
 * Watches over a run until nothing is due within 900 seconds any more, waiting through every shorter delay; answers early
 * when interrupted. The functions do the work meanwhile, triggered by their queues. What a newer Probate wrote is left to it.
 */
export const drive = async (place: Place, functions: Mapping, { interrupted, fastForward, approve: digests }: DriveOptions): Promise<void> => {
  const { workflow } = place;
  const { clock } = workflow;
  const skipTo = (at: number): void => place.advance(Math.max(0, at - clock.now()));
  const wokenAtTurn = new Map<string, number>();
  let isFirst = true;
  for (;;) {
    const { nextAt } = await functions.idle(interrupted);
    const { sagas } = await readOpenUnlessNewer(workflow.ledger);
    const woken = (isFirst ? (await wakeTheStopped(workflow, sagas)) + (await wakeTheOverdue(workflow, sagas)) : 0) + (await approveWaiting(workflow, sagas, digests));
    isFirst = false;
    if (woken > 0) continue;
    if (nextAt !== null && (await isAnythingNear(workflow, sagas))) {
      if (fastForward) skipTo(nextAt);
      else await clock.sleep(Math.max(0, nextAt - clock.now()), interrupted);
      continue;
    }
    if (nextAt === null && (await wakeTheLost(workflow, sagas, wokenAtTurn)) > 0) continue;
    const far = fastForward ? nextFarDate(sagas) : null;
    if (far === null) return;
    skipTo(far);
  }
};
