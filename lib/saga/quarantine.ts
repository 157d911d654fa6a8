import { cancelFirst } from './cancel.ts';
import { confirmByName, seenNow } from './confirm.ts';
import { byId, linkedTo } from './csms-list.ts';
import { blocked, blockersInSight } from './dependants.ts';
import type { Fact } from './facts.ts';
import { compensate, giveUp, lookFailed } from './failure.ts';
import { noteLateSchedules } from './late-schedules.ts';
import { listed } from './look.ts';
import { type Plan, isUrlName } from './plan.ts';
import { differenceOf, judge, lookToPlan, lookWhoseTheyAre, planAnew, refuse } from './planning.ts';
import type { SecretRecord } from './saga.ts';
import { isLateEffect, isSameDate, scheduleShownBy } from './schedules.ts';
import type { CsmsSecret } from './seen.ts';
import { turnBackFromStray } from './stray.ts';
import { type Turn, type TurnOutcome, again, intend, record, wait } from './turn.ts';

export const BEFORE_TOUCHING = 'before touching';

/** What the list in sight shows linked to this instance. */
export const linkedNow = (turn: Turn): readonly CsmsSecret[] => linkedTo(listed(turn), turn.saga.instance);

const seenOf = (turn: Turn, { target }: SecretRecord): CsmsSecret | undefined => byId(listed(turn), target.id);

const looksRescued = (turn: Turn, known: SecretRecord): boolean => {
  if (known.origin !== 'planned' || known.schedule?.by !== 'us' || (turn.input.sight.csms?.begunAt ?? 0) <= known.schedule.since) return false;
  const seen = seenOf(turn, known);
  return seen !== undefined && scheduleShownBy(seen) !== 'pending';
};

/** A secret of our quarantine that is enabled again was rescued by somebody: their act stands, and the rest turns back too. In any other state nobody knows whether it was. */
const rescued = (turn: Turn): TurnOutcome | null => {
  for (const known of Object.values(turn.saga.secrets).filter((one) => looksRescued(turn, one))) {
    const confirmed = confirmByName(turn, BEFORE_TOUCHING, known, known.schedule?.since ?? 0);
    if ('outcome' in confirmed) return confirmed.outcome;
    const { secret } = confirmed;
    const shown = secret === undefined ? null : scheduleShownBy(secret);
    if (shown === 'ended') return giveUp(turn, `rescued: somebody cancelled the scheduled deletion of ${known.target.name}`);
    if (shown === 'unknown') return lookFailed(turn, BEFORE_TOUCHING, { kind: 'unknown', code: `state-${secret?.state}` }, known.target.name);
  }
  return null;
};

/** What a secret that shows as pending tells of its schedule, unless that is known. */
const scheduleFacts = ({ saga }: Turn, { target: { key }, schedule, vanished }: SecretRecord, { state, eraseAt }: CsmsSecret): Fact[] => {
  if (state !== 'PENDING_DELETE' || (schedule !== null && schedule.eraseAt !== null && !vanished)) return [];
  const isKnown = schedule?.eraseAt != null && isSameDate(schedule.eraseAt, eraseAt);
  return [{ type: 'ScheduleSeen', key, by: isKnown ? schedule.by : isLateEffect(saga, key, eraseAt) ? 'us' : 'somebody else', eraseAt }];
};

export type Noted = { readonly turn: Turn } | { readonly outcome: TurnOutcome };

/**
 * Takes note of planned secrets that need no deletion of ours: those that are gone by now, which both list and name must
 * show, and those that are scheduled already; and of those that were missed before and turn out to be pending.
 */
export const noteWhatChanged = (turn: Turn, purpose: string): Noted => {
  let noted = turn;
  for (const known of Object.values(turn.saga.secrets)) {
    const { target, origin, vanished, erasure } = known;
    if (target.cloud !== 'huawei' || erasure === 'accepted' || erasure === 'refused') continue;
    if (vanished) {
      const found = seenOf(noted, known);
      if (found !== undefined) noted = record(noted, ...scheduleFacts(noted, known, found));
    } else if (origin === 'planned') {
      const now = seenNow(noted, purpose, known);
      if ('outcome' in now) return now;
      noted = record(noted, ...(now.secret === undefined ? [vanishedNow(target.key)] : scheduleFacts(noted, known, now.secret)));
    }
  }
  return { turn: noted };
};

const vanishedNow = (key: string): Fact => ({ type: 'SecretVanished', key, detail: 'gone before Probate deleted it' });

/**
 * Cancels schedules of ours on secrets that the plan no longer names, lost ones that took effect late too: at their date they
 * would erase what nobody asks for. Where that does not succeed the saga turns back, which goes on trying until that date.
 */
export const letGo = (turn: Turn, plan: Plan): TurnOutcome | null => {
  const noted = noteLateSchedules(turn, turn.saga.unanswered);
  const toLetGo = Object.values(noted.saga.secrets).filter(({ origin, schedule, vanished }) => origin === 'earlier' && schedule?.by === 'us' && !vanished);
  const refused = toLetGo.find(({ cancelRefused }) => cancelRefused !== null);
  if (refused !== undefined) return compensate(noted, `not-cancelled: ${refused.target.name}, which the plan no longer names (${refused.cancelRefused})`, 'parked');
  return turnBackFromStray(noted) ?? cancelFirst(noted, toLetGo, plan.at);
};

/** Looks once more right before anything is touched: the rails, the plan, rescues and dependants, all against lists younger than the plan. */
export const lookBeforeTouching = (turn: Turn, plan: Plan, mayBeMissing: boolean): TurnOutcome | null => {
  const missing = lookToPlan(turn, BEFORE_TOUCHING, plan.at) ?? lookWhoseTheyAre(turn, BEFORE_TOUCHING, plan);
  if (missing !== null) return missing;
  const refusal = judge(turn, plan);
  if (refusal !== null) return refuse(turn, refusal);
  const rescue = rescued(turn);
  if (rescue !== null) return rescue;
  const vanishedBefore = (key: string): boolean => mayBeMissing || turn.saga.secrets[key]?.vanished === true;
  const difference = differenceOf(turn, plan, linkedNow(turn), vanishedBefore);
  if (difference !== null) return planAnew(turn, difference);
  const blockers = blockersInSight(turn);
  return blockers.length > 0 ? blocked(turn, blockers) : null;
};

const hasNothingToErase = (turn: Turn, plan: Plan): boolean =>
  !plan.batchDelete &&
  plan.stages.length === 0 &&
  Object.values(turn.saga.secrets).every(({ schedule, vanished, origin }) => schedule?.by === 'somebody else' || vanished || origin === 'asked' || origin === 'earlier');

/** Schedules every planned CSMS secret that is neither gone nor scheduled yet, one by one, then lets them soak. */
export const quarantine = (turn: Turn, plan: Plan): TurnOutcome => {
  const hindered = lookBeforeTouching(turn, plan, true);
  if (hindered !== null) return hindered;
  const changed = noteWhatChanged(turn, BEFORE_TOUCHING);
  if ('outcome' in changed) return changed.outcome;
  const noted = changed.turn;
  const cancelling = letGo(noted, plan);
  if (cancelling !== null) return cancelling;
  const next = Object.values(noted.saga.secrets).find(
    ({ target, origin, schedule, vanished, erasure }) => target.cloud === 'huawei' && origin === 'planned' && schedule === null && !vanished && erasure === 'none',
  );
  if (next !== undefined && isUrlName(next.target.name)) {
    return intend(noted, { op: 'schedule', key: next.target.key, name: next.target.name, recoveryWindowDays: noted.saga.recoveryWindowDays });
  }
  if (hasNothingToErase(noted, plan)) return again(record(noted, { type: 'VerifyingStarted', parkAfterwards: null }));
  const until = noted.now + noted.saga.soakSeconds * 1_000;
  const soaking = record(noted, { type: 'SoakStarted', until });
  return wait(soaking, until, 'soak');
};
