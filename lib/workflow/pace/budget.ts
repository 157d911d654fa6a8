import { LONGEST_WAIT_SECONDS } from '../../ports/clouds.ts';
import { type Hint, type Lesson, callsBetween, fullForMs, lessonOf, spacingAt } from './tempo.ts';

/** What presses more is served first: turning back has a date, a proof waits for nobody, a deletion can wait, and a sweep's own looks longest. */
export type Urgency = 0 | 1 | 2 | 3;
export const MOST_URGENT: Urgency = 0;
export const LEAST_URGENT: Urgency = 3;

/**
 * One account's budget for one API, shared by all workers: a line of places, one for each call, that moves on by one place
 * each spacing. Whoever holds a place need not be told when the line halts or changes its speed: it sees so in the line.
 */
export interface Budget {
  /** At that moment (epoch ms; ahead of now while the line halts) the line had come to the place `passed`. */
  readonly at: number;
  readonly passed: number;
  /** The next place that nobody holds. */
  readonly next: number;
  /** Whoever held a place before the last throttling holds it still if it is before this one. */
  readonly heldUpTo: number;
  /** When whoever asks next, and has to be sent off, is to come back (epoch ms): newcomers behind newcomers, those sent off again behind their like. */
  readonly sentOffUntil: { readonly newcomers: number; readonly returners: number };
  /** When the next call that passes the line may go out (epoch ms). */
  readonly expressAt: number;
  readonly lesson: Lesson | null;
}

const UNUSED: Budget = { at: 0, passed: 0, next: 0, heldUpTo: 0, sentOffUntil: { newcomers: 0, returners: 0 }, expressAt: 0, lesson: null };

export interface Asked {
  readonly urgency: Urgency;
  /** Whether this call's place was waited for by a message, or comes after one that was, in the same turn. */
  readonly returns: boolean;
}

/** A place in the line, a moment beside it, or when to come back and ask again. */
export type Granted = { readonly kind: 'place'; readonly place: number } | { readonly kind: 'express'; readonly at: number } | { readonly kind: 'sent-off'; readonly until: number };

/** Places that one worker has taken at once: `from` until before `to`. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

/** So long a call waits where it is: no message could be delayed more finely. */
const PATIENCE_MS = 2_000;
/** Whoever came back was promised a place: it waits longer before it is sent off again. */
export const PATIENCE_OF_RETURNERS_MS = 5_000;
/** While nobody waits a worker takes this much of the budget at once, so that the ledger is not asked before every call. */
const BLOCK_MS = 1_000;
/** So much faster than the line is now those sent off come back: it may go faster by then, and they would not hear of it. */
const HOPE = 2;

/** Workers' clocks are apart by less than this; more, and `doctor` fails. */
const SKEW_MS = 60_000;

/** Nothing halts a line for longer than a cloud's word is taken: one further ahead was written by a clock that was ahead, and goes by ours now. */
const byOurClock = (line: Budget, now: number): Budget => {
  const ahead = line.at - now;
  if (ahead <= LONGEST_WAIT_SECONDS * 1_000 + SKEW_MS) return line;
  const { newcomers, returners } = line.sentOffUntil;
  return {
    ...line,
    at: now,
    sentOffUntil: { newcomers: newcomers - ahead, returners: returners - ahead },
    expressAt: line.expressAt - ahead,
    lesson: line.lesson === null ? null : { ...line.lesson, at: line.lesson.at - ahead },
  };
};

/** The line as it stands now. */
export const broughtTo = (now: number, baseMs: number, before: Budget | null): Budget => {
  const line = before === null ? { ...UNUSED, at: now } : byOurClock(before, now);
  const { lesson } = line;
  if (line.at >= now) return line;
  const passed = line.passed + callsBetween(line.at, now, baseMs, lesson);
  const idle = passed - Math.max(line.next, line.passed);
  const idleMs = idle <= 0 || lesson === null ? 0 : Math.min(now - line.at, Math.round(idle * spacingAt(baseMs, lesson, now)));
  return { ...line, at: now, passed, next: Math.max(line.next, passed), lesson: lesson === null ? null : { ...lesson, idleMs: lesson.idleMs + idleMs } };
};

/** Whether a place that was granted while `lesson` was the last is still its holder's. */
export const isHeld = (granted: Granted, lesson: Lesson | null, budget: Budget): boolean =>
  granted.kind !== 'place' || lesson?.at === budget.lesson?.at || granted.place < budget.heldUpTo;

/** When the line comes to a place, if it goes on as it does now. */
export const momentOf = (granted: Exclude<Granted, { kind: 'sent-off' }>, { at, passed, lesson }: Budget, baseMs: number): number =>
  granted.kind === 'express' ? Math.max(granted.at, at) : at + (granted.place - passed) * spacingAt(baseMs, lesson, at);

/** As many calls went beside the line: it goes back, so that no more go out than without them. */
export const heldUp = (budget: Budget, calls: number): Budget => ({ ...budget, passed: budget.passed - calls });

const sendOff = (budget: Budget, who: 'newcomers' | 'returners', nextAt: number, stepMs: number): readonly [Budget, Granted] => {
  const until = Math.max(budget.sentOffUntil[who], nextAt);
  return [{ ...budget, sentOffUntil: { ...budget.sentOffUntil, [who]: until + stepMs } }, { kind: 'sent-off', until }];
};

const grant = (budget: Budget, { urgency, returns }: Asked, baseMs: number, now: number): readonly [Budget, Granted] => {
  const spacingMs = spacingAt(baseMs, budget.lesson, budget.at);
  const { next, passed, sentOffUntil } = budget;
  const momentOfPlace = (place: number): number => momentOf({ kind: 'place', place }, budget, baseMs);
  const nextAt = momentOfPlace(next);
  // Whoever passes the line goes when the first that still waits would have gone, and not between two: calls stay evenly spaced.
  const expressAt = Math.max(momentOfPlace(next - Math.max(0, Math.ceil(next - passed) - 1)), budget.expressAt);
  if (urgency === MOST_URGENT && expressAt < nextAt) {
    if (expressAt - now > PATIENCE_OF_RETURNERS_MS) return [budget, { kind: 'sent-off', until: expressAt }];
    return [{ ...heldUp(budget, 1), expressAt: expressAt + spacingMs }, { kind: 'express', at: expressAt }];
  }
  const fits = returns ? nextAt - now <= PATIENCE_OF_RETURNERS_MS : Math.max(nextAt, sentOffUntil.newcomers) - now <= PATIENCE_MS;
  if (fits) return [{ ...budget, next: next + 1 }, { kind: 'place', place: next }];
  return sendOff(budget, returns ? 'returners' : 'newcomers', nextAt, Math.max(baseMs, spacingMs / HOPE));
};

/** Serves all who ask, in their order, and takes a block ahead for those who will ask next, unless others are waiting already. */
export const grantAll = (before: Budget | null, asked: readonly Asked[], baseMs: number, now: number): { readonly budget: Budget; readonly granted: readonly Granted[]; readonly block: Block | null } => {
  let budget = broughtTo(now, baseMs, before);
  const granted = asked.map((one) => {
    const [after, answer] = grant(budget, one, baseMs, now);
    budget = after;
    return answer;
  });
  // A worker does not hear of others' throttlings before its block is used up: none is taken while some are to be expected.
  const isSlowed = spacingAt(baseMs, budget.lesson, now) > baseMs;
  const isCrowded = Math.max(momentOf({ kind: 'place', place: budget.next }, budget, baseMs), budget.sentOffUntil.newcomers) - now > PATIENCE_MS;
  const ahead = isSlowed || isCrowded ? 0 : Math.floor(BLOCK_MS / baseMs) - asked.length;
  if (ahead <= 0) return { budget, granted, block: null };
  const block = { from: budget.next, to: budget.next + ahead };
  return { budget: { ...budget, next: block.to }, granted, block };
};

/** What one more throttling leaves of it: the line halts for as long as the reply asks, or as can be reckoned, and then goes more slowly. */
export const throttled = (before: Budget | null, hint: Hint, baseMs: number, now: number): Budget => {
  const budget = broughtTo(now, baseMs, before);
  // The line halts already: that call went out before anybody knew.
  if (budget.at > now && hint.retryAfterMs === null) return budget;
  const lesson = lessonOf(baseMs, budget.lesson, hint, now);
  const spacingMs = spacingAt(baseMs, budget.lesson, now);
  const halt = hint.retryAfterMs ?? fullForMs(spacingMs, hint, lesson);
  // As long as blocks were taken nobody can tell which places somebody waits in: all are void, and whoever waits asks anew.
  const heldUpTo = spacingMs === baseMs ? budget.passed : Math.min(budget.next, budget.passed + PATIENCE_OF_RETURNERS_MS / lesson.spacingMs);
  return { ...budget, at: Math.max(budget.at, now + halt), next: heldUpTo, heldUpTo, lesson };
};
