import type { Quota } from '../../saga/verdict.ts';

/** What a throttling taught an account: since then calls go out so far apart at first. */
export interface Lesson {
  readonly at: number;
  readonly spacingMs: number;
  /** How long since then nobody asked, in whole ms: that the limit was not met in that time teaches nothing. */
  readonly idleMs: number;
}

/** What a throttled reply told beyond its being one. */
export interface Hint {
  readonly retryAfterMs: number | null;
  readonly quota: Quota | null;
}

const SLOWEST_MS = 60_000;
/** Refusals this close together are one throttling: they slow down once. */
const BURST_MS = 2_000;
/** Calls meet a sliding window a few milliseconds early or late; at the very limit every other one would be refused. */
const ROOM = 1.01;
/** For so long nothing is tried after a throttling; then each second goes faster by one step more than the one before. */
const HOLD_MS = 5_000;
const STEP = 1.05;

/** How many whole steps of a second the pace has grown since a lesson. */
const growthAt = (lesson: Lesson, now: number): number => Math.max(0, Math.floor((now - lesson.at - lesson.idleMs - HOLD_MS) / 1_000) + 1);

/** How far apart calls go out now: as the policy says, unless a throttling was a short while ago. A limit is found again within two calls, a lifted one used to the full within some seconds. */
export const spacingAt = (baseMs: number, lesson: Lesson | null, now: number): number => {
  if (lesson === null) return baseMs;
  const seconds = growthAt(lesson, now);
  return Math.max(baseMs, lesson.spacingMs / STEP ** ((seconds * (seconds + 1)) / 2));
};

/** How many calls that pace lets go out in a time. */
export const callsBetween = (from: number, to: number, baseMs: number, lesson: Lesson | null): number => {
  let calls = 0;
  let at = from;
  while (at < to) {
    const spacingMs = spacingAt(baseMs, lesson, at);
    const isGrown = lesson === null || spacingMs === baseMs;
    const until = isGrown ? to : Math.min(to, lesson.at + lesson.idleMs + HOLD_MS + growthAt(lesson, at) * 1_000);
    calls += (until - at) / spacingMs;
    at = until;
  }
  return calls;
};

/** What one more throttling teaches: the limit where the reply names it, half the pace where it does not. */
export const lessonOf = (baseMs: number, before: Lesson | null, { quota }: Hint, now: number): Lesson => {
  const named = quota === null ? null : ((quota.perSeconds * 1_000) / quota.calls) * ROOM;
  if (before !== null && now - before.at < BURST_MS) return { ...before, spacingMs: Math.max(before.spacingMs, Math.min(SLOWEST_MS, named ?? 0)) };
  const current = spacingAt(baseMs, before, now);
  // Throttled though below the limit it names: somebody else uses the account too.
  const asked = named === null ? current * 2 : current >= named ? current * 1.03 : named;
  return { at: now, spacingMs: Math.min(SLOWEST_MS, Math.max(baseMs, asked)), idleMs: 0 };
};

/** For how long nothing may go out after a throttling: a window that calls so far apart have filled is full until then, and what somebody else filled we cannot know. */
export const fullForMs = (spacingMs: number, { quota }: Hint, lesson: Lesson): number => {
  const fullMs = quota === null ? 0 : quota.perSeconds * 1_000 - spacingMs * quota.calls;
  return Math.ceil(fullMs > 0 ? fullMs : lesson.spacingMs);
};
