import type { SagaId } from '../../../events/messages.ts';
import type { Dated } from '../../saga/facts.ts';
import { type Hold, type Saga, isTerminal } from '../../saga/saga.ts';
import { earliestErasing, liveSchedules } from '../../saga/schedules.ts';
import { amend } from '../records/amend.ts';
import { readControls, setHold, setPause } from '../records/controls.ts';
import { readOpenUnlessNewer } from '../records/saga-store.ts';
import { wake } from '../wake-up.ts';
import type { Store } from '../workflow.ts';
import { recordedHoldOn } from './held.ts';
import { type Target, concerns } from './targets.ts';

/** What a stop has come to, and for which open sagas. */
export interface Stopped {
  /** A call that was sent before the stop arrived cannot be taken back. */
  readonly answer: 'effective' | 'a call may be under way';
  readonly sagas: readonly Saga[];
  /** The first date at which a cloud erases something these sagas scheduled, whatever is held (epoch ms). */
  readonly erasesAt: number | null;
  /** Ids of sagas that a newer Probate wrote: whether they are open, concerned or calling is not for this one to tell (H32). */
  readonly newer: readonly string[];
}

const stopped = (sagas: readonly Saga[], newer: readonly string[]): Stopped => {
  const dates = sagas.map(earliestErasing).filter((date) => date !== null);
  return {
    answer: newer.length > 0 || sagas.some(({ attempt }) => attempt !== null) ? 'a call may be under way' : 'effective',
    sagas,
    newer,
    erasesAt: dates.length === 0 ? null : Math.min(...dates),
  };
};

/** Brings facts to one open saga and wakes it, so that it decides by them at once; answers it as it then stands. */
const tell = async ({ ledger, queue, clock }: Store, sagaId: SagaId, bring: (saga: Saga) => readonly Dated[]): Promise<Saga | null> => {
  const amended = await amend(ledger, sagaId, clock.now(), ({ saga }) => (isTerminal(saga) ? [] : bring(saga)));
  if (amended === null) return null;
  if (amended.changed) await wake(queue, amended.stored.saga, 0);
  return isTerminal(amended.stored.saga) ? null : amended.stored.saga;
};

/** Brings each concerned open saga the facts that follow for it; which they are is decided on the saga as it is when written. */
const tellAll = async (store: Store, target: Target, bring: (saga: Saga) => readonly Dated[]): Promise<Pick<Stopped, 'sagas' | 'newer'>> => {
  const { sagas: open, newer } = await readOpenUnlessNewer(store.ledger);
  const told: Saga[] = [];
  for (const { sagaId } of open.filter((saga) => concerns(saga, target))) {
    const saga = await tell(store, sagaId, bring);
    if (saga !== null) told.push(saga);
  }
  return { sagas: told, newer };
};

/**
 * Holds a target: on record first, so that no worker that reads the controls from now on makes a call; then in each open saga
 * it concerns, so that an intent that is being written right now loses the race for the saga (design.md, Ledger).
 */
export const hold = async (store: Store, target: Target, asked: Hold): Promise<Stopped> => {
  await setHold(store.ledger, target.key, asked);
  const { sagas, newer } = await tellAll(store, target, () => [{ type: 'Held', at: store.clock.now(), hold: asked }]);
  return stopped(sagas, newer);
};

/** What went on; `lifted` is null where nothing stopped it. */
interface Lifted extends Pick<Stopped, 'sagas' | 'newer'> {
  readonly lifted: Hold | null;
}

/** Lifts the hold on a target; a saga that another hold concerns too stays held. */
export const release = async (store: Store, target: Target): Promise<Lifted> => {
  const { ledger, clock } = store;
  const lifted = (await readControls(ledger)).holds[target.key] ?? null;
  await setHold(ledger, target.key, null);
  const controls = await readControls(ledger);
  const told = await tellAll(store, target, (saga) => {
    const at = clock.now();
    const left = recordedHoldOn(saga, controls, at);
    if (left !== null) return [{ type: 'Held', at, hold: left }];
    return saga.hold === null ? [] : [{ type: 'Released', at }];
  });
  return { lifted, ...told };
};

/** Stops every deletion; read by every worker right before each call. Sagas whose schedules run out by themselves are woken, to turn back. */
export const pause = async (store: Store, asked: Hold): Promise<Stopped> => {
  await setPause(store.ledger, asked);
  const { sagas: open, newer } = await readOpenUnlessNewer(store.ledger);
  for (const saga of open) if (saga.state === 'verifying' && liveSchedules(saga).length > 0) await wake(store.queue, saga, 0);
  return stopped(open, newer);
};

/** Lets everything go on, opens the keys that a bad signature closed, and wakes whatever waited for either. */
export const resume = async (store: Store): Promise<Lifted & { readonly keysOpened: number }> => {
  const before = await readControls(store.ledger);
  await setPause(store.ledger, null);
  const { sagas: open, newer } = await readOpenUnlessNewer(store.ledger);
  const waiting = open.filter(({ wait }) => /^(paused|credentials-refused)/.test(wait?.why ?? ''));
  for (const saga of waiting) await wake(store.queue, saga, 0);
  return { lifted: before.pause, keysOpened: before.closedKeys.length, sagas: waiting, newer };
};

/** Why a plan cannot be approved, and what to do instead. */
interface Unapprovable {
  readonly why: string;
  readonly remedy: string;
}

export type Approval = { readonly kind: 'approved' | 'already-approved'; readonly saga: Saga } | ({ readonly kind: 'refused' } & Unapprovable);

const LOOK = 'see what it does, and what it needs, with npx probate status';

const unapprovable = (saga: Saga, digest: string): Unapprovable | null => {
  const { state, mode, plan, wait, approvedDigest } = saga;
  if (isTerminal(saga)) {
    return mode === 'plan' ? { why: `it is ${state} in plan mode`, remedy: 'send its event again to carry it out' } : { why: `it is ${state} and waits for no approval`, remedy: LOOK };
  }
  if (plan === null) return { why: 'it has no plan yet', remedy: 'go on with npx probate run, and look at the plan it makes' };
  if (plan.digest !== digest) return { why: `its plan is now ${plan.digest}`, remedy: 'look at that one before you approve it' };
  if (approvedDigest === digest || wait?.why === 'approval') return null;
  return { why: `it waits for no approval: it is ${state}${wait === null ? '' : ` (${wait.why})`}`, remedy: LOOK };
};

/** Approves the very plan that a saga waits with, and no other; `by` says who. */
export const approve = async ({ ledger, queue, clock }: Store, sagaId: SagaId, digest: string, by: string): Promise<Approval> => {
  const amended = await amend(ledger, sagaId, clock.now(), ({ saga }) =>
    unapprovable(saga, digest) !== null || saga.approvedDigest === digest ? [] : [{ type: 'Approved', at: clock.now(), digest, by }],
  );
  if (amended === null) return { kind: 'refused', why: 'the ledger holds no such saga', remedy: LOOK };
  const { changed, stored } = amended;
  const refusal = changed ? null : unapprovable(stored.saga, digest);
  if (refusal !== null) return { kind: 'refused', ...refusal };
  if (changed) await wake(queue, stored.saga, 0);
  return { kind: changed ? 'approved' : 'already-approved', saga: stored.saga };
};
