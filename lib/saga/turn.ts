import { stageKey } from '../../events/decommissioned-instance.ts';
import { sha256 } from './canonical.ts';
import { evolveAll } from './evolve.ts';
import type { Dated, Fact } from './facts.ts';
import type { Input, LookRequest, Next, Sight } from './input.ts';
import type { Policy } from './policy.ts';
import { type Attempt, type Call, type Saga, type SecretRecord, isBeforePivot, queueOf } from './saga.ts';
import { cancelBy, cancellable, lastErasing, liveSchedules, toCancel } from './schedules.ts';
import type { CsmsSecret } from './seen.ts';
import { lookStep, stepName, stepOf } from './steps.ts';
import type { Failure } from './verdict.ts';

/** One pass of `decide`: the saga as it would stand after the facts gathered so far, and all there is to decide by. */
export interface Turn {
  readonly saga: Saga;
  readonly facts: readonly Dated[];
  readonly input: Input;
  readonly policy: Policy;
  readonly now: number;
}

/** A step ends with what the shell does next, or with a turn to go on deciding from. */
export type Outcome = { readonly turn: Turn; readonly next: Next | 'decide-again' };

/** States facts: they are folded at once, and written before anything is done about them. */
export const record = (turn: Turn, ...facts: readonly Fact[]): Turn => {
  const dated = facts.map((fact): Dated => ({ ...fact, at: turn.now }));
  return { ...turn, saga: evolveAll(turn.saga, dated), facts: [...turn.facts, ...dated] };
};

export const again = (turn: Turn): Outcome => ({ turn, next: 'decide-again' });
/** Ends in a write of the facts so far, then decides anew. */
export const commit = (turn: Turn): Outcome => ({ turn, next: { do: 'commit' } });
export const end = (turn: Turn): Outcome => ({ turn, next: { do: 'end' } });
export const stillWaiting = (turn: Turn): Outcome => ({ turn, next: { do: 'wait' } });

/** A wait that is repeated without bound never gets shorter than this, or a zero in the policy would be a tight loop. */
const FLOOR_MS = 1_000;
export const atLeastFloor = (milliseconds: number): number => Math.max(FLOOR_MS, milliseconds);

/** How often a quarantine that was let run out is looked at in its last hours: until its date a hold or a pause still saves it. */
const LAST_HOURS_RECHECK_MS = 3_600_000;

/** Waits until then, but never past the moment by which a quarantine must be decided, nor long while it still can be otherwise. */
export const wait = (turn: Turn, until: number | null, why: string): Outcome => {
  const { saga, now } = turn;
  const undecided = isBeforePivot(saga) && saga.state !== 'compensating';
  const decideBy = undecided ? cancelBy(saga) : null;
  const lookBy = decideBy === null ? null : decideBy > now ? decideBy : now + LAST_HOURS_RECHECK_MS;
  const bounded = lookBy === null ? until : Math.min(until ?? lookBy, lookBy);
  // Backoff and pace come in fractions; a date in the ledger is a whole millisecond.
  const whole = bounded === null ? null : Math.ceil(bounded);
  return stillWaiting(record(turn, { type: 'Waited', wait: { until: whole, queue: queueOf(saga.state), why } }));
};

/** Ends the saga in that state. */
export const settle = (turn: Turn, state: Extract<Fact, { type: 'Settled' }>['state'], reason: string | null): Outcome =>
  again(record(turn, { type: 'Settled', state, reason }));

/** Exponential with a jitter drawn from the saga's own id: repeatable, yet no two sagas in step. */
const backoffMs = ({ saga, policy }: Turn, failures: number): number => {
  const { baseSeconds, capSeconds } = policy.retry;
  const full = Math.min(capSeconds, baseSeconds * 2 ** Math.min(failures - 1, 30)) * 1_000;
  const jitter = Number.parseInt(sha256(`${saga.sagaId} ${failures}`).slice(0, 4), 16) / 0x1_00_00;
  return atLeastFloor(full * (0.75 + jitter / 4));
};

/** Stops trying: forward only after the pivot, back before it, and never parked with a schedule of ours alive. */
export const giveUp = (turn: Turn, reason: string): Outcome => {
  const { saga } = turn;
  const pending = liveSchedules(saga).length > 0 || saga.attempt !== null;
  if (saga.state === 'compensating') return settle(turn, pending ? 'compensation-failed' : 'parked', reason);
  if (saga.state === 'verifying') return pending && isBeforePivot(saga) ? compensate(turn, reason, 'parked') : parkAtLast(turn, reason);
  if (!isBeforePivot(saga)) return again(record(turn, { type: 'VerifyingStarted', parkAfterwards: reason }));
  return pending || saga.purgeStartedAt !== null ? compensate(turn, reason, 'parked') : settle(turn, 'parked', reason);
};

/** Past the pivot nothing is cancelled any more: what this saga scheduled is proven at its date, and only then is the saga set aside. */
const parkAtLast = (turn: Turn, reason: string): Outcome => {
  const ahead = liveSchedules(turn.saga).flatMap(({ schedule }) => (schedule?.eraseAt == null || schedule.eraseAt <= turn.now ? [] : [schedule.eraseAt]));
  return ahead.length === 0 ? settle(turn, 'parked', reason) : wait(record(turn, { type: 'VerifyingStarted', parkAfterwards: reason }), Math.min(...ahead), 'pending');
};

/** Turns back: what this saga scheduled is cancelled, what was erased is proven, nothing further is deleted. */
export const compensate = (turn: Turn, cause: string, endsIn: 'restored' | 'parked'): Outcome =>
  again(record(turn, { type: 'CompensationStarted', compensation: { since: turn.now, cause, endsIn } }));

const CLOSED_KEY_RECHECK_MS = 3_600_000;

/** A call by its step, whether it was made or not. */
type Named = Pick<Call, 'op' | 'key'>;

/** What failed: `step` names the counter it runs up, `what` says which of its calls or reads it was; `call` is null for a read. */
export interface Tried {
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
  const isAnotherDue = call?.op === 'cancel' && toCancel(saga, policy).some(({ target }) => (saga.failures[stepName('cancel', target.key)] ?? 0) < failures);
  if (isAnotherDue) return now + FLOOR_MS;
  return now + Math.max(backoff, Math.min(LONGEST_UNCANCELLED_MS, (lastTry - now) * SHARE_OF_WHAT_IS_LEFT));
};

/** One more failure of a step: it is tried again as often as the policy allows, and while turning back as long as that can still help. */
export const failedAgain = (turn: Turn, tried: Tried, code: string): Outcome => {
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
const afterFailure = (turn: Turn, tried: Tried, failure: Failure): Outcome => {
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

/** Counts one failure of a look, be it that what it showed tells nothing, and waits, or gives up; `of` is what was read. */
export const lookFailed = (turn: Turn, purpose: string, failure: Failure, of: string): Outcome => {
  const step = lookStep(purpose);
  return afterFailure(turn, { step, what: `${step} (${of})`, call: null }, failure);
};

export const A_LOOK_AT_NOTHING: Omit<LookRequest, 'begunAfter'> = { csms: false, show: [], stages: [], sae: [], claims: [], allowance: null };

const isLate = (seen: { readonly begunAt: number } | null | undefined, begunAfter: number): boolean => seen != null && seen.begunAt > begunAfter;

/** Which parts of a look are still to be read; null when everything asked for has been seen late enough. */
const unseen = (sight: Sight, look: LookRequest): LookRequest | null => {
  const { begunAfter } = look;
  const rest: LookRequest = {
    begunAfter,
    csms: look.csms && !isLate(sight.csms, begunAfter),
    show: look.show.filter((name) => !isLate(sight.shown[name], begunAfter)),
    stages: look.stages.filter((stage) => !isLate(sight.stages[stageKey(stage)], begunAfter)),
    sae: look.sae.filter(({ namespaceId }) => !isLate(sight.sae[namespaceId], begunAfter)),
    claims: look.claims.some(({ key }) => !(sight.claimed?.keys.includes(key) ?? false)) ? look.claims : [],
    allowance: sight.allowance === null ? look.allowance : null,
  };
  const done = !rest.csms && rest.show.length + rest.stages.length + rest.sae.length + rest.claims.length === 0 && rest.allowance === null;
  return done ? null : rest;
};

/** Whether a list that is asked for again took so long to read that it can never be fresh. */
const isTooSlow = ({ csms, sae }: Sight, rest: LookRequest): boolean =>
  (rest.csms && (csms?.readMs ?? 0) >= FRESH_MS) || rest.sae.some(({ namespaceId }) => (sae[namespaceId]?.readMs ?? 0) >= FRESH_MS);

/** Asks for what has not been seen yet, or gives the reason why it could not be; null when all of it is in sight. Its failures count as those of `look PURPOSE`. */
export const lookFor = (turn: Turn, purpose: string, look: Partial<LookRequest> & Pick<LookRequest, 'begunAfter'>): Outcome | null => {
  const rest = unseen(turn.input.sight, { ...A_LOOK_AT_NOTHING, ...look });
  if (rest === null) return null;
  const { failure } = turn.input.sight;
  if (failure !== null) return lookFailed(turn, purpose, failure.failure, failure.of);
  // Read once more it would be too old again, without end.
  if (turn.input.occurrence.kind === 'looked' && isTooSlow(turn.input.sight, rest)) return lookFailed(turn, purpose, { kind: 'retryable', code: 'list-too-slow' }, 'list');
  return { turn, next: { do: 'look', look: rest } };
};

const NOT_LISTED: readonly CsmsSecret[] = [];
/** The project's list as it is in sight; nothing while none is. */
export const listed = ({ input }: Turn): readonly CsmsSecret[] => input.sight.csms?.secrets ?? NOT_LISTED;

/** Lists older than this say nothing about now (design.md, batch-delete takes an instance). */
const FRESH_MS = 10_000;

/**
 * The moment after which a list must have begun to be fresh, and to be younger than `notBefore` too. A date from the
 * future tells that the clock was set back since, and says nothing; no list from before that is kept by anybody.
 */
export const freshAfter = (turn: Turn, notBefore: number): number => youngerThan(turn, FRESH_MS, notBefore);

/** What only cancels or proves may go by a list that takes so long to read that it is never fresh, though by no older one. */
const OLDEST_MS = 60_000;
const readingMs = ({ csms, sae }: Sight): number => Math.max(csms?.readMs ?? 0, ...Object.values(sae).map(({ readMs }) => readMs));

/** As `freshAfter`, but how long the lists in sight took to read is not counted. */
export const readAfter = (turn: Turn, notBefore: number): number => youngerThan(turn, Math.min(OLDEST_MS, FRESH_MS + readingMs(turn.input.sight)), notBefore);

const youngerThan = ({ now }: Turn, ageMs: number, notBefore: number): number => Math.max(now - ageMs, notBefore > now ? 0 : notBefore);

const UNDO: Readonly<Record<Call['op'], string | null>> = {
  schedule: 'cancel the scheduled deletion',
  cancel: 'schedule the deletion again',
  'delete-copy': null,
  'delete-stage': null,
  'batch-delete': null,
  'delete-named': null,
};

/** Intends one call: its intent and its undo are facts before anything is sent. */
export const intend = (turn: Turn, call: Call): Outcome => {
  const { saga, now, policy } = turn;
  const notAfter = now + policy.retry.deadlineSeconds * 1_000;
  const attempt: Attempt = {
    number: saga.attempts + 1,
    call,
    at: now,
    notAfter,
    settledAt: notAfter + policy.retry.settleSeconds * 1_000,
    undo: UNDO[call.op],
    unknownBecause: null,
  };
  return { turn: record(turn, { type: 'CallIntended', attempt }), next: { do: 'call', attempt } };
};

/** Counts one failure of a call's own step and waits, or gives up; giving up one cancellation leaves the others to be tried. */
export const callFailed = (turn: Turn, call: Named, failure: Failure): Outcome => {
  const step = stepOf(call);
  const lastTry = lastTryAt(turn, call);
  const isTooLate = lastTry === null || turn.now >= lastTry;
  const isLastTry = failure.kind === 'retryable' && isTooLate && (turn.saga.failures[step] ?? 0) + 1 >= turn.policy.retry.attempts;
  if (call.op === 'cancel' && (isLastTry || failure.kind === 'terminal')) {
    return again(record(turn, { type: 'CancelGivenUp', key: call.key, code: failure.code }));
  }
  return afterFailure(turn, { step, what: step, call }, failure);
};
