import { describe, expect, it } from 'vitest';
import { interleave, median, ratioOf, rateOf } from '../../bench/slices.ts';
import { type Result, isMet } from '../../bench/result.ts';
import { fullSpeedAfter, share, waste } from '../../bench/throttle/reckoning.ts';
import { GOALS, MEASUREMENTS } from '../../bench/benchmarks.ts';

/** Accepted calls at an even pace, from a second on. */
const evenly = (from: number, perSecond: number, seconds: number): { at: number; rejected: boolean }[] =>
  Array.from({ length: perSecond * seconds }, (_, index) => ({ at: from * 1_000 + (index * 1_000) / perSecond, rejected: false }));

const aResult = (changes: Partial<Result>): Result => ({ name: 'end-to-end', ratio: 1, goal: 1, better: 'higher', detail: {}, ...changes });

describe('what a drain comes to', () => {
  it('a quota of 20 a second of which 19 are used is used by 0.95, whatever was rejected beside them', () => {
    const drained = [...evenly(0, 19, 10), { at: 500, rejected: true }];
    expect(share(drained, 10, { calls: 20, perSeconds: 1 })).toBeCloseTo(0.95);
    expect(waste(drained)).toBeCloseTo(1 / 190);
  });

  it('full speed comes back when four seconds of it begin, not with a burst before', () => {
    const calls = [...evenly(0, 20, 10), ...evenly(10, 40, 2), ...evenly(12, 20, 3), ...evenly(15, 40, 6)];
    // 144 of 160 calls are full: 16 of the last slow 800 ms, and 3.2 s at forty a second.
    expect(fullSpeedAfter(calls, 10_000, { calls: 40, perSeconds: 1 })).toBeCloseTo(4.2);
    expect(fullSpeedAfter(evenly(0, 20, 30), 10_000, { calls: 40, perSeconds: 1 })).toBeNull();
  });
});

describe('a goal', () => {
  it('is missed below where higher is better, above where lower is, and met where it is just reached', () => {
    expect([0.79, 0.8, 0.9].map((ratio) => isMet(aResult({ ratio, goal: 0.8, better: 'higher' })))).toEqual([false, true, true]);
    expect([1.2, 1.25, 1.3].map((ratio) => isMet(aResult({ ratio, goal: 1.25, better: 'lower' })))).toEqual([true, true, false]);
    expect(isMet(aResult({ ratio: Number.NaN }))).toBe(false);
  });

  it('stands for each name, and each name is measured once', () => {
    expect(MEASUREMENTS.flatMap(({ names }) => names).sort()).toEqual(Object.keys(GOALS).sort());
  });
});

describe('slices of two sides', () => {
  it('take turns, and their ratio is the median of the rounds', async () => {
    const order: string[] = [];
    const side = (name: 'ours' | 'floor', counts: readonly number[]): readonly ['ours' | 'floor', (round: number) => Promise<{ count: number; seconds: number; cpuMicros: number }>] => [
      name,
      async (round) => {
        order.push(name);
        return { count: counts[round] ?? 0, seconds: 1, cpuMicros: 1 };
      },
    ];
    // One slice of the floor is disturbed; the median does not hear of it.
    const rounds = await interleave([side('ours', [50, 60, 55]), side('floor', [100, 120, 10])], 3);
    expect(order).toEqual(['ours', 'floor', 'floor', 'ours', 'ours', 'floor']);
    expect(ratioOf(rounds, rateOf, 'ours', 'floor')).toBe(0.5);
    expect(median([3, 1, 2, 10])).toBe(2.5);
  });
});
