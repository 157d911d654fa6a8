import { UNBLOCKED, effectSeen, failed, happened, intended, scheduleSeen, scheduleStrayed, secretAdded, secretVanished, windowEnded, withAttemptClosed, withdrawn } from './effects.ts';
import type { Dated } from './facts.ts';
import { looked } from './looked.ts';
import { cancelsAllowedAgain, recordsOf, stagesOf, stagesTouchedBefore, touchedBefore, withSecret, withStage } from './records.ts';
import { type Saga, type Terms, isBeforePivot } from './saga.ts';
import { stepName, withoutFailures, withoutLookFailures } from './steps.ts';

type Opened = Extract<Dated, { type: 'Opened' }>;

const termsOf = ({ request, mode, planFor, soakSeconds, recoveryWindowDays, policyDigest }: Terms): Terms => ({ request, mode, planFor, soakSeconds, recoveryWindowDays, policyDigest });

/** A new saga, from the fact that opened it. */
export const openedSaga = (fact: Opened): Saga => ({
  sagaId: fact.sagaId,
  instance: fact.instance,
  ...termsOf(fact),
  events: fact.event === null ? [] : [fact.event],
  after: fact.after,
  startedAt: fact.at,
  finishedAt: null,
  state: 'received',
  reason: null,
  turn: 0,
  wait: null,
  hold: null,
  undoneBy: null,
  pivotedBefore: false,
  attempts: 0,
  calls: { csms: 0, sae: 0 },
  ...untouched,
});

/** Everything a saga learns while it works; a reopened one starts from here again. */
const untouched = {
  plan: null,
  planReturns: 0,
  approvedDigest: null,
  allowedDigest: null,
  secrets: {},
  stages: {},
  ...UNBLOCKED,
  attempt: null,
  unanswered: [],
  lastReplyAt: null,
  failures: {},
  throttles: 0,
  soakUntil: null,
  purgeStartedAt: null,
  pivotAt: null,
  pivotAttempt: null,
  batch: { calls: 0, answered: false, untold: false, namesSeen: 0 },
  verifyingSince: null,
  lastLookAt: null,
  parkAfterwards: null,
  compensation: null,
} satisfies Partial<Saga>;

/** A person is told every reason to look, each once. */
const bothReasons = (known: string | null, further: string | null): string | null => {
  if (known === null || further === null) return known ?? further;
  return known.split('; ').includes(further) ? known : `${known}; ${further}`;
};

/** Folds one fact into the saga; every state is reached only through here. */
export const evolve = (saga: Saga, fact: Dated): Saga => {
  switch (fact.type) {
    case 'Opened':
      return openedSaga(fact);
    case 'EventJoined':
      return { ...saga, events: [...saga.events, fact.event] };
    case 'Reopened':
      return {
        ...saga,
        ...untouched,
        secrets: touchedBefore(saga),
        stages: stagesTouchedBefore(saga),
        pivotedBefore: saga.pivotedBefore || !isBeforePivot(saga),
        unanswered: saga.unanswered,
        ...termsOf(fact),
        events: fact.event === null ? saga.events : [...saga.events, fact.event],
        state: 'received',
        reason: null,
        finishedAt: null,
        wait: null,
        // While the saga was over nobody told it that a hold was lifted; one that still stands is read with the controls.
        hold: null,
        turn: saga.turn + 1,
      };
    case 'Planned':
      return {
        ...withoutLookFailures(saga),
        state: 'planned',
        reason: null,
        wait: null,
        plan: fact.plan,
        secrets: recordsOf(saga, fact.plan),
        stages: stagesOf(saga, fact.plan),
      };
    case 'PlanChanged':
      return { ...saga, state: 'planned', plan: null, planReturns: saga.planReturns + 1, soakUntil: null, wait: null };
    case 'Approved':
      return { ...saga, approvedDigest: fact.digest, wait: null, turn: saga.turn + 1 };
    case 'AllowanceGranted':
      return { ...saga, allowedDigest: fact.digest };
    case 'Held':
      return { ...saga, hold: fact.hold, wait: null, turn: saga.turn + 1 };
    case 'Released':
      return { ...saga, hold: null, wait: null, turn: saga.turn + 1 };
    case 'UndoRequested':
      return {
        ...saga,
        state: 'compensating',
        reason: 'undo',
        undoneBy: fact.by,
        finishedAt: null,
        failures: {},
        secrets: cancelsAllowedAgain(saga),
        parkAfterwards: null,
        compensation: { since: fact.at, cause: 'undo', endsIn: 'restored' },
        wait: null,
        turn: saga.turn + 1,
      };
    case 'Waited':
      return { ...saga, wait: fact.wait, turn: saga.turn + 1 };
    case 'CallIntended':
      return intended(saga, fact.attempt, fact.at);
    case 'CallWithdrawn':
      return withAttemptClosed(saga, fact.number, () => withdrawn(saga, fact.number));
    case 'CallSucceeded':
      return withAttemptClosed(saga, fact.number, ({ call }) => happened(saga, call, fact.told, fact.at));
    case 'CallFailed':
      return withAttemptClosed(saga, fact.number, ({ call }) => failed(saga, call, fact.failure, fact.at));
    case 'EffectUnknown':
      return withAttemptClosed(saga, fact.number, (attempt) => ({
        ...saga,
        attempt: { ...attempt, unknownBecause: fact.code, settledAt: fact.settledAt },
      }));
    case 'EffectSeen':
      return withAttemptClosed(saga, fact.number, (attempt) => effectSeen(withoutLookFailures(saga), attempt, fact.happened, fact.told, fact.at));
    case 'AttemptSetAside':
      return withAttemptClosed(saga, fact.number, ({ call }) => withSecret({ ...saga, attempt: null }, call.key, { erasure: 'unknown', code: fact.code }));
    case 'ScheduleSeen':
      return scheduleSeen(saga, fact);
    case 'ScheduleStrayed':
      return scheduleStrayed(saga, fact);
    case 'ScheduleEnded':
      return withSecret(saga, fact.key, { schedule: null, restored: true, detail: fact.detail });
    case 'CancelGivenUp':
      return withSecret(saga, fact.key, { cancelRefused: fact.code });
    case 'WindowEnded':
      return windowEnded(saga, fact.key);
    case 'SecretVanished':
      return secretVanished(saga, fact.key, fact.detail);
    case 'SecretAdded':
      return secretAdded(saga, fact);
    case 'SecretSpared':
      return withSecret(saga, fact.key, { erasure: 'refused', detail: fact.detail });
    case 'AlarmRaised':
      return { ...saga, parkAfterwards: bothReasons(saga.parkAfterwards, fact.reason) };
    case 'StageSeen':
      return fact.present ? withStage(saga, fact.key, { status: 'none' }) : withoutFailures(withStage(saga, fact.key, { status: 'deleted' }), stepName('delete-stage', fact.key));
    case 'StageSpared':
      return withStage(saga, fact.key, fact.isGone ? { status: 'already-gone', code: 'its-secret-is-gone' } : { status: 'refused', code: 'not-the-secret-that-was-planned' });
    case 'Blocked':
      return { ...saga, blockers: fact.blockers, blockedSince: saga.blockedSince ?? fact.at };
    case 'SoakStarted':
      return { ...saga, ...UNBLOCKED, state: 'quarantined', soakUntil: fact.until };
    case 'PurgeStarted':
      return { ...withoutLookFailures(saga), ...UNBLOCKED, state: 'purging', wait: null, reason: null };
    case 'VerifyingStarted':
      return {
        ...saga,
        state: 'verifying',
        reason: null,
        wait: null,
        ...UNBLOCKED,
        verifyingSince: fact.at,
        compensation: null,
        finishedAt: null,
        failures: {},
        lastLookAt: null,
        parkAfterwards: bothReasons(saga.parkAfterwards, fact.parkAfterwards),
      };
    case 'Looked':
      return looked(saga, fact);
    case 'StepFailed':
      return { ...saga, failures: { ...saga.failures, [fact.step]: (saga.failures[fact.step] ?? 0) + 1 } };
    case 'Throttled':
      return { ...saga, throttles: saga.throttles + 1 };
    case 'CompensationStarted':
      return {
        ...saga,
        state: 'compensating',
        reason: fact.compensation.cause,
        compensation: fact.compensation,
        finishedAt: null,
        failures: {},
        secrets: cancelsAllowedAgain(saga),
        wait: null,
      };
    case 'WatchEnded':
      return { ...saga, wait: null, turn: saga.turn + 1 };
    case 'CallsCounted':
      return { ...saga, calls: { csms: saga.calls.csms + fact.csms, sae: saga.calls.sae + fact.sae } };
    case 'Settled':
      return { ...saga, state: fact.state, reason: fact.reason, finishedAt: fact.at, wait: null, turn: saga.turn + 1 };
  }
};

/** Folds facts in their order. */
export const evolveAll = (saga: Saga, facts: readonly Dated[]): Saga => facts.reduce(evolve, saga);

/** The saga that a journal tells of, from where it stood in `from`; null for the first life's beginning. Throws for a journal that no saga could have. */
export const sagaOf = (from: Saga | null, facts: readonly Dated[]): Saga => {
  if (from !== null) return evolveAll(from, facts);
  const [first, ...rest] = facts;
  if (first?.type !== 'Opened') throw new Error(`a journal begins with ${first?.type ?? 'nothing'}, not with Opened`);
  return evolveAll(openedSaga(first), rest);
};
