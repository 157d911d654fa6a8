import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hint, type Lesson, callsBetween, lessonOf, spacingAt } from '../../lib/workflow/pace/tempo.ts';
import { NOW, SECOND } from '../saga/builders.ts';

const BASE = 25;
const LIMIT: Hint = { retryAfterMs: 40, quota: { calls: 20, perSeconds: 1 } };
const MUTE: Hint = { retryAfterMs: null, quota: null };
const taught = (hint: Hint, before: Lesson | null = null, now = NOW): Lesson => lessonOf(BASE, before, hint, now);
const perSecond = (lesson: Lesson, seconds: number): number => Math.round(10_000 / spacingAt(BASE, lesson, NOW + seconds * SECOND)) / 10;

describe('H28: how fast calls go out', () => {
  it('is what the policy says as long as nobody minds', () => {
    expect(spacingAt(BASE, null, NOW)).toBe(BASE);
  });

  it('after a limit was named stays just below it for five seconds, and then tries for more in growing steps, up to the policy’s pace', () => {
    const lesson = taught(LIMIT);
    expect([0, 4.9, 5, 6, 7, 8, 9, 10, 60].map((seconds) => perSecond(lesson, seconds))).toEqual([19.8, 19.8, 20.8, 22.9, 26.5, 32.3, 40, 40, 40]);
  });

  it('a limit that was lifted is used to the full within ten seconds', () => {
    expect(spacingAt(BASE, taught(LIMIT), NOW + 10 * SECOND)).toBe(BASE);
  });

  it('without a named limit is halved', () => {
    expect(taught(MUTE).spacingMs).toBe(2 * BASE);
  });

  it('is slowed down once by one burst of refusals, whatever each of them says', () => {
    const burst = [LIMIT, MUTE, MUTE, LIMIT].reduce<Lesson | null>((lesson, hint, index) => taught(hint, lesson, NOW + index * 400), null);
    expect(burst).toEqual(taught(LIMIT));
  });

  it('goes below a named limit when the limit is used by others as well', () => {
    const again = taught(LIMIT, taught(LIMIT), NOW + 2 * SECOND);
    expect(again.spacingMs).toBeCloseTo(taught(LIMIT).spacingMs * 1.03, 6);
  });

  it('counts time in which nobody asked as if it had not been', () => {
    const idle: Lesson = { ...taught(LIMIT), idleMs: 60 * SECOND };
    expect([0, 60, 64.9, 65, 66].map((seconds) => perSecond(idle, seconds))).toEqual([19.8, 19.8, 19.8, 20.8, 22.9]);
  });

  it('adds up to the same number of calls, over however many looks a time is counted', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3_000 }), { minLength: 1, maxLength: 20 }), fc.nat({ max: 20_000 }), (looks, idleMs) => {
        const lesson: Lesson = { ...taught(LIMIT), idleMs };
        let [now, parts] = [NOW, 0];
        for (const step of looks) {
          parts += callsBetween(now, now + step, BASE, lesson);
          now += step;
        }
        expect(parts).toBeCloseTo(callsBetween(NOW, now, BASE, lesson), 6);
      }),
      { seed: 20261125, numRuns: 300 },
    );
  });

  it('is never above the policy’s pace nor below one call a minute, and never falls again without a refusal', () => {
    const hints = fc.record({ retryAfterMs: fc.option(fc.nat()), quota: fc.option(fc.record({ calls: fc.integer({ min: 1, max: 1_000 }), perSeconds: fc.integer({ min: 1, max: 86_400 }) })) });
    fc.assert(
      fc.property(fc.array(fc.tuple(hints, fc.nat({ max: 20_000 })), { minLength: 1, maxLength: 12 }), (refusals) => {
        let [lesson, now]: [Lesson | null, number] = [null, NOW];
        for (const [hint, pause] of refusals) {
          lesson = lessonOf(BASE, lesson, hint, now);
          now += pause;
        }
        const spacings = Array.from({ length: 60 }, (_, second) => spacingAt(BASE, lesson, now + second * SECOND));
        expect(spacings.every((spacing) => spacing >= BASE && spacing <= 60_000)).toBe(true);
        expect(spacings).toEqual(spacings.toSorted((a, b) => b - a));
      }),
      { seed: 20261125, numRuns: 300 },
    );
  });
});
