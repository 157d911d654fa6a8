import type { Saga } from '../../lib/saga/saga.ts';
import { isTerminal } from '../../lib/saga/saga.ts';
import { amend } from '../../lib/workflow/amend.ts';
import { isFarOff } from '../../lib/workflow/result.ts';
import { listSagas } from '../../lib/workflow/saga-store.ts';
import { wake } from '../../lib/workflow/wake-up.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import type { Mapping } from '../../local/mapping/mapping.ts';
import type { Place } from './place.ts';

export interface DriveOptions {
  readonly interrupted: AbortSignal;
  /** Moves the embedded clock to the next due date instead of waiting for it. */
  readonly fastForward: boolean;
  /** Digests of plans that may be carried out; each is approved when a saga waits with it. */
  readonly approve: readonly string[];
}

const openSagas = async ({ ledger }: Workflow): Promise<Saga[]> => {
  const open: Saga[] = [];
  for await (const { saga } of listSagas(ledger)) if (!isTerminal(saga)) open.push(saga);
  return open;
};

const dueWithin = ({ wait }: Saga, now: number): number => (wait === null || wait.until === null ? 0 : Math.max(0, Math.ceil((wait.until - now) / 1_000)));

/** The queues are empty, so a saga with a step due soon has lost its message: the ledger sends it anew. */
const wakeTheLost = async (workflow: Workflow, sagas: readonly Saga[]): Promise<number> => {
  const now = workflow.clock.now();
  const lost = sagas.filter((saga) => !isFarOff(saga, now));
  for (const saga of lost) await wake(workflow.queue, saga, dueWithin(saga, now));
  return lost.length;
};

const approveWaiting = async ({ ledger, queue, clock }: Workflow, sagas: readonly Saga[], digests: readonly string[]): Promise<number> => {
  let approved = 0;
  for (const { sagaId, wait, plan } of sagas) {
    if (wait?.why !== 'approval' || plan === null || !digests.includes(plan.digest)) continue;
    const amended = await amend(ledger, sagaId, clock.now(), ({ saga }) =>
      saga.plan?.digest === plan.digest ? [{ type: 'Approved', at: clock.now(), digest: plan.digest, by: 'run --approve' }] : [],
    );
    if (amended?.changed === true) {
      await wake(queue, amended.stored.saga, 0);
      approved += 1;
    }
  }
  return approved;
};

/** What people stopped may have been let go since the last run: each such saga looks once. */
const wakeTheStopped = async ({ queue }: Workflow, sagas: readonly Saga[]): Promise<void> => {
  for (const saga of sagas) if (/^(paused|held|credentials-refused|previous-generation)/.test(saga.wait?.why ?? '')) await wake(queue, saga, 0);
};

const nextFarDate = (sagas: readonly Saga[]): number | null => {
  const dates = sagas.flatMap(({ wait }) => (wait?.until == null ? [] : [wait.until]));
  return dates.length === 0 ? null : Math.min(...dates);
};

/**
 * Watches over a run until nothing is due within 900 seconds any more, waiting through every shorter delay; answers early
 * when interrupted. The functions do the work meanwhile, triggered by their queues.
 */
export const drive = async (place: Place, functions: Mapping, { interrupted, fastForward, approve }: DriveOptions): Promise<void> => {
  const { workflow } = place;
  const { clock } = workflow;
  const skipTo = (at: number): void => place.advance(Math.max(0, at - clock.now()));
  let isFirst = true;
  for (;;) {
    const idle = await functions.idle(interrupted);
    if (idle.nextAt !== null) {
      if (fastForward) skipTo(idle.nextAt);
      else await clock.sleep(Math.max(0, idle.nextAt - clock.now()), interrupted);
      continue;
    }
    const sagas = await openSagas(workflow);
    if (isFirst) await wakeTheStopped(workflow, sagas);
    isFirst = false;
    if ((await approveWaiting(workflow, sagas, approve)) + (await wakeTheLost(workflow, sagas)) > 0) continue;
    if ((await functions.idle(interrupted)).nextAt !== null) continue;
    const far = fastForward ? nextFarDate(sagas) : null;
    if (far === null) return;
    skipTo(far);
  }
};
