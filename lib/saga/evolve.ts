import type { Dated, Looked, Told } from './facts.ts';
import { stageKey } from './instance.ts';
import type { Plan, PlannedSecret } from './plan.ts';
import type { Attempt, Call, Saga, SecretRecord, StageRecord } from './saga.ts';
import type { Failure } from './verdict.ts';

type Opened = Extract<Dated, { type: 'Opened' }>;

/** A new saga, from the fact that opened it. */
export const openedSaga = (fact: Opened): Saga => ({
  sagaId: fact.sagaId,
  instance: fact.instance,
  request: fact.request,
  mode: fact.mode,
  planFor: fact.planFor,
  soakSeconds: fact.soakSeconds,
  recoveryWindowDays: fact.recoveryWindowDays,
  policyDigest: fact.policyDigest,
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
  blockers: [],
  blockedSince: null,
  attempt: null,
  unanswered: [],
  lastReplyAt: null,
  failures: {},
  throttles: 0,
  soakUntil: null,
  purgeStartedAt: null,
  pivotAt: null,
  batch: { calls: 0, answered: false, namesSeen: 0 },
  verifyingSince: null,
  lastLookAt: null,
  parkAfterwards: null,
  compensation: null,
} satisfies Partial<Saga>;

const newRecord = (target: PlannedSecret, origin: SecretRecord['origin']): SecretRecord => ({
  target,
  origin,
  schedule: null,
  restored: false,
  erasure: 'none',
  cancelRefused: null,
  expired: false,
  vanished: false,
  code: null,
  proofs: 0,
  proven: false,
  seen: 'not looked',
  detail: null,
});

const isTouched = (record: SecretRecord): boolean => record.schedule !== null || record.restored || record.erasure !== 'none' || record.vanished;

/** What was done to a secret stays on record when a new plan no longer names it; a recreated one is another secret (H6). */
const recordsOf = (saga: Saga, plan: Plan): Record<string, SecretRecord> => {
  const kept = Object.entries(saga.secrets).filter(([, record]) => isTouched(record));
  const records: Record<string, SecretRecord> = Object.fromEntries(kept);
  const put = (target: PlannedSecret, origin: 'planned' | 'asked'): void => {
    const known = records[target.key];
    const same = known !== undefined && known.target.id === target.id && known.target.createTime === target.createTime;
    records[target.key] = same ? { ...known, target, origin, erasure: 'none', vanished: false, proofs: 0, proven: false } : newRecord(target, origin);
  };
  for (const target of plan.secrets) put(target, 'planned');
  for (const target of plan.absent) if (records[target.key] === undefined) put(target, 'asked');
  return records;
};

/** A reopened saga proves anew what its earlier life erased, and forgets what it never touched, unless a lost schedule may still touch it. */
const touchedBefore = (saga: Saga): Record<string, SecretRecord> =>
  Object.fromEntries(
    Object.entries(saga.secrets)
      .filter(([key, record]) => (isTouched(record) && !record.restored) || saga.unanswered.some((lost) => lost.key === key))
      .map(([key, record]) => [key, { ...record, proofs: 0, proven: false, seen: 'not looked' }]),
  );

const cancelsAllowedAgain = (saga: Saga): Record<string, SecretRecord> =>
  Object.fromEntries(Object.entries(saga.secrets).map(([key, record]) => [key, { ...record, cancelRefused: null }]));

const stagesOf = (saga: Saga, plan: Plan): Record<string, StageRecord> =>
  Object.fromEntries(plan.stages.map((target) => [stageKey(target), saga.stages[stageKey(target)] ?? { target, status: 'none', code: null }]));

const withSecret = (saga: Saga, key: string, change: Partial<SecretRecord>): Saga => {
  const record = saga.secrets[key];
  return record === undefined ? saga : { ...saga, secrets: { ...saga.secrets, [key]: { ...record, ...change } } };
};

const withStage = (saga: Saga, key: string, change: Partial<StageRecord>): Saga => {
  const record = saga.stages[key];
  return record === undefined ? saga : { ...saga, stages: { ...saga.stages, [key]: { ...record, ...change } } };
};

const withoutFailures = (saga: Saga, step: string): Saga => {
  const { [step]: _cleared, ...failures } = saga.failures;
  return { ...saga, failures };
};

/** Every counter of a look's failures begins so; what only a whole look can have led to sets them back to zero. */
const LOOK = 'look ';
const withoutLookFailures = (saga: Saga): Saga => ({
  ...saga,
  failures: Object.fromEntries(Object.entries(saga.failures).filter(([step]) => !step.startsWith(LOOK))),
});

/** The counter a call's failures run up; a success of that very step sets it back to zero (design.md, Retry). */
export const stepName = (op: Call['op'], key: string): string => `${op} ${key}`;
export const stepOf = ({ op, key }: Call): string => stepName(op, key);

const intended = (saga: Saga, attempt: Attempt, at: number): Saga => {
  const { op } = attempt.call;
  const opened = { ...withoutLookFailures(saga), attempt, attempts: attempt.number, wait: null };
  switch (op) {
    case 'schedule':
      return { ...opened, state: 'quarantined' };
    case 'cancel':
      return opened;
    case 'delete-copy':
      return { ...opened, purgeStartedAt: saga.purgeStartedAt ?? at };
    case 'delete-stage':
    case 'batch-delete':
    case 'delete-named':
      return { ...opened, purgeStartedAt: saga.purgeStartedAt ?? at, pivotAt: saga.pivotAt ?? at };
  }
};

const namesInPlan = (saga: Saga): SecretRecord[] =>
  Object.values(saga.secrets).filter(({ target }) => target.cloud === 'huawei' && target.step === 'batch-delete');

/** One outcome per planned secret: named as deleted, named as failed, or passed over in silence, which is never success (H21, H23). */
const batchAnswered = (saga: Saga, { batch: reply }: Told, at: number): Saga => {
  if (reply === undefined) return saga;
  const succeeded = new Set(reply.succeeded);
  const failed = new Map(reply.failed.map(({ name, verdict }) => [name, verdict]));
  let next: Saga = {
    ...saga,
    batch: { ...saga.batch, answered: true, namesSeen: saga.batch.namesSeen + reply.succeeded.length + reply.failed.length },
  };
  for (const { target } of namesInPlan(saga)) {
    const failure = failed.get(target.name);
    const erasure = saga.secrets[target.key]?.erasure;
    if (failure !== undefined) next = withSecret(next, target.key, itemFailed(failure, at));
    else if (succeeded.has(target.name)) next = withSecret(next, target.key, { erasure: 'accepted', code: null });
    // A repeat reaches what an earlier one was refused or failed on, too.
    else if (erasure !== 'accepted') next = withSecret(next, target.key, { erasure: 'unknown', code: 'not-named-in-the-reply' });
  }
  return next;
};

const itemFailed = (failure: Failure, at: number): Partial<SecretRecord> => {
  const { kind, code } = failure;
  switch (kind) {
    case 'alreadyGone':
      return { erasure: 'accepted', code };
    case 'pending':
      return { erasure: 'none', schedule: { by: 'somebody else', eraseAt: null, since: at }, code };
    case 'throttled':
    case 'retryable':
      return { erasure: 'retry', code };
    case 'unknown':
      return { erasure: 'unknown', code };
    case 'terminal':
    case 'blocked':
    case 'notPending':
    case 'unauthenticated':
      return { erasure: 'refused', code };
  }
};

/** The effect of a call that certainly took place, whether its reply or a later read told so. */
const happened = (saga: Saga, call: Call, told: Told, at: number): Saga => {
  const answered: Saga = { ...saga, attempt: null, lastReplyAt: at, throttles: 0 };
  // A reply alone does not tell that a batch-delete has left nothing over, nor that a stage is gone.
  const closed = call.op === 'batch-delete' || call.op === 'delete-stage' ? answered : withoutFailures(answered, stepOf(call));
  switch (call.op) {
    case 'schedule':
      return withSecret(closed, call.key, {
        schedule: { by: 'us', eraseAt: told.eraseAt ?? null, since: at },
        restored: false,
        code: null,
      });
    case 'cancel':
      return withSecret(closed, call.key, { schedule: null, restored: true, code: null });
    case 'delete-copy':
      return withSecret({ ...closed, blockers: [], blockedSince: null }, call.key, { erasure: 'accepted', code: null });
    case 'delete-named':
      return withSecret(closed, call.key, { erasure: 'accepted', code: null });
    case 'delete-stage':
      return withStage(closed, call.key, { status: 'accepted', code: null });
    case 'batch-delete':
      return batchAnswered({ ...closed, batch: { ...closed.batch, calls: closed.batch.calls + 1 } }, told, at);
  }
};

const windowEnded = (saga: Saga, key: string): Saga =>
  withSecret(saga, key, { schedule: null, expired: true, erasure: 'accepted', detail: 'erased by its schedule before that could be cancelled' });

/** The effect of a reply that refused the call; what it means for the saga as a whole is for `decide`. */
const failed = (saga: Saga, call: Call, failure: Failure, at: number): Saga => {
  const closed: Saga = { ...saga, attempt: null, lastReplyAt: at };
  const { kind, code } = failure;
  switch (kind) {
    case 'alreadyGone':
      if (call.op === 'delete-stage') return withStage(closed, call.key, { status: 'already-gone', code });
      if (call.op === 'cancel') return windowEnded(closed, call.key);
      return withSecret(closed, call.key, { vanished: true, schedule: null, code });
    case 'pending':
      return call.op === 'schedule' || call.op === 'delete-named'
        ? withSecret(closed, call.key, { schedule: { by: 'somebody else', eraseAt: null, since: at }, code })
        : withSecret(closed, call.key, { code });
    case 'terminal':
      if (call.op === 'delete-stage') return withStage(closed, call.key, { status: 'refused', code });
      if (call.op === 'batch-delete') return closed;
      if (call.op === 'cancel') return withSecret(closed, call.key, { cancelRefused: code });
      return withSecret(closed, call.key, { erasure: call.op === 'schedule' ? 'none' : 'refused', code });
    case 'retryable':
    case 'throttled':
    case 'blocked':
    case 'notPending':
    case 'unauthenticated':
    case 'unknown':
      return closed;
  }
};

/** A saga that turned back tries nothing again: what a call without a telling reply left there, it left alone. */
const spared = ({ state }: Saga, { erasure }: SecretRecord): boolean => state === 'compensating' && erasure === 'unknown';

const looked = (saga: Saga, key: string, look: Looked, proofsNeeded: number, at: number): Saga => {
  const record = saga.secrets[key];
  if (record === undefined) return saga;
  switch (look.kind) {
    case 'gone':
      return withSecret(saga, key, {
        proofs: record.proofs + 1,
        proven: record.proofs + 1 >= proofsNeeded,
        seen: 'gone',
        // What was scheduled and is gone now was erased by that schedule.
        erasure: record.schedule !== null && record.erasure === 'none' ? 'accepted' : record.erasure,
        schedule: null,
        detail: look.detail ?? record.detail,
      });
    case 'pending':
      return withSecret(saga, key, {
        proofs: 0,
        proven: false,
        seen: 'pending',
        schedule: { by: record.schedule?.by ?? 'somebody else', eraseAt: look.eraseAt, since: record.schedule?.since ?? at },
      });
    case 'present':
      return withSecret(saga, key, { proofs: 0, proven: false, seen: 'present', schedule: null, erasure: spared(saga, record) ? 'none' : record.erasure });
    case 'unknown':
      return withSecret(saga, key, { seen: 'unknown', code: look.code });
  }
};

/** A secret that nobody can tell about is a failure of the verification, though every read of it went well (design.md, Retry). */
const lookedWhole = (saga: Saga, { secrets }: Extract<Dated, { type: 'Looked' }>): Saga => {
  const read = { ...withoutLookFailures(saga), throttles: 0 };
  return Object.values(secrets).some(({ kind }) => kind === 'unknown') ? read : withoutFailures(read, 'verify');
};

/** A person is told every reason to look, each once. */
const bothReasons = (known: string | null, further: string | null): string | null => {
  if (known === null || further === null) return known ?? further;
  return known.split('; ').includes(further) ? known : `${known}; ${further}`;
};

const withAttemptClosed = (saga: Saga, number: number, close: (attempt: Attempt) => Saga): Saga =>
  saga.attempt !== null && saga.attempt.number === number ? close(saga.attempt) : saga;

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
        unanswered: saga.unanswered,
        request: fact.request,
        mode: fact.mode,
        planFor: fact.planFor,
        soakSeconds: fact.soakSeconds,
        recoveryWindowDays: fact.recoveryWindowDays,
        policyDigest: fact.policyDigest,
        events: fact.event === null ? saga.events : [...saga.events, fact.event],
        state: 'received',
        reason: null,
        finishedAt: null,
        wait: null,
        // Whoever lifted it meanwhile had no open saga to tell; one that stands is read with the controls.
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
      return withAttemptClosed(saga, fact.number, () => ({ ...saga, attempt: null }));
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
      return withSecret(saga, fact.key, {
        schedule: { by: fact.by, eraseAt: fact.eraseAt, since: fact.at },
        // What is pending was not erased by a call of ours, whatever became of its reply.
        erasure: saga.secrets[fact.key]?.erasure === 'unknown' ? 'none' : (saga.secrets[fact.key]?.erasure ?? 'none'),
      });
    case 'ScheduleEnded':
      return withSecret(saga, fact.key, { schedule: null, restored: true, detail: fact.detail });
    case 'CancelGivenUp':
      return withSecret(saga, fact.key, { cancelRefused: fact.code });
    case 'WindowEnded':
      return windowEnded(saga, fact.key);
    case 'SecretVanished':
      return withSecret(saga, fact.key, { vanished: true, schedule: null, detail: fact.detail });
    case 'SecretAdded':
      return {
        ...saga,
        secrets: {
          ...saga.secrets,
          [fact.target.key]: {
            ...newRecord(fact.target, fact.origin),
            ...(fact.failure === null ? { erasure: 'accepted' } : itemFailed(fact.failure, fact.at)),
          },
        },
      };
    case 'SecretSpared':
      return withSecret(saga, fact.key, { erasure: 'refused', detail: fact.detail });
    case 'AlarmRaised':
      return { ...saga, parkAfterwards: bothReasons(saga.parkAfterwards, fact.reason) };
    case 'StageSeen':
      return fact.present ? withStage(saga, fact.key, { status: 'none' }) : withoutFailures(withStage(saga, fact.key, { status: 'deleted' }), stepName('delete-stage', fact.key));
    case 'Blocked':
      return { ...saga, blockers: fact.blockers, blockedSince: saga.blockedSince ?? fact.at };
    case 'SoakStarted':
      return { ...saga, state: 'quarantined', soakUntil: fact.until };
    case 'PurgeStarted':
      return { ...withoutLookFailures(saga), state: 'purging', wait: null, reason: null };
    case 'VerifyingStarted':
      return {
        ...saga,
        state: 'verifying',
        reason: null,
        wait: null,
        blockers: [],
        blockedSince: null,
        verifyingSince: fact.at,
        finishedAt: null,
        failures: {},
        lastLookAt: null,
        parkAfterwards: bothReasons(saga.parkAfterwards, fact.parkAfterwards),
      };
    case 'Looked':
      return Object.entries(fact.secrets).reduce<Saga>((next, [key, look]) => looked(next, key, look, fact.proofsNeeded, fact.at), { ...lookedWhole(saga, fact), lastLookAt: fact.begunAt });
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

const effectSeen = (saga: Saga, attempt: Attempt, took: boolean, told: Told, at: number): Saga => {
  const { call } = attempt;
  // Whatever a look shows, its own reply never came: it, or a second effect of it, may yet turn up.
  const unanswered =
    call.op === 'schedule' ? [...saga.unanswered, { key: call.key, at: attempt.at, notAfter: attempt.notAfter }] : saga.unanswered;
  const remembering = { ...saga, unanswered };
  if (took) return happened(remembering, call, told, at);
  const closed: Saga = { ...remembering, attempt: null, lastReplyAt: at };
  switch (call.op) {
    case 'schedule':
    case 'cancel':
    case 'delete-stage':
      return closed;
    // No list is proof against being stale: should the secret turn out gone, it was this call, or nobody can tell.
    case 'delete-copy':
    case 'delete-named':
      return withSecret(closed, call.key, { erasure: 'unknown', code: attempt.unknownBecause ?? 'no-reply' });
    case 'batch-delete':
      return batchUntold({ ...closed, batch: { ...closed.batch, calls: closed.batch.calls + 1 } }, attempt.unknownBecause ?? 'no-reply');
  }
};

const batchUntold = (saga: Saga, code: string): Saga =>
  namesInPlan(saga).reduce((next, { target, erasure }) => (erasure === 'accepted' ? next : withSecret(next, target.key, { erasure: 'unknown', code })), saga);

export const evolveAll = (saga: Saga, facts: readonly Dated[]): Saga => facts.reduce(evolve, saga);

/** The saga that a journal tells of, from where it stood in `from`; null for the first life's beginning. Throws for a journal that no saga could have. */
export const sagaOf = (from: Saga | null, facts: readonly Dated[]): Saga => {
  if (from !== null) return evolveAll(from, facts);
  const [first, ...rest] = facts;
  if (first?.type !== 'Opened') throw new Error(`a journal begins with ${first?.type ?? 'nothing'}, not with Opened`);
  return evolveAll(openedSaga(first), rest);
};
