import { DAY_MS } from './day.ts';
import type { Policy } from './policy.ts';
import { type Attempt, type IntendedSchedule, type Saga, type Schedule, type SecretRecord, isBeforePivot, isUnplanned } from './saga.ts';
import type { CsmsSecret } from './seen.ts';

/** How long a secret that this saga schedules can still be restored. */
const recoveryWindowMs = ({ recoveryWindowDays }: Saga): number => recoveryWindowDays * DAY_MS;

/** What a secret's state tells of its schedule: a cancelled one is ENABLED again (contracts/huawei-csms.md, section 2), and of any other word, DISABLED too, no page says so (H50). */
export const scheduleShownBy = ({ state }: CsmsSecret): 'pending' | 'ended' | 'unknown' => {
  switch (state) {
    case 'PENDING_DELETE':
      return 'pending';
    case 'ENABLED':
      return 'ended';
    default:
      return 'unknown';
  }
};

/** A schedule whose date fits an intent within this is that intent's (design.md, Every step). */
const SAME_DATE_MS = 5 * 60_000;

/** Whether a secret's erasing date is the one our intent asked for: the cloud counted the window from somewhere between intent and deadline. */
export const fitsOurSchedule = (eraseAt: number | null, { at, notAfter, windowDays }: Omit<IntendedSchedule, 'key'>): boolean => {
  if (eraseAt === null) return false;
  const windowMs = windowDays * DAY_MS;
  return eraseAt >= at + windowMs - SAME_DATE_MS && eraseAt <= notAfter + windowMs + SAME_DATE_MS;
};

/** The schedule that an attempt is, if it is one. */
export const scheduleOf = ({ call, at, notAfter }: Attempt): readonly IntendedSchedule[] =>
  call.op === 'schedule' ? [{ key: call.key, at, notAfter, windowDays: call.recoveryWindowDays }] : [];

/** When a secret that was so scheduled is erased, at the earliest. */
export const erasedFrom = ({ at, windowDays }: IntendedSchedule): number => at + windowDays * DAY_MS;

const PRECISION_MS = 1_000;

/**
 * Whether two dates that the cloud told of one secret are the same. It keeps whole seconds (contracts/huawei-csms.md,
 * section 2): a reply may still have the milliseconds that a later look has lost, and a schedule of ours must not look
 * like somebody else's by that.
 */
export const isSameDate = (told: number, seen: number | null): boolean => seen !== null && Math.abs(told - seen) < PRECISION_MS;

/** Whether a date that nobody claims is in truth that of a schedule of ours that never got a reply and took effect late. */
export const isLateEffect = (saga: Saga, key: string, eraseAt: number | null): boolean =>
  saga.unanswered.some((intended) => intended.key === key && fitsOurSchedule(eraseAt, intended));

const isTold = ({ recoveryWindowDays: windowDays }: Saga, { eraseAt: told, since }: Schedule, eraseAt: number | null): boolean =>
  told === null ? fitsOurSchedule(eraseAt, { at: since, notAfter: since, windowDays }) : isSameDate(told, eraseAt);

/** Whether that date is of a schedule of ours: the date we were told or, where we were told none, one that fits our window; or that of an intent without a reply. Any other was made by somebody since (H39). */
export const isOurDate = (saga: Saga, { target: { key }, schedule }: SecretRecord, eraseAt: number | null): boolean =>
  (schedule?.by === 'us' && isTold(saga, schedule, eraseAt)) || isLateEffect(saga, key, eraseAt);

/** Secrets that this saga scheduled and that are not cancelled, erased or found otherwise. */
export const liveSchedules = (saga: Saga): SecretRecord[] =>
  Object.values(saga.secrets).filter(({ schedule }) => schedule?.by === 'us');

/**
 * What this saga may cancel: the schedules it made, and others' only where the policy says so. Past the pivot that is what
 * the plan does not name; the rest only goes forward.
 */
export const cancellable = (saga: Saga, policy: Policy): SecretRecord[] =>
  Object.values(saga.secrets).filter(
    ({ origin, schedule, cancelRefused, expired }) =>
      (isBeforePivot(saga) || isUnplanned(origin)) && cancelRefused === null && !expired && (schedule?.by === 'us' || (schedule !== null && policy.restoreForeignSchedules)),
  );

/** When a schedule erases at the latest. */
const erasedBy = (saga: Saga, { eraseAt, since }: Schedule): number => eraseAt ?? since + recoveryWindowMs(saga);

/** Until when a schedule can still be cancelled for certain; what is missed from then on was erased by it, as far as two clocks so far apart can tell. */
export const lastChance = (saga: Saga, schedule: Schedule): number => erasedBy(saga, schedule) - SAME_DATE_MS;

const lastChances = (saga: Saga, schedule: Schedule | null): number[] => (schedule === null ? [] : [lastChance(saga, schedule)]);

/** What of that is to be cancelled now: what was missed is looked for with the proofs, and cancelled if it turns up; at its last chance it is looked for once more. */
export const toCancel = (saga: Saga, policy: Policy, now: number): SecretRecord[] =>
  cancellable(saga, policy).filter(({ vanished, schedule }) => !vanished || lastChances(saga, schedule).some((at) => now >= at));

/** When the first of what was missed is to be looked for once more; null when nothing is, or nothing is ahead. */
export const nextLastChance = (saga: Saga, policy: Policy, now: number): number | null => {
  const ahead = cancellable(saga, policy).flatMap(({ vanished, schedule }) => (vanished ? lastChances(saga, schedule).filter((at) => at > now) : []));
  return ahead.length === 0 ? null : Math.min(...ahead);
};

/** Until when one of these schedules, or the one that is just being made, can be pending at the longest; null when nothing can. */
export const lastErasing = (saga: Saga, scheduled: readonly SecretRecord[]): number | null => {
  const dates = scheduled.flatMap(({ schedule }) => (schedule === null ? [] : [erasedBy(saga, schedule)]));
  if (saga.attempt?.call.op === 'schedule') dates.push(saga.attempt.notAfter + recoveryWindowMs(saga));
  return dates.length === 0 ? null : Math.max(...dates);
};

/** The earliest date on which the cloud erases something this saga scheduled, or may have; null when nothing of ours can be pending. */
export const earliestErasing = (saga: Saga): number | null => {
  const windowMs = recoveryWindowMs(saga);
  const dates = liveSchedules(saga).map(({ schedule }) => schedule?.eraseAt ?? saga.startedAt + windowMs);
  if (saga.attempt?.call.op === 'schedule') dates.push(saga.attempt.at + windowMs);
  return dates.length === 0 ? null : Math.min(...dates);
};

const CANCEL_MARGIN_MS = 6 * 3_600_000;

/** Schedules without a reply of which nothing has been seen yet, and which may still take effect or have done so. */
export const mayRunUnseen = (saga: Saga, now: number): readonly IntendedSchedule[] =>
  saga.unanswered.filter((intended) => saga.secrets[intended.key]?.schedule === null && now < erasedFrom(intended) + DAY_MS);

/** By when to look for the first of them: six hours before it would erase; null when none is ahead. */
export const lookForUnseenBy = (saga: Saga, now: number): number | null => {
  const dates = mayRunUnseen(saga, now).map(erasedFrom).filter((date) => date > now);
  return dates.length === 0 ? null : Math.min(...dates) - CANCEL_MARGIN_MS;
};

/** By when a quarantine must have been decided: six hours before the earliest erasing date (design.md). */
export const cancelBy = (saga: Saga): number | null => {
  const erasing = earliestErasing(saga);
  return erasing === null ? null : erasing - CANCEL_MARGIN_MS;
};
