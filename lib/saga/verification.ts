import type { NamespaceId, Region, SecretName } from '../../events/ids.ts';
import { holdOn, stopOf } from './controls.ts';
import { byId, byName } from './csms-list.ts';
import type { SecretLook } from './facts.ts';
import { compensate, failedAgain, giveUp } from './failure.ts';
import { listed, lookFor, readAfter } from './look.ts';
import { isUrlName } from './plan.ts';
import { type Saga, type SecretRecord, isBeforePivot, isUnplanned } from './saga.ts';
import { cancelBy, liveSchedules } from './schedules.ts';
import type { CsmsSecret } from './seen.ts';
import { type Turn, type TurnOutcome, atLeastFloor, record, settle, wait } from './turn.ts';

/** Whose absence still has to be proven: whatever we erased, found gone, were asked for in vain, or know to be scheduled. */
const needsProof = ({ origin, erasure, vanished, schedule, restored }: SecretRecord): boolean =>
  !restored && (erasure === 'accepted' || erasure === 'unknown' || vanished || schedule !== null || origin === 'asked');

type Selection = (known: SecretRecord) => boolean;

const unproven = ({ saga }: Turn, which: Selection): SecretRecord[] =>
  Object.values(saga.secrets).filter((known) => which(known) && !known.proven);

/** Not looked at before its date: the cloud keeps it until then whatever we do, unless it was not found there. */
const isPendingUntilLater = ({ schedule, vanished }: SecretRecord, now: number): boolean => !vanished && schedule?.eraseAt != null && schedule.eraseAt > now;

const csmsLookOf = (turn: Turn, { target, schedule }: SecretRecord): SecretLook => {
  const { sight } = turn.input;
  const found = target.id === '' ? byName(listed(turn), target.name) : byId(listed(turn), target.id);
  if (found !== undefined) return lookFromState(found, schedule);
  const shown = sight.shown[target.name]?.answer;
  if (shown === 'not-found') return { kind: 'gone', detail: null };
  if (byName(listed(turn), target.name) !== undefined) return { kind: 'gone', detail: 'another secret of the same name exists now and is kept' };
  if (shown === undefined) return { kind: 'unknown', code: 'not-shown' };
  // The list passed over what the name still shows: one of the two is stale.
  return shown.id === target.id || target.id === '' ? lookFromState(shown, schedule) : { kind: 'unknown', code: 'list-and-name-disagree' };
};

const lookFromState = ({ state, eraseAt }: CsmsSecret, schedule: SecretRecord['schedule']): SecretLook => {
  if (state === 'PENDING_DELETE') return { kind: 'pending', eraseAt };
  // A disabled secret is there, but nothing says that a schedule of it has ended.
  if (state === 'ENABLED' || (state === 'DISABLED' && schedule === null)) return { kind: 'present', state };
  return { kind: 'unknown', code: `state-${state}` };
};

const lookOf = (turn: Turn, known: SecretRecord): SecretLook => {
  const { target } = known;
  if (target.cloud === 'huawei') return csmsLookOf(turn, known);
  const list = turn.input.sight.sae[target.scope];
  if (list === undefined) return { kind: 'unknown', code: 'not-listed' };
  return list.secrets.some(({ id }) => id === target.id) ? { kind: 'present', state: 'listed' } : { kind: 'gone', detail: null };
};

/** How many are looked at by name in one look: more would not all find a place in the pace, and none would ever be proven. */
const LOOKED_AT_ONCE = 20;

/** One look at every subject: the lists first, then by name whatever the list no longer shows. Names that were answered before the API asked for patience are not lost. */
const lookAt = (turn: Turn, subjects: readonly SecretRecord[], begunAfter: number): { readonly outcome: TurnOutcome | null; readonly seen: readonly SecretRecord[] } => {
  const { sight } = turn.input;
  const csms = subjects.filter(({ target }) => target.cloud === 'huawei');
  const namespaces = new Map<string, { region: Region; namespaceId: NamespaceId }>();
  for (const { target } of subjects) if (target.cloud === 'alibaba') namespaces.set(target.scope, { region: target.region, namespaceId: target.scope });
  const lists = lookFor(turn, 'to verify', { begunAfter, csms: csms.length > 0, sae: [...namespaces.values()] });
  if (lists !== null) return { outcome: lists, seen: [] };
  const byNameOnly = ({ target: { cloud, id, name } }: SecretRecord): boolean => cloud === 'huawei' && byId(listed(turn), id) === undefined && byName(listed(turn), name) === undefined && isUrlName(name);
  const show = subjects.filter(byNameOnly).map(({ target }) => target.name).filter((name): name is SecretName => isUrlName(name));
  const outcome = lookFor(turn, 'to verify', { begunAfter, show });
  const isPutOff = sight.failure?.failure.kind === 'throttled';
  const isAnswered = (known: SecretRecord): boolean => !byNameOnly(known) || (sight.shown[known.target.name]?.begunAt ?? 0) > begunAfter;
  return { outcome, seen: outcome === null ? subjects : isPutOff ? subjects.filter(isAnswered) : [] };
};

const deadlineOf = (saga: Saga, { schedule }: SecretRecord, deadlineHours: number, since: number): number =>
  Math.max(since, schedule?.eraseAt ?? 0, saga.verifyingSince ?? 0) + deadlineHours * 3_600_000;

/** What has stayed for an hour is looked at every six minutes, what has stayed for a day every hour. */
const THINNING = 0.1;
const LONGEST_INTERVAL_MS = 3_600_000;

type Proven = 'proven' | { readonly outcome: TurnOutcome };

/**
 * Looks until everything touched is proven gone: `proofs` looks in a row, spread over the interval. Answers 'proven' once
 * that is so; what is to follow is for the caller, since a saga that turned back proves its erasures too.
 */
export const prove = (turn: Turn, since: number, which: Selection): Proven => {
  const { policy, saga, now } = turn;
  const { firstDelaySeconds, intervalSeconds } = policy.verify;
  const awaited = unproven(turn, which);
  if (awaited.length === 0) return 'proven';
  const subjects = awaited.filter((known) => !isPendingUntilLater(known, now));
  if (subjects.length === 0) return { outcome: waitForDates(turn, awaited) };
  const dueOf = ({ lookedAt: last }: SecretRecord): number => (last === null ? since + firstDelaySeconds * 1_000 : last + intervalSeconds * 1_000);
  const due = subjects.filter((known) => dueOf(known) <= now).sort((a, b) => (a.lookedAt ?? 0) - (b.lookedAt ?? 0));
  if (due.length === 0) return { outcome: wait(turn, Math.min(...subjects.map(dueOf)), 'verify') };
  const next = due.slice(0, LOOKED_AT_ONCE);
  // A secret pending for days is due since its last look, days ago: a list must be fresh all the same.
  const begunAfter = readAfter(turn, Math.max(saga.lastReplyAt ?? 0, ...next.map((known) => Math.max(dueOf(known) - 1, known.lookedAt ?? 0))));
  const { outcome, seen } = lookAt(turn, next, begunAfter);
  if (outcome !== null && seen.length === 0) return { outcome };
  const begunAt = Math.min(...beginnings(turn, seen));
  const looks = Object.fromEntries(seen.map((known) => [known.target.key, lookOf(turn, known)]));
  const noted = record(turn, { type: 'Looked', begunAt, proofsNeeded: policy.verify.proofs, secrets: looks });
  // What was put off is asked for again when there is room for it.
  const putOff = outcome === null ? null : lookAt(noted, next.filter((known) => !seen.includes(known)), begunAfter).outcome;
  return { outcome: putOff ?? afterLook(noted, { looked: seen, subjects, isPart: due.length > next.length }, since, which) };
};

const beginnings = (turn: Turn, subjects: readonly SecretRecord[]): number[] => {
  const { sight } = turn.input;
  return subjects.map(({ target }) => (target.cloud === 'huawei' ? sight.csms?.begunAt : sight.sae[target.scope]?.begunAt) ?? turn.now);
};

/** What was looked at just now, and what else could be; `isPart` when some of that is due as well. */
interface Round {
  readonly looked: readonly SecretRecord[];
  readonly subjects: readonly SecretRecord[];
  readonly isPart: boolean;
}

/** A secret that nobody can tell about is one more failure of the verification. */
const afterUnknown = (turn: Turn, unknown: SecretRecord): TurnOutcome => {
  const { saga, now, policy } = turn;
  const step = 'verify';
  const code = unknown.code ?? 'unknown';
  // A schedule of ours may run behind what nobody can tell: that is looked at until its date (H38).
  if (saga.state === 'compensating') return failedAgain(turn, { step, what: `${step}: ${unknown.target.name}`, call: null }, code);
  const counted = record(turn, { type: 'StepFailed', step, code });
  if ((counted.saga.failures[step] ?? 0) >= policy.retry.attempts) return giveUp(counted, `verify: ${unknown.target.name}: ${code}`);
  return wait(counted, now + atLeastFloor(policy.verify.intervalSeconds * 1_000), 'verify');
};

/** The longer secrets have stayed, the less often they are looked at (H64), but not past the moment at which one has stayed too long. */
const lookLessOften = (turn: Turn, left: readonly SecretRecord[], present: readonly SecretRecord[], since: number): TurnOutcome => {
  const { saga, now, policy } = turn;
  const { intervalSeconds, deadlineHours } = policy.verify;
  const staysSince = Math.max(since, ...left.flatMap(({ schedule }) => (schedule?.eraseAt == null || schedule.eraseAt > now ? [] : [schedule.eraseAt])));
  const patience = Math.min(Math.max(intervalSeconds * 1_000, (now - staysSince) * THINNING), LONGEST_INTERVAL_MS);
  const overdueAt = present.map((known) => deadlineOf(saga, known, deadlineHours, since)).filter((at) => at > now);
  return wait(turn, now + atLeastFloor(Math.min(patience, ...overdueAt.map((at) => at - now))), 'verify');
};

const afterLook = (turn: Turn, round: Round, since: number, which: Selection): TurnOutcome => {
  const { saga, now, policy } = turn;
  const { deadlineHours } = policy.verify;
  const asTheyStand = (before: readonly SecretRecord[]): SecretRecord[] => before.map(({ target }) => saga.secrets[target.key]).filter((known) => known !== undefined);
  const subjects = asTheyStand(round.subjects);
  const unknown = asTheyStand(round.looked).find(({ seen }) => seen === 'unknown');
  if (unknown !== undefined) return afterUnknown(turn, unknown);
  const left = unproven(turn, which);
  const present = subjects.filter(({ seen }) => seen === 'present');
  const isOverdue = (known: SecretRecord): boolean => known.seen === 'present' && now >= deadlineOf(saga, known, deadlineHours, since);
  const overdue = present.find(isOverdue);
  // What is to be parked anyway does not wait for a secret that stays.
  if (present.length > 0 && (overdue !== undefined || saga.parkAfterwards !== null) && present.length === left.length) {
    return giveUp(turn, saga.parkAfterwards ?? `still-present: ${(overdue ?? present[0])?.target.name ?? ''} is there after ${deadlineHours} hours`);
  }
  if (left.length === 0) return { turn, next: 'decide-again' };
  if (round.isPart) return wait(turn, now + atLeastFloor(0), 'verify');
  // One that has outstayed its deadline is told of once the others' dates have come; until then nobody hurries it.
  if (left.every((known) => isPendingUntilLater(known, now) || isOverdue(known))) return waitForDates(turn, left.filter((known) => isPendingUntilLater(known, now)));
  if (left.every(({ seen }) => seen === 'gone')) return wait(turn, now + policy.verify.intervalSeconds * 1_000, 'verify');
  return lookLessOften(turn, left, present, since);
};

const waitForDates = (turn: Turn, pending: readonly SecretRecord[]): TurnOutcome => {
  const dates = pending.flatMap(({ schedule }) => (schedule?.eraseAt == null ? [] : [schedule.eraseAt]));
  return wait(turn, Math.min(...dates), 'pending');
};

/** Seen there though no call of ours failed on it: its schedule, ours or not, was ended by somebody, and that stands; or it was never gone. */
const isBack = ({ origin, seen, schedule, erasure, restored }: SecretRecord): boolean => origin === 'planned' && seen === 'present' && schedule === null && erasure === 'none' && !restored;

/** Missed when it was to be cancelled, and there: at its date it would erase what nobody asks for. */
const runsOnUnplanned = ({ origin, vanished }: SecretRecord): boolean => isUnplanned(origin) && !vanished;

/** A hold on one secret stops its erasure by our schedule as much as a call. */
const holdOnPending = ({ saga, input, now }: Turn): ReturnType<typeof stopOf> => {
  for (const { target } of liveSchedules(saga)) {
    const hold = holdOn(input.controls, target.key, now);
    if (hold !== null) return { why: 'held', hold };
  }
  return null;
};

/**
 * Proves everything gone, pending secrets at their date, and settles. A saga is awake when its quarantine has to be
 * decided (`wait` sees to that), since a hold or a pause may have come while it slept.
 */
export const verify = (turn: Turn): TurnOutcome => {
  const { saga, input, now } = turn;
  const stop = stopOf(saga, input.controls, now) ?? holdOnPending(turn);
  const decideBy = isBeforePivot(saga) ? cancelBy(saga) : null;
  if (stop !== null && decideBy !== null && now >= decideBy) return compensate(turn, `${stop.why} while its recovery window ran out`, 'restored');
  const unplanned = liveSchedules(saga).find(runsOnUnplanned);
  if (unplanned !== undefined) return compensate(turn, `not-planned: a schedule of ${unplanned.target.name} runs on, which the plan no longer names`, 'parked');
  const back = Object.values(saga.secrets).find(isBack);
  if (back !== undefined) return giveUp(turn, back.vanished ? `not-gone: ${back.target.name} was not found when it was to be deleted, and is there` : `rescued: somebody cancelled the scheduled deletion of ${back.target.name}`);
  const proven = prove(turn, saga.verifyingSince ?? now, needsProof);
  if (proven !== 'proven') return proven.outcome;
  return saga.parkAfterwards === null ? settle(turn, 'gone', null) : settle(turn, 'parked', saga.parkAfterwards);
};

