import { describe, expect, it } from 'vitest';
import type { State } from '../../lib/adapters/sqlite/state.ts';
import { type Pace, makePace } from '../../lib/workflow/pace.ts';
import { aPolicy } from '../saga/builders.ts';
import { aState } from './state.ts';

const SPACING = 200;
const policy = aPolicy({ pace: { csms: { calls: 5, perSeconds: 1 }, sae: { calls: 45, perSeconds: 60 } } });

const aPace = ({ ledger, clock }: State, account = 'account'): Pace => makePace({ ledger, clock, policy, accountOf: () => account });

const slots = async (pace: Pace, count: number, api: 'csms' | 'sae' = 'csms'): Promise<number[]> => {
  const taken: number[] = [];
  for (let index = 0; index < count; index += 1) taken.push(await pace.reserve(api));
  return taken;
};

const gaps = (moments: readonly number[]): number[] => {
  const sorted = moments.toSorted((a, b) => a - b);
  return sorted.slice(1).map((moment, index) => moment - (sorted[index] ?? 0));
};

const STILL = { retryAfterMs: null, quota: null };

describe('H28: the pace of an API', () => {
  it('spaces calls evenly, the first one at once', async () => {
    const state = aState();
    const taken = await slots(aPace(state), 12);
    expect(taken[0]).toBe(state.clock.now());
    expect(gaps(taken)).toEqual(Array.from({ length: 11 }, () => SPACING));
  });

  it('is one for all workers of an account', async () => {
    const state = aState();
    const workers = [aPace(state), aPace(state), aPace(state)];
    const taken = (await Promise.all(workers.map((pace) => slots(pace, 8)))).flat();
    expect(new Set(taken).size).toBe(24);
    expect(Math.min(...gaps(taken))).toBeGreaterThanOrEqual(SPACING);
  });

  it('of one account says nothing about another’s', async () => {
    const state = aState();
    await slots(aPace(state), 20);
    expect(await aPace(state, 'other').reserve('csms')).toBe(state.clock.now());
  });

  it('of CSMS says nothing about that of SAE, which takes 45 of 60 calls a minute', async () => {
    const state = aState();
    const pace = aPace(state);
    await slots(pace, 20);
    const taken = await slots(pace, 4, 'sae');
    expect(taken[0]).toBe(state.clock.now());
    for (const gap of gaps(taken)) expect(gap).toBeCloseTo(60_000 / 45, 3);
  });

  it('that nobody used saves nothing up for a burst', async () => {
    const state = aState();
    const pace = aPace(state);
    await slots(pace, 1);
    state.clock.advance(60_000);
    const taken = await slots(pace, 6);
    expect(taken[0]).toBe(state.clock.now());
    expect(gaps(taken)).toEqual(Array.from({ length: 5 }, () => SPACING));
  });

  it('that nobody used for a moment saves nothing up either', async () => {
    const state = aState();
    const pace = aPace(state);
    await slots(pace, 1);
    state.clock.advance(SPACING * 1.5);
    const taken = await slots(pace, 3);
    expect(taken[0]).toBe(state.clock.now());
    expect(gaps(taken)).toEqual([SPACING, SPACING]);
  });

  it('is kept by those who ask at the same moment', async () => {
    const state = aState();
    const pace = aPace(state);
    const taken = await Promise.all(Array.from({ length: 7 }, () => pace.reserve('csms')));
    expect(gaps(taken)).toEqual(Array.from({ length: 6 }, () => SPACING));
  });
});

const spacingOf = async (state: State, pace: Pace): Promise<number> => {
  state.clock.advance(120_000);
  return gaps(await slots(pace, 2))[0] ?? 0;
};

describe('H28: an API that throttles', () => {

  it('halves the pace of every worker', async () => {
    const state = aState();
    const [one, other] = [aPace(state), aPace(state)];
    await one.slowDown('csms', STILL);
    expect(gaps(await slots(other, 3))).toEqual([2 * SPACING, 2 * SPACING]);
  });

  it('is left alone for a moment', async () => {
    const state = aState();
    const pace = aPace(state);
    await slots(pace, 1);
    await pace.slowDown('csms', STILL);
    expect(await pace.reserve('csms')).toBeGreaterThanOrEqual(state.clock.now() + 2 * SPACING);
  });

  it('is left alone for as long as it asks', async () => {
    const state = aState();
    const pace = aPace(state);
    await pace.slowDown('csms', { retryAfterMs: 9_000, quota: null });
    expect(await pace.reserve('csms')).toBe(state.clock.now() + 9_000);
  });

  it('and names its quota is taken at its word', async () => {
    const state = aState();
    const pace = aPace(state);
    await pace.slowDown('csms', { retryAfterMs: 0, quota: { calls: 1, perSeconds: 5 } });
    expect(gaps(await slots(pace, 3))).toEqual([5_000, 5_000]);
  });

  it('is never sped up by a quota more generous than the policy', async () => {
    const state = aState();
    const pace = aPace(state);
    await pace.slowDown('csms', { retryAfterMs: 0, quota: { calls: 1_000, perSeconds: 1 } });
    expect(gaps(await slots(pace, 3))).toEqual([SPACING, SPACING]);
  });

  it('in one burst of refusals counts once', async () => {
    const state = aState();
    const pace = aPace(state);
    for (let refusal = 0; refusal < 5; refusal += 1) await pace.slowDown('csms', STILL);
    expect(gaps(await slots(pace, 3))).toEqual([2 * SPACING, 2 * SPACING]);
  });

  it('again and again is asked ever more slowly, down to one call a minute', async () => {
    const state = aState();
    const pace = aPace(state);
    for (let refusal = 0; refusal < 20; refusal += 1) {
      await pace.slowDown('csms', STILL);
      state.clock.advance(2_000);
    }
    await pace.slowDown('csms', STILL);
    expect(gaps(await slots(pace, 2))).toEqual([60_000]);
  });

  it('is asked faster again bit by bit, up to the policy’s pace and not beyond', async () => {
    const state = aState();
    const pace = aPace(state);
    await pace.slowDown('csms', { retryAfterMs: 0, quota: { calls: 1, perSeconds: 1 } });
    const spacings: number[] = [];
    for (let pause = 0; pause < 12; pause += 1) spacings.push(await spacingOf(state, pace));
    expect(spacings).toEqual(spacings.toSorted((a, b) => b - a));
    expect(spacings[0]).toBeLessThan(1_000);
    expect(spacings.at(-1)).toBe(SPACING);
  });
});
