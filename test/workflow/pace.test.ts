import { describe, expect, it } from 'vitest';
import type { State } from '../../lib/adapters/sqlite/state.ts';
import type { Asked, Granted, Urgency } from '../../lib/workflow/budget.ts';
import { type Pace, makePace } from '../../lib/workflow/pace.ts';
import { aPolicy } from '../saga/builders.ts';
import { aState } from './state.ts';

const SPACING = 200;
const policy = aPolicy({ pace: { csms: { calls: 5, perSeconds: 1 }, sae: { calls: 45, perSeconds: 60 } } });

const aPace = ({ ledger, clock }: State, account = 'account'): Pace => makePace({ ledger, clock, policy, accountOf: () => account });

const DELETION: Asked = { urgency: 2, ticket: 'none' };
const COMPENSATION: Asked = { urgency: 0, ticket: 'none' };
const COME_BACK: Asked = { urgency: 2, ticket: 'first' };

const momentOf = (granted: Granted): number => {
  if (granted.kind === 'ticket') throw new Error(`sent off until ${granted.until}`);
  return granted.at;
};

/** Takes so many moments one after another; each is waited for. */
const slots = async ({ clock }: State, pace: Pace, count: number, api: 'csms' | 'sae' = 'csms'): Promise<number[]> => {
  const taken: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const moment = momentOf(await pace.reserve(api, DELETION));
    clock.advance(Math.max(0, Math.ceil(moment - clock.now())));
    taken.push(moment);
  }
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
    const begun = state.clock.now();
    const taken = await slots(state, aPace(state), 12);
    expect(taken[0]).toBe(begun);
    expect(gaps(taken)).toEqual(Array.from({ length: 11 }, () => SPACING));
  });

  it('is one for all workers of an account', async () => {
    const state = aState();
    const workers = [aPace(state), aPace(state), aPace(state)];
    const taken: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const granted = await Promise.all(workers.map((pace) => pace.reserve('csms', DELETION)));
      taken.push(...granted.map(momentOf));
      state.clock.advance(3 * SPACING);
    }
    expect(new Set(taken).size).toBe(24);
    expect(Math.min(...gaps(taken))).toBeGreaterThanOrEqual(SPACING);
  });

  it('of one account says nothing about another’s', async () => {
    const state = aState();
    await Promise.all(Array.from({ length: 20 }, () => aPace(state).reserve('csms', DELETION)));
    expect(momentOf(await aPace(state, 'other').reserve('csms', DELETION))).toBe(state.clock.now());
  });

  it('of CSMS says nothing about that of SAE, which takes 45 of 60 calls a minute', async () => {
    const state = aState();
    const pace = aPace(state);
    await Promise.all(Array.from({ length: 20 }, () => pace.reserve('csms', DELETION)));
    const begun = state.clock.now();
    const taken = await slots(state, pace, 4, 'sae');
    expect(taken[0]).toBe(begun);
    for (const gap of gaps(taken)) expect(Math.abs(gap - 60_000 / 45)).toBeLessThanOrEqual(1);
  });

  it('that nobody used saves nothing up for a burst', async () => {
    const state = aState();
    const pace = aPace(state);
    await slots(state, pace, 1);
    state.clock.advance(60_000);
    const begun = state.clock.now();
    const taken = await slots(state, pace, 6);
    expect(taken[0]).toBe(begun);
    expect(gaps(taken)).toEqual(Array.from({ length: 5 }, () => SPACING));
  });

  it('is kept by those who ask at the same moment', async () => {
    const state = aState();
    const pace = aPace(state);
    const granted = await Promise.all(Array.from({ length: 7 }, () => pace.reserve('csms', DELETION)));
    expect(gaps(granted.map(momentOf))).toEqual(Array.from({ length: 6 }, () => SPACING));
  });
});

describe('H28: more calls than there is room for', () => {
  /** All ask; who is sent off comes back when it was told to; answers when each was served, and how often it came. */
  const serveAll = async (state: State, pace: Pace, count: number, first = DELETION): Promise<{ at: number; visits: number }[]> => {
    const served: { at: number; visits: number }[] = [];
    let due = Array.from({ length: count }, () => ({ asked: first, at: state.clock.now(), visits: 1 }));
    while (due.length > 0) {
      const next = Math.min(...due.map(({ at }) => at));
      state.clock.advance(Math.max(0, next - state.clock.now()));
      const now = due.filter(({ at }) => at <= state.clock.now());
      due = due.filter(({ at }) => at > state.clock.now());
      await Promise.all(
        now.map(async ({ asked, visits }) => {
          const granted = await pace.reserve('csms', asked);
          if (granted.kind === 'moment') served.push({ at: granted.at, visits });
          else due.push({ asked: COME_BACK, at: granted.until, visits: visits + 1 });
        }),
      );
    }
    return served;
  };

  it('are sent off to come back when it is their turn, and the room there is stays used to the full', async () => {
    const state = aState();
    const begun = state.clock.now();
    const served = await serveAll(state, aPace(state), 100);
    expect(Math.max(...served.map(({ at }) => at))).toBe(begun + 99 * SPACING);
    expect(Math.min(...gaps(served.map(({ at }) => at)))).toBeGreaterThanOrEqual(SPACING);
  });

  it('are sent off once and served when they come back', async () => {
    const state = aState();
    const served = await serveAll(state, aPace(state), 100);
    expect(Math.max(...served.map(({ visits }) => visits))).toBe(2);
  });

  it('that come back late find others in their place, and room soon', async () => {
    const state = aState();
    const pace = aPace(state);
    await Promise.all(Array.from({ length: 12 }, () => pace.reserve('csms', DELETION)));
    const granted = await pace.reserve('csms', DELETION);
    if (granted.kind !== 'ticket') throw new Error('not sent off');
    state.clock.advance(granted.until - state.clock.now() + 60_000);
    expect(momentOf(await pace.reserve('csms', COME_BACK))).toBe(state.clock.now());
  });

  it('do not let those who come later pass', async () => {
    const state = aState();
    const pace = aPace(state);
    const early = await Promise.all(Array.from({ length: 30 }, () => pace.reserve('csms', DELETION)));
    const sentOff = early.filter((granted) => granted.kind === 'ticket');
    state.clock.advance(3_000);
    const late = await pace.reserve('csms', DELETION);
    if (late.kind !== 'ticket') throw new Error('not sent off');
    expect(late.until).toBeGreaterThan(Math.max(...sentOff.map(({ until }) => until)));
  });
});

describe('H28: an API that throttles', () => {
  it('halves the pace of every worker', async () => {
    const state = aState();
    const [one, other] = [aPace(state), aPace(state)];
    await one.slowDown('csms', STILL);
    expect(gaps(await slots(state, other, 3))).toEqual([2 * SPACING, 2 * SPACING]);
  });

  it('is left alone for a moment', async () => {
    const state = aState();
    const pace = aPace(state);
    await slots(state, pace, 1);
    await pace.slowDown('csms', STILL);
    expect(momentOf(await pace.reserve('csms', DELETION))).toBeGreaterThanOrEqual(state.clock.now() + 2 * SPACING);
  });

  it('is left alone for as long as it asks', async () => {
    const state = aState();
    const pace = aPace(state);
    await pace.slowDown('csms', { retryAfterMs: 9_000, quota: null });
    expect(await pace.reserve('csms', DELETION)).toEqual({ kind: 'ticket', until: state.clock.now() + 9_000 });
  });

  it('takes no moment that a worker had reserved before', async () => {
    const state = aState();
    const pace = aPace(state);
    await slots(state, pace, 2);
    await pace.slowDown('csms', { retryAfterMs: 1_500, quota: null });
    expect(momentOf(await pace.reserve('csms', DELETION))).toBeGreaterThanOrEqual(state.clock.now() + 1_500);
  });

  it('and names its quota is taken at its word', async () => {
    const state = aState();
    const pace = aPace(state);
    await pace.slowDown('csms', { retryAfterMs: 0, quota: { calls: 1, perSeconds: 2 } });
    const moments = await Promise.all([pace.reserve('csms', DELETION), pace.reserve('csms', DELETION)]);
    // Three in a hundred less than it allows: calls meet a sliding window a little early or late.
    expect(moments).toEqual([
      { kind: 'moment', at: state.clock.now() },
      { kind: 'ticket', until: state.clock.now() + 2_060 },
    ]);
  });

  it('though its quota is more generous than the policy is asked a little less: others use the account too', async () => {
    const state = aState();
    const pace = aPace(state);
    await pace.slowDown('csms', { retryAfterMs: 0, quota: { calls: 1_000, perSeconds: 1 } });
    expect(gaps(await slots(state, pace, 3)).map(Math.round)).toEqual([220, 220]);
  });

  it('in one burst of refusals counts once', async () => {
    const state = aState();
    const pace = aPace(state);
    for (let refusal = 0; refusal < 5; refusal += 1) await pace.slowDown('csms', STILL);
    expect(gaps(await slots(state, pace, 3))).toEqual([2 * SPACING, 2 * SPACING]);
  });

  it('again and again is asked ever more slowly, down to one call a minute', async () => {
    const state = aState();
    const pace = aPace(state);
    for (let refusal = 0; refusal < 20; refusal += 1) {
      await pace.slowDown('csms', STILL);
      state.clock.advance(2_000);
    }
    await pace.slowDown('csms', { retryAfterMs: 0, quota: null });
    const granted = await Promise.all([pace.reserve('csms', DELETION), pace.reserve('csms', DELETION)]);
    expect(granted).toEqual([expect.objectContaining({ kind: 'ticket' }), { kind: 'ticket', until: expect.closeTo(state.clock.now() + 118_000, -4) }]);
  });
});

describe('calls of a saga that turns back', () => {
  it('come first among those who ask at once, then proofs, then deletions', async () => {
    const pace = aPace(aState());
    const order: Urgency[] = [];
    const urgencies: Urgency[] = [2, 1, 3, 0, 2, 1];
    await Promise.all(urgencies.map((urgency) => pace.reserve('csms', { urgency, ticket: 'none' }).then(() => order.push(urgency))));
    expect(order).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('do not wait behind a backlog of others, and put those off instead', async () => {
    const state = aState();
    const pace = aPace(state);
    const backlog = await Promise.all(Array.from({ length: 100 }, () => pace.reserve('csms', DELETION)));
    const last = Math.max(...backlog.map((granted) => (granted.kind === 'ticket' ? granted.until : granted.at)));
    expect(momentOf(await aPace(state).reserve('csms', COMPENSATION))).toBe(state.clock.now());
    expect(momentOf(await aPace(state).reserve('csms', COMPENSATION))).toBe(state.clock.now() + SPACING);
    expect(await pace.reserve('csms', DELETION)).toEqual({ kind: 'ticket', until: last + 3 * SPACING });
  });

  it('wait like all others while an API wants to be left alone', async () => {
    const state = aState();
    const pace = aPace(state);
    await pace.slowDown('csms', { retryAfterMs: 9_000, quota: null });
    expect(await pace.reserve('csms', COMPENSATION)).toEqual({ kind: 'ticket', until: state.clock.now() + 9_000 });
  });
});
