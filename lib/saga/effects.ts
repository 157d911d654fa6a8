import type { Dated, Told } from './facts.ts';
import { foundAgain, newRecord, withSecret, withStage } from './records.ts';
import type { Attempt, Call, Saga, SecretRecord } from './saga.ts';
import { scheduleOf } from './schedules.ts';
import { stepOf, withoutFailures, withoutLookFailures } from './steps.ts';
import type { Failure } from './verdict.ts';

/** Nothing stands in the way any more: what comes to depend on a secret later is waited out from then on (H34). */
export const UNBLOCKED: Pick<Saga, 'blockers' | 'blockedSince'> = { blockers: [], blockedSince: null };

/** The saga once an attempt is intended: it is open, and from here on the saga may be past the pivot. */
export const intended = (saga: Saga, attempt: Attempt, at: number): Saga => {
  const { op } = attempt.call;
  const opened = { ...withoutLookFailures(saga), attempt, attempts: attempt.number, wait: null };
  switch (op) {
    case 'schedule':
      return { ...opened, ...UNBLOCKED, state: 'quarantined' };
    case 'cancel':
      return opened;
    case 'delete-copy':
      return { ...opened, purgeStartedAt: saga.purgeStartedAt ?? at };
    case 'delete-stage':
    case 'batch-delete':
    case 'delete-named':
      return { ...opened, purgeStartedAt: saga.purgeStartedAt ?? at, pivotAttempt: saga.pivotAt === null ? attempt.number : saga.pivotAttempt, pivotAt: saga.pivotAt ?? at };
  }
};

/** Closes the attempt of that number; where it is not the one that is open, nothing changes. */
export const withAttemptClosed = (saga: Saga, number: number, close: (attempt: Attempt) => Saga): Saga =>
  saga.attempt !== null && saga.attempt.number === number ? close(saga.attempt) : saga;

/** The saga once an attempt's own writer has stated that it did not call: the pivot that it alone would have passed lies ahead again. */
export const withdrawn = (saga: Saga, number: number): Saga => ({ ...saga, attempt: null, ...(saga.pivotAttempt === number ? { pivotAttempt: null, pivotAt: null } : {}) });

const namesInPlan = (saga: Saga): SecretRecord[] =>
  Object.values(saga.secrets).filter(({ target, origin }) => target.cloud === 'huawei' && target.step === 'batch-delete' && origin !== 'earlier');

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

/** What one failed item of a batch-delete means for its secret. */
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
export const happened = (saga: Saga, call: Call, told: Told, at: number): Saga => {
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
      return withSecret({ ...closed, ...UNBLOCKED }, call.key, { erasure: 'accepted', code: null });
    case 'delete-named':
      return withSecret(closed, call.key, { erasure: 'accepted', code: null });
    case 'delete-stage':
      return withStage(closed, call.key, { status: 'accepted', code: null });
    case 'batch-delete':
      return batchAnswered({ ...closed, batch: { ...closed.batch, calls: closed.batch.calls + 1 } }, told, at);
  }
};

/** A secret that a batch-delete's reply named, and no plan. */
export const secretAdded = (saga: Saga, { target, origin, failure, at }: Extract<Dated, { type: 'SecretAdded' }>): Saga => {
  const told: Partial<SecretRecord> = failure === null ? { erasure: 'accepted' } : itemFailed(failure, at);
  return { ...saga, secrets: { ...saga.secrets, [target.key]: { ...newRecord(target, origin), ...told } } };
};

/**
 * A secret that is gone before a call of ours named it. Its schedule is forgotten only once that is proven (H45). After a
 * batch-delete that never told what it erased, it may have been that call.
 */
export const secretVanished = (saga: Saga, key: string, detail: string): Saga =>
  withSecret(saga, key, { vanished: true, proofs: 0, proven: false, ...(saga.batch.untold ? { erasure: 'unknown', detail: 'gone after a batch-delete whose reply was lost' } : { detail }) });

/** A secret that a look shows as pending. */
export const scheduleSeen = (saga: Saga, { key, by, eraseAt, at }: Extract<Dated, { type: 'ScheduleSeen' }>): Saga => {
  const known = saga.secrets[key];
  if (known === undefined) return saga;
  // What is pending was not erased by a call of ours, whatever became of its reply.
  const erasure = known.erasure === 'unknown' ? 'none' : known.erasure;
  return withSecret(saga, key, { schedule: { by, eraseAt, since: at }, restored: false, erasure, ...foundAgain(known) });
};

/** A secret that no plan named, on which a schedule of ours runs. */
export const scheduleStrayed = (saga: Saga, { target, eraseAt, at }: Extract<Dated, { type: 'ScheduleStrayed' }>): Saga => {
  const known = saga.secrets[target.key] ?? newRecord(target, 'stray');
  return { ...saga, secrets: { ...saga.secrets, [target.key]: { ...known, schedule: { by: 'us', eraseAt, since: at }, restored: false } } };
};

/** Our schedule's date came before it was cancelled. */
export const windowEnded = (saga: Saga, key: string): Saga =>
  withSecret(saga, key, { schedule: null, expired: true, erasure: 'accepted', detail: 'erased by its schedule before that could be cancelled' });

/** The effect of a reply that refused the call; what it means for the saga as a whole is for `decide`. */
export const failed = (saga: Saga, call: Call, failure: Failure, at: number): Saga => {
  const closed: Saga = { ...saga, attempt: null, lastReplyAt: at };
  const { kind, code } = failure;
  switch (kind) {
    case 'alreadyGone':
      if (call.op === 'delete-stage') return withStage(closed, call.key, { status: 'already-gone', code });
      if (call.op === 'cancel') return closed;
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

/** What a read tells of an attempt that never got a telling reply. */
export const effectSeen = (saga: Saga, attempt: Attempt, took: boolean, told: Told, at: number): Saga => {
  const { call } = attempt;
  // Whatever a look shows, its own reply never came: the call may still take effect, or take effect again.
  const unanswered = [...saga.unanswered, ...scheduleOf(attempt)];
  const batch = call.op === 'batch-delete' ? { ...saga.batch, untold: true } : saga.batch;
  const remembering = { ...saga, unanswered, batch };
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
