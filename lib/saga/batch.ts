import { byName } from './csms-list.ts';
import type { Fact } from './facts.ts';
import { callFailed, giveUp } from './failure.ts';
import { csmsKey } from './instance.ts';
import { freshAfter, listed, lookFor } from './look.ts';
import { type Plan, type PlannedCsmsSecret, showsLinks } from './plan.ts';
import { differenceOf, judge, planAnew } from './planning.ts';
import { linkedNow, noteWhatChanged } from './quarantine.ts';
import { type Call, type Saga, type SecretRecord, isBeforePivot } from './saga.ts';
import type { BatchReply } from './seen.ts';
import { type Turn, type TurnOutcome, again, intend, record } from './turn.ts';

type BatchCall = Extract<Call, { op: 'batch-delete' }>;

/** One identical repeat is allowed where no read can tell what a lost batch-delete did (design.md, Every step). */
const LARGEST_UNANSWERED = 2;

const isBatch = ({ target, origin }: SecretRecord): boolean =>
  target.cloud === 'huawei' && (origin === 'unseen' || (origin === 'planned' && target.step === 'batch-delete'));

/** What the batch-delete still has to erase. */
const outstanding = (turn: Turn): SecretRecord[] =>
  Object.values(turn.saga.secrets).filter(
    (known) => isBatch(known) && !known.vanished && known.schedule === null && (known.erasure === 'none' || known.erasure === 'retry' || known.erasure === 'unknown'),
  );

const parked = (turn: Turn, reason: string): TurnOutcome => again(record(turn, { type: 'VerifyingStarted', parkAfterwards: reason }));

const callFor = ({ saga }: Turn): BatchCall | null =>
  saga.instance.cloud === 'huawei'
    ? { op: 'batch-delete', key: saga.instance.instanceId, instanceId: saga.instance.instanceId, instanceType: saga.instance.instanceType }
    : null;

/** What a list shows for types whose links it shows: only a plan that still holds, to the letter, may be sent. */
const sendWithPreview = (turn: Turn, plan: Plan, call: BatchCall): TurnOutcome | null => {
  const first = turn.saga.batch.calls === 0;
  const begunAfter = freshAfter(turn, Math.max(plan.at, first ? 0 : (turn.saga.lastReplyAt ?? 0)));
  const purpose = 'before batch-delete';
  const missing = lookFor(turn, purpose, { begunAfter, csms: true });
  if (missing !== null) return missing;
  const difference = differenceOf(turn, plan, linkedNow(turn), (key) => !first || turn.saga.secrets[key]?.vanished === true);
  if (difference !== null) return isBeforePivot(turn.saga) ? planAnew(turn, difference) : parked(turn, `plan-changed: ${difference}`);
  const refusal = judge(turn, plan);
  if (refusal !== null) return giveUp(turn, refusal);
  const changed = noteWhatChanged(turn, purpose);
  if ('outcome' in changed) return changed.outcome;
  const noted = changed.turn;
  return outstanding(noted).length > 0 ? intend(noted, call) : again(noted);
};

/** The purge's step 4; null when nothing of it is left to do. */
export const batchDelete = (turn: Turn, plan: Plan): TurnOutcome | null => {
  const call = callFor(turn);
  if (!plan.batchDelete || call === null) return null;
  const { calls, answered } = turn.saga.batch;
  if (showsLinks(call.instanceType)) return outstanding(turn).length > 0 ? sendWithPreview(turn, plan, call) : null;
  if (answered && outstanding(turn).length === 0) return null;
  if (!answered && calls >= LARGEST_UNANSWERED) return parked(turn, 'batch-delete: no reply ever told what it erased');
  // What an earlier reply named is known by now: the rails judge everything that a repeat may reach, like the plan.
  const reachable = Object.values(turn.saga.secrets).filter((known) => known.origin === 'unseen' && known.erasure !== 'accepted');
  const refusal = judge(turn, { ...plan, secrets: [...plan.secrets, ...reachable.map(({ target }) => target)] });
  return refusal === null ? intend(turn, call) : giveUp(turn, refusal);
};

const added = (turn: Turn, name: string, origin: 'raced' | 'unseen', failure: Extract<Fact, { type: 'SecretAdded' }>['failure']): Fact => {
  const project = turn.saga.instance.cloud === 'huawei' ? turn.saga.instance.projectId : '';
  // A list read before the call may know the id of what was linked too late for the plan.
  const seen = byName(listed(turn), name);
  const target: PlannedCsmsSecret = {
    key: csmsKey(project, name),
    cloud: 'huawei',
    scope: project,
    id: seen?.id ?? '',
    name,
    createTime: seen?.createTime ?? 0,
    linked: true,
    step: 'batch-delete',
  };
  return { type: 'SecretAdded', target, origin, failure };
};

const isPlannedByName = (saga: Saga, name: string): boolean =>
  Object.values(saga.secrets).some(({ target, origin }) => target.cloud === 'huawei' && origin === 'planned' && target.step !== 'batch-delete' && target.name === name);

/** Holds a reply against the plan: names nobody planned, a total that does not add up, nothing at all where nothing could be seen. */
const findings = (turn: Turn, reply: BatchReply): Fact[] => {
  const { saga } = turn;
  const visible = saga.instance.cloud === 'huawei' && showsLinks(saga.instance.instanceType);
  const known = new Set(Object.values(saga.secrets).filter(isBatch).map(({ target }) => target.name));
  const extra = reply.succeeded.filter((name) => !known.has(name));
  // What the plan deletes by name was not reached here only: it keeps what is known of it, and its own step.
  const failed = reply.failed.filter(({ name }) => !known.has(name) && !isPlannedByName(saga, name));
  const facts: Fact[] = [
    ...extra.map((name) => added(turn, name, visible ? 'raced' : 'unseen', null)),
    ...failed.map(({ name, verdict }) => added(turn, name, visible ? 'raced' : 'unseen', verdict)),
  ];
  if (visible && extra.length > 0) facts.push({ type: 'AlarmRaised', reason: `raced: batch-delete erased ${extra.join(', ')}, which no plan named` });
  if (visible && failed.length > 0) {
    const reached = failed.map(({ name, verdict }) => `${name} (${verdict.code})`);
    facts.push({ type: 'AlarmRaised', reason: `raced: batch-delete reached ${reached.join(', ')}, which no plan named` });
  }
  if (!visible && saga.batch.namesSeen === 0) facts.push({ type: 'AlarmRaised', reason: 'nothing-seen: batch-delete named no secret and nothing else can show one' });
  if (reply.total !== null && reply.total !== reply.succeeded.length + reply.failed.length) {
    facts.push({
      type: 'AlarmRaised',
      reason: `batch-total: the reply counts ${reply.total} secrets and names ${reply.succeeded.length + reply.failed.length}`,
    });
  }
  return facts;
};

/** After a batch-delete's reply: reconciled with the plan, and anything left over is one more failure of the step. */
export const afterBatchReply = (turn: Turn, call: BatchCall, reply: BatchReply): TurnOutcome => {
  const reconciled = record(turn, ...findings(turn, reply));
  const [left] = outstanding(reconciled);
  return left === undefined ? again(reconciled) : callFailed(reconciled, call, { kind: 'retryable', code: left.code ?? 'not-named-in-the-reply' });
};
