import { resolveAttempt } from './attempt.ts';
import { afterBatchReply } from './batch.ts';
import { turnBack } from './compensation.ts';
import { stopOf } from './controls.ts';
import { blocked } from './dependants.ts';
import { callFailed, compensate } from './failure.ts';
import type { Decision, Input, Reply } from './input.ts';
import { beforeTouching, makeThePlan } from './planning.ts';
import type { Policy } from './policy.ts';
import { purge, startPurge } from './purge.ts';
import { quarantine } from './quarantine.ts';
import { type Attempt, type Blocker, type Call, type Saga, isBeforePivot, isTerminal, queueOf } from './saga.ts';
import { cancelBy } from './schedules.ts';
import { reachedAnother } from './stray.ts';
import { type Turn, type TurnOutcome, again, record, stillWaiting, wait } from './turn.ts';
import { verify } from './verification.ts';
import { mayBeOver } from './waits.ts';
import { watchEnded, watchOpen } from './watch.ts';

/** How long a stopped saga sleeps before it looks again whether it still is; whoever lifts the stop wakes it at once. */
const STOPPED_RECHECK_MS = 3_600_000;
/** The previous generation wakes this one when it ends; this look is only for a lost message, and no run should wait for it. */
const PREVIOUS_RECHECK_MS = 3_600_000;

/** Waits that a person may have ended, or that end with a schedule somebody may have cancelled: each wake-up looks. */
const endsByAnAct = (why: string): boolean => mayBeOver(why) || why.startsWith('pending');

const isStillWaiting = ({ saga, now, input }: Turn): boolean => {
  const { wait: waiting } = saga;
  if (waiting === null || input.occurrence.kind !== 'woken' || endsByAnAct(waiting.why)) return false;
  return waiting.until === null || now < waiting.until;
};

const stopped = (turn: Turn): TurnOutcome | null => {
  const stop = stopOf(turn.saga, turn.input.controls, turn.now);
  if (stop === null) return null;
  const until = Math.min(stop.hold.until ?? Infinity, turn.now + STOPPED_RECHECK_MS);
  return wait(turn, until, `${stop.why}: ${stop.hold.reason}`);
};

/** A quarantine is never left to run out undecided: six hours before its date whatever has not been decided turns back. */
const ranOutOfTime = (turn: Turn): TurnOutcome | null => {
  const { saga, now } = turn;
  const decideBy = isBeforePivot(saga) ? cancelBy(saga) : null;
  return decideBy !== null && now >= decideBy
    ? compensate(turn, `recovery window nearly over before the purge (${saga.wait?.why ?? saga.state})`, 'restored')
    : null;
};

const towardsDeletion = (turn: Turn): TurnOutcome => {
  const { saga, now } = turn;
  const late = ranOutOfTime(turn);
  if (late !== null) return late;
  if (saga.plan === null) return makeThePlan(turn);
  const hindered = stopped(turn) ?? (saga.state === 'purging' ? null : beforeTouching(turn, saga.plan));
  if (hindered !== null) return hindered;
  if (saga.state === 'purging') return purge(turn, saga.plan);
  if (saga.mode === 'recoverable') {
    if (saga.soakUntil === null) return quarantine(turn, saga.plan);
    if (now < saga.soakUntil) return wait(turn, saga.soakUntil, 'soak');
  }
  return startPurge(turn, saga.plan);
};

const proceed = (turn: Turn): TurnOutcome => {
  if (isStillWaiting(turn)) return stillWaiting(turn);
  if (isTerminal(turn.saga)) return watchEnded(turn);
  const watched = watchOpen(turn);
  return 'outcome' in watched ? watched.outcome : goOn(watched.turn);
};

const goOn = (turn: Turn): TurnOutcome => {
  const { saga, input, now } = turn;
  // A plan touches nothing, so it has nothing to wait for.
  if (saga.state === 'received' && input.previousOpen && saga.mode !== 'plan') return wait(turn, now + PREVIOUS_RECHECK_MS, 'previous-generation');
  if (saga.attempt !== null) return (saga.state === 'compensating' ? null : ranOutOfTime(turn)) ?? resolveAttempt(turn, saga.attempt);
  switch (saga.state) {
    case 'received':
    case 'planned':
    case 'quarantined':
    case 'purging':
      return towardsDeletion(turn);
    case 'verifying':
      return verify(turn);
    case 'compensating':
      return turnBack(turn);
    case 'gone':
    case 'restored':
    case 'refused':
    case 'parked':
    case 'compensation-failed':
      return watchEnded(turn);
  }
};

const blockerOf = (attempt: Attempt, blocker: { kind: Blocker['kind']; name: string }, code: string): Blocker[] =>
  attempt.call.op === 'delete-copy' ? [{ secretId: attempt.call.secretId, kind: blocker.kind, name: blocker.name, code, seenBy: 'DeleteSecret' }] : [];

const afterReply = (turn: Turn, attempt: Attempt, { verdict, told }: Reply): TurnOutcome => {
  const { number, call } = attempt;
  switch (verdict.kind) {
    case 'done': {
      const astray = call.op === 'schedule' || call.op === 'cancel' ? reachedAnother(turn, attempt, call, told) : null;
      if (astray !== null) return astray;
      const done = record(turn, { type: 'CallSucceeded', number, told });
      return call.op === 'batch-delete' && told.batch !== undefined ? afterBatchReply(done, call, told.batch) : again(done);
    }
    case 'unknown':
      return again(record(turn, { type: 'EffectUnknown', number, code: verdict.code, settledAt: attempt.settledAt }));
    case 'notPending':
      // The cloud's own word that nothing is scheduled: a read tells at once whether that is our doing.
      return again(record(turn, { type: 'EffectUnknown', number, code: verdict.code, settledAt: turn.now }));
    case 'pending':
      // Our own schedule may be what is pending, if an earlier attempt of it never got a reply.
      return call.op === 'schedule' && turn.saga.unanswered.some(({ key }) => key === call.key)
        ? again(record(turn, { type: 'EffectUnknown', number, code: verdict.code, settledAt: turn.now }))
        : afterPending(record(turn, { type: 'CallFailed', number, failure: verdict }), call, verdict.code);
    case 'alreadyGone': {
      const failed = record(turn, { type: 'CallFailed', number, failure: verdict });
      // No cloud says of a whole instance that it is gone already; if that were believed, the call would be made for ever. Of a
      // secret to be restored one such word is no proof (H45): the look before the next try tells.
      return call.op === 'batch-delete' || call.op === 'cancel' ? callFailed(failed, call, { kind: 'retryable', code: verdict.code }) : again(failed);
    }
    case 'blocked':
      return blocked(record(turn, { type: 'CallFailed', number, failure: verdict }), blockerOf(attempt, verdict.blocker, verdict.code));
    case 'throttled':
    case 'retryable':
    case 'unauthenticated':
      return callFailed(record(turn, { type: 'CallFailed', number, failure: verdict }), call, verdict);
    case 'terminal':
      return afterTerminal(record(turn, { type: 'CallFailed', number, failure: verdict }), attempt, verdict.code);
  }
};

/** A secret that is scheduled already needs nothing of us; for the other calls that is a failure like any other, counted and bounded. */
const afterPending = (turn: Turn, call: Call, code: string): TurnOutcome => {
  switch (call.op) {
    case 'schedule':
    case 'delete-named':
      return again(turn);
    case 'cancel':
    case 'delete-stage':
    case 'delete-copy':
    case 'batch-delete':
      return callFailed(turn, call, { kind: 'retryable', code });
  }
};

/** A last word about one named secret or stage leaves the others to be worked off; about the instance or a copy it ends the purge. */
const afterTerminal = (turn: Turn, { call }: Attempt, code: string): TurnOutcome => {
  switch (call.op) {
    case 'cancel':
    case 'delete-stage':
    case 'delete-named':
      return again(turn);
    case 'schedule':
    case 'delete-copy':
    case 'batch-delete':
      return callFailed(turn, call, { kind: 'terminal', code });
  }
};

const respond = (turn: Turn): TurnOutcome => {
  const { occurrence } = turn.input;
  const { attempt } = turn.saga;
  switch (occurrence.kind) {
    case 'replied':
      return attempt?.number === occurrence.number ? afterReply(turn, attempt, occurrence.reply) : proceed(turn);
    case 'withdrawn':
      return attempt?.number === occurrence.number
        ? again(record(turn, { type: 'CallWithdrawn', number: occurrence.number, why: occurrence.why }))
        : proceed(turn);
    case 'paced':
      return wait(turn, occurrence.until, 'pace');
    case 'woken':
    case 'committed':
    case 'looked':
      return proceed(turn);
  }
};

/**
 * Turning back is handed over to the queue `compensations`, which is served first. Any other change of queue, as by a proof
 * that is due at once, is worked on where the saga is; and where there is only to wait or to end nobody has to take over.
 */
const handOver = (turn: Turn, from: Saga, outcome: TurnOutcome): TurnOutcome => {
  const queue = queueOf(turn.saga.state);
  const needsNoHands = outcome.next === 'decide-again' || outcome.next.do === 'wait' || outcome.next.do === 'end';
  if (needsNoHands || queue !== 'compensations' || queue === queueOf(from.state)) return outcome;
  return stillWaiting(record(turn, { type: 'Waited', wait: { until: turn.now, queue, why: 'next' } }));
};

/**
 * What follows for this saga from what has just come about: facts to write, and what to do next. Pure: the same
 * arguments give the same decision, whoever asks and however often.
 */
export const decide = (saga: Saga, input: Input, policy: Policy, now: number): Decision => {
  let outcome = respond({ saga, facts: [], input, policy, now });
  while (outcome.next === 'decide-again') outcome = handOver(outcome.turn, saga, proceed(outcome.turn));
  return { facts: outcome.turn.facts, saga: outcome.turn.saga, next: outcome.next };
};
