import { sha256 } from './canonical.ts';
import { type Call, type SecretRecord, isBeforePivot } from './saga.ts';
import { cancellable, lastErasing, liveSchedules, toCancel } from './schedules.ts';
import { lookStep, stepName, stepOf } from './steps.ts';
import { type Turn, type TurnOutcome, again, atLeastFloor, record, settle, wait } from './turn.ts';
import type { Failure } from './verdict.ts';

/** Exponential with a jitter drawn from the saga's own id: repeatable, yet no two sagas in step. */
const backoffMs = ({ saga, policy }: Turn, failures: number): number => {
  const { baseSeconds, capSeconds } = policy.retry;
  const full = Math.min(capSeconds, baseSeconds * 2 ** Math.min(failures - 1, 30)) * 1_000;
  const jitter = Number.parseInt(sha256(`${saga.sagaId} ${failures}`).slice(0, 4), 16) / 0x1_00_00;
  return atLeastFloor(full * (0.75 + jitter / 4));
};

/** Stops trying: forward only after the pivot, back before it, and never parked with a schedule of ours alive. */
export const giveUp = (turn: Turn, reason: string): TurnOutcome => {
  const { saga } = turn;
  const pending = liveSchedules(saga).length > 0 || saga.attempt !== null;
  if (saga.state === 'compensating') return settle(turn, pending ? 'compensation-failed' : 'parked', reason);
  if (saga.state === 'verifying') return pending && isBeforePivot(saga) ? compensate(turn, reason, 'parked') : parkAtLast(turn, reason);
  if (!isBeforePivot(saga)) return again(record(turn, { type: 'VerifyingStarted', parkAfterwards: reason }));
  return pending || saga.purgeStartedAt !== null ? compensate(turn, reason, 'parked') : settle(turn, 'parked', reason);
};

/** Past the pivot nothing is cancelled any more: what this saga scheduled is proven at its date, and only then is the saga set aside. */
const parkAtLast = (turn: Turn, reason: string): TurnOutcome => {
  const ahead = liveSchedules(turn.saga).flatMap(({ schedule }) => (schedule?.eraseAt == null || schedule.eraseAt <= turn.now ? [] : [schedule.eraseAt]));
  return ahead.length === 0 ? settle(turn, 'parked', reason) : wait(record(turn, { type: 'VerifyingStarted', parkAfterwards: reason }), Math.min(...ahead), 'pending');
};

/** Turns back: what this saga scheduled is cancelled, what was erased is proven, nothing further is deleted. */
export const compensate = (turn: Turn, cause: string, endsIn: 'restored' | 'parked'): TurnOutcome =>
  again(record(turn, { type: 'CompensationStarted', compensation: { since: turn.now, cause, endsIn } }));

const CLOSED_KEY_RECHECK_MS = 3_600_000;

/** A call by its step, whether it was made or not. */
type Named = Pick<Call, 'op' | 'key'>;

/** What failed: `step` names the counter it runs up, `what` says which of its calls or reads it was; `call` is null for a read. */
interface Tried {
  readonly step: string;
  readonly what: string;
  readonly call: Named | null;
}

/** What of the saga's schedules hangs on that: of a cancellation its own secret, of anything else whatever there is. */
const dependsOn = ({ saga, policy }: Turn, call: Named | null): readonly SecretRecord[] =>
  cancellable(saga, policy).filter(({ target }) => call?.op !== 'cancel' || target.key === call.key);

/**
 * Until when it helps a saga that turns back to try again: a call begun later could be answered after the erasing date.
 * null where nothing has a date, and everywhere else: there a saga that gives up loses nothing (H38).
 */
const lastTryAt = (turn: Turn, call: Named | null): number | null => {
  const { saga, policy } = turn;
  const erasing = saga.state === 'compensating' ? lastErasing(saga, dependsOn(turn, call)) : null;
  return erasing === null ? null : erasing - policy.retry.deadlineSeconds * 1_000;
};

/** Turning back that failed as often as the policy allows is tried each hour, and the more often the less time is left. */
const LONGEST_UNCANCELLED_MS = 3_600_000;
const SHARE_OF_WHAT_IS_LEFT = 0.25;

/** When a step of turning back is tried again though its attempts are used up; the next secret of the same round follows at once. */
const triedAgainAt = ({ saga, now, policy }: Turn, { step, call }: Tried, lastTry: number, backoff: number): number => {
  const failures = saga.failures[step] ?? 0;
  const isAnotherDue = call?.op === 'cancel' && toCancel(saga, policy, now).some(({ target }) => (saga.failures[stepName('cancel', target.key)] ?? 0) < failures);
  if (isAnotherDue) return now + atLeastFloor(0);
  return now + Math.max(backoff, Math.min(LONGEST_UNCANCELLED_MS, (lastTry - now) * SHARE_OF_WHAT_IS_LEFT));
};

/** One more failure of a step: it is tried again as often as the policy allows, and while turning back as long as that can still help. */
export const failedAgain = (turn: Turn, tried: Tried, code: string): TurnOutcome => {
  const { step, what, call } = tried;
  const { now, policy } = turn;
  const counted = record(turn, { type: 'StepFailed', step, code });
  const failures = counted.saga.failures[step] ?? 1;
  const lastTry = lastTryAt(counted, call);
  const isInTime = lastTry !== null && now < lastTry;
  const inTime = (at: number): number => (isInTime ? Math.min(at, lastTry) : at);
  const backoff = backoffMs(counted, failures);
  if (failures < policy.retry.attempts) return wait(counted, inTime(now + backoff), `retry: ${what}: ${code}`);
  const reason = `${what} failed ${failures} times: ${code}`;
  return isInTime ? wait(counted, inTime(triedAgainAt(counted, tried, lastTry, backoff)), `not-cancelled: ${reason}`) : giveUp(counted, reason);
};

/** What a failed read or write of one step means for the saga. */
const afterFailure = (turn: Turn, tried: Tried, failure: Failure): TurnOutcome => {
  const { saga, now } = turn;
  switch (failure.kind) {
    case 'throttled': {
      const pause = failure.retryAfterMs ?? (failure.quota === null ? backoffMs(turn, saga.throttles + 1) : failure.quota.perSeconds * 1_000);
      return wait(record(turn, { type: 'Throttled', code: failure.code }), now + atLeastFloor(pause), `throttled: ${failure.code}`);
    }
    case 'unauthenticated':
      return wait(turn, now + CLOSED_KEY_RECHECK_MS, `credentials-refused: ${failure.code}`);
    case 'retryable':
    case 'unknown':
      return failedAgain(turn, tried, failure.code);
    case 'terminal':
    case 'alreadyGone':
    case 'pending':
    case 'notPending':
    case 'blocked':
      return giveUp(turn, `${tried.what}: ${failure.code}`);
  }
};

/** Counts one failure of a look that could not be made, or that told nothing; then waits, or gives up. `of` is what was read. */
export const lookFailed = (turn: Turn, purpose: string, failure: Failure, of: string): TurnOutcome => {
  const step = lookStep(purpose);
  return afterFailure(turn, { step, what: `${step} (${of})`, call: null }, failure);
};

/** Counts one failure of a call's own step and waits, or gives up; giving up one cancellation leaves the others to be tried. */
export const callFailed = (turn: Turn, call: Named, failure: Failure): TurnOutcome => {
  const step = stepOf(call);
  const lastTry = lastTryAt(turn, call);
  const isTooLate = lastTry === null || turn.now >= lastTry;
  const isLastTry = failure.kind === 'retryable' && isTooLate && (turn.saga.failures[step] ?? 0) + 1 >= turn.policy.retry.attempts;
  if (call.op === 'cancel' && (isLastTry || failure.kind === 'terminal')) {
    return again(record(turn, { type: 'CancelGivenUp', key: call.key, code: failure.code }));
  }
  return afterFailure(turn, { step, what: step, call }, failure);
};
