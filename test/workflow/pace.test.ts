import { setImmediate as aTick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { OpenedState } from '../../lib/adapters/sqlite/state.ts';
import type { Api } from '../../lib/ports/clouds.ts';
import type { Asked, Urgency } from '../../lib/workflow/pace/budget.ts';
import { type Pace, makePace } from '../../lib/workflow/pace/pace.ts';
import { aPolicy } from '../saga/builders.ts';
import { GRAIN, aState, settle } from './state.ts';

const SPACING = 200;
const policy = aPolicy({ pace: { csms: { calls: 5, perSeconds: 1 }, sae: { calls: 45, perSeconds: 60 } } });

const aPace = ({ ledger, clock }: OpenedState, account = 'account'): Pace => makePace({ ledger, clock, policy, accountOf: () => account });

const NEWCOMER: Asked = { urgency: 2, returns: false };
const RETURNER: Asked = { urgency: 2, returns: true };
const COMPENSATION: Asked = { urgency: 0, returns: false };
const STILL = { retryAfterMs: null, quota: null };

/** What came of one call: when it went out or was sent off to, in milliseconds since it was asked for. */
interface Came {
  readonly kind: 'now' | 'sent-off';
  readonly after: number;
}

const ask = async ({ clock }: OpenedState, pace: Pace, asked = NEWCOMER, api: Api = 'csms'): Promise<Came> => {
  const from = clock.now();
  const admitted = await pace.admit(api, asked);
  return admitted.kind === 'now' ? { kind: 'now', after: clock.now() - from } : { kind: 'sent-off', after: Math.round(admitted.until - from) };
};

const askAll = (state: OpenedState, pace: Pace, count: number, asked = NEWCOMER, api: Api = 'csms'): Promise<Came[]> =>
  settle(state, Array.from({ length: count }, () => ask(state, pace, asked, api)));

const went = (came: readonly Came[]): number[] => came.filter(({ kind }) => kind === 'now').map(({ after }) => after);
const sentOff = (came: readonly Came[]): number[] => came.filter(({ kind }) => kind === 'sent-off').map(({ after }) => after);

const gaps = (moments: readonly number[]): number[] => {
  const sorted = moments.toSorted((a, b) => a - b);
  return sorted.slice(1).map((moment, index) => moment - (sorted[index] ?? 0));
};

/** So many gaps of that size, to the grain that time goes by here. */
const gapsOf = (count: number, spacing: number): unknown[] => Array.from({ length: count }, () => expect.closeTo(spacing, -1.4));

describe('H28: the pace of an API', () => {
  it('spaces calls evenly, the first one at once', async () => {
    const state = aState();
    const came = await askAll(state, aPace(state), 10);
    expect(went(came)).toHaveLength(10);
    expect(came[0]?.after).toBe(0);
    expect(gaps(went(came))).toEqual(gapsOf(9, SPACING));
  });

  it('is one for all workers of an account', async () => {
    const state = aState();
    const workers = [aPace(state), aPace(state)];
    const came = await settle(state, workers.flatMap((pace) => Array.from({ length: 3 }, () => ask(state, pace))));
    expect(went(came)).toHaveLength(6);
    expect(Math.min(...gaps(went(came)))).toBeGreaterThanOrEqual(SPACING - GRAIN);
  });

  it('of one account says nothing about another’s', async () => {
    const state = aState();
    await askAll(state, aPace(state), 10);
    expect(await askAll(state, aPace(state, 'other'), 1)).toEqual([{ kind: 'now', after: 0 }]);
  });

  it('of CSMS says nothing about that of SAE, which takes 45 of 60 calls a minute', async () => {
    const state = aState();
    const pace = aPace(state);
    await askAll(state, pace, 10);
    const came = await askAll(state, pace, 2, NEWCOMER, 'sae');
    expect(came[0]).toEqual({ kind: 'now', after: 0 });
    expect(gaps(went(came))).toEqual(gapsOf(1, 60_000 / 45));
  });

  it('that nobody used saves nothing up for a burst', async () => {
    const state = aState();
    const pace = aPace(state);
    await askAll(state, pace, 1);
    state.clock.advance(60_000);
    const came = await askAll(state, pace, 6);
    expect(came[0]?.after).toBe(0);
    expect(gaps(went(came))).toEqual(gapsOf(5, SPACING));
  });

  it('that nobody used for a moment saves nothing up either', async () => {
    const state = aState();
    const pace = aPace(state);
    await askAll(state, pace, 1);
    state.clock.advance(SPACING * 1.5);
    const came = await askAll(state, pace, 3);
    expect(came[0]?.after).toBe(0);
    expect(gaps(went(came))).toEqual(gapsOf(2, SPACING));
  });
});

describe('H28: more calls than there is room for', () => {
  /** All ask; who is sent off comes back when it was told to; answers when each went out, and how often it came. */
  const serveAll = async (state: OpenedState, pace: Pace, count: number): Promise<{ at: number; visits: number }[]> => {
    const one = async (): Promise<{ at: number; visits: number }> => {
      for (let visits = 1; ; visits += 1) {
        const admitted = await pace.admit('csms', visits === 1 ? NEWCOMER : RETURNER);
        if (admitted.kind === 'now') return { at: state.clock.now(), visits };
        await state.clock.sleep(admitted.until - state.clock.now());
      }
    };
    return settle(state, Array.from({ length: count }, one));
  };

  it('are sent off to come back when it is their turn, and the room there is stays used to the full', async () => {
    const state = aState();
    const served = (await serveAll(state, aPace(state), 60)).map(({ at }) => at);
    expect(Math.max(...served) - Math.min(...served)).toBeLessThanOrEqual(59 * SPACING + 100);
    expect(Math.min(...gaps(served))).toBeGreaterThanOrEqual(SPACING - GRAIN);
  });

  it('are sent off once and served when they come back', async () => {
    const state = aState();
    const served = await serveAll(state, aPace(state), 60);
    expect(Math.max(...served.map(({ visits }) => visits))).toBe(2);
  });

  it('that come back late find room soon', async () => {
    const state = aState();
    const pace = aPace(state);
    const [first] = sentOff(await askAll(state, pace, 30));
    state.clock.advance((first ?? 0) + 60_000);
    expect(await askAll(state, pace, 1, RETURNER)).toEqual([{ kind: 'now', after: 0 }]);
  });

  it('do not let those who come later pass', async () => {
    const state = aState();
    const pace = aPace(state);
    const from = state.clock.now();
    const early = await askAll(state, pace, 40);
    const [late] = await askAll(state, pace, 1);
    expect(late?.kind).toBe('sent-off');
    expect(state.clock.now() + (late?.after ?? 0)).toBeGreaterThan(from + Math.max(...sentOff(early)));
  });

  it('go faster as soon as the API lets them, wherever they wait', async () => {
    const state = aState();
    const pace = aPace(state);
    await pace.slowDown('csms', { retryAfterMs: 0, quota: { calls: 1, perSeconds: 1 } });
    await askAll(state, pace, 5, RETURNER);
    // By now the line tries for more.
    const came = await askAll(state, pace, 5, RETURNER);
    expect(Math.max(...went(came))).toBeLessThan(4_500);
  });
});

describe('H28: an API that throttles', () => {
  const slowed = async (...hints: Parameters<Pace['slowDown']>[1][]): Promise<{ state: OpenedState; pace: Pace }> => {
    const state = aState();
    const pace = aPace(state);
    for (const hint of hints) await pace.slowDown('csms', hint);
    return { state, pace };
  };

  it('halves the pace of every worker', async () => {
    const { state } = await slowed(STILL);
    expect(gaps(went(await askAll(state, aPace(state), 3)))).toEqual(gapsOf(2, 2 * SPACING));
  });

  it('is left alone for a moment', async () => {
    const { state, pace } = await slowed(STILL);
    expect(Math.min(...went(await askAll(state, pace, 1)))).toBeGreaterThanOrEqual(2 * SPACING);
  });

  it('is left alone for as long as it asks', async () => {
    const { state, pace } = await slowed({ retryAfterMs: 9_000, quota: null });
    expect(await askAll(state, pace, 1)).toEqual([{ kind: 'sent-off', after: 9_000 }]);
  });

  it('holds up whoever waits already, in other workers too', async () => {
    const state = aState();
    const [one, other] = [aPace(state), aPace(state)];
    const waiting = [ask(state, one), ask(state, one), ask(state, other), ask(state, other)];
    for (let tick = 0; tick < 8; tick += 1) await aTick();
    await one.slowDown('csms', { retryAfterMs: 3_000, quota: null });
    const came = await settle(state, waiting);
    expect(came.filter(({ after }) => after < 3_000).length).toBeLessThanOrEqual(2);
  });

  it('voids what a worker took ahead while all went well, instead of waiting for calls that nobody makes', async () => {
    const state = aState();
    const wide = makePace({ ...state, policy: aPolicy({ pace: { csms: { calls: 1_000, perSeconds: 1 }, sae: { calls: 45, perSeconds: 60 } } }), accountOf: () => 'account' });
    await askAll(state, wide, 1);
    await wide.slowDown('csms', { retryAfterMs: null, quota: { calls: 2, perSeconds: 1 } });
    const [came] = await askAll(state, wide, 1);
    expect(came?.after).toBeLessThanOrEqual(1_000);
  });

  it('and names its quota is taken at its word', async () => {
    const { state, pace } = await slowed({ retryAfterMs: 0, quota: { calls: 1, perSeconds: 2 } });
    // One in a hundred less than it allows: calls meet a sliding window a little early or late.
    expect(await askAll(state, pace, 2)).toEqual([
      { kind: 'now', after: 0 },
      { kind: 'sent-off', after: 2_020 },
    ]);
  });

  it('whose window was filled too fast is left alone until there is room in it', async () => {
    const { state, pace } = await slowed({ retryAfterMs: null, quota: { calls: 2, perSeconds: 1 } });
    // Two calls 200 ms apart fill it; from then on it is full for 600 ms.
    const [after] = went(await askAll(state, pace, 1));
    expect(after).toBeGreaterThanOrEqual(600);
    expect(after).toBeLessThanOrEqual(600 + GRAIN);
  });

  it('whose window was only just full is left alone no longer than that', async () => {
    const { state, pace } = await slowed({ retryAfterMs: null, quota: { calls: 5, perSeconds: 1.05 } });
    // Five calls 200 ms apart fill it; 50 ms later the first of them leaves it.
    expect(went(await askAll(state, pace, 1))).toEqual([50]);
  });

  it('though its quota is more generous than the policy is asked a little less: others use the account too', async () => {
    const { state, pace } = await slowed({ retryAfterMs: 0, quota: { calls: 1_000, perSeconds: 1 } });
    const [last] = went(await askAll(state, pace, 8)).toSorted((a, b) => b - a);
    expect(last).toBeGreaterThanOrEqual(7 * 206 - GRAIN);
    expect(last).toBeLessThanOrEqual(7 * 206 + GRAIN);
  });

  it('in one burst of refusals counts once', async () => {
    const { state, pace } = await slowed(STILL, STILL, STILL, STILL, STILL);
    expect(gaps(went(await askAll(state, pace, 3)))).toEqual(gapsOf(2, 2 * SPACING));
  });

  it('again and again is asked ever more slowly, down to one call a minute', async () => {
    const { state, pace } = await slowed();
    for (let refusal = 0; refusal < 20; refusal += 1) {
      await pace.slowDown('csms', { retryAfterMs: 0, quota: null });
      state.clock.advance(2_000);
    }
    const came = await askAll(state, pace, 3, RETURNER);
    expect(gaps(sentOff(came)).every((gap) => gap === 30_000)).toBe(true);
  });
});

describe('calls of a saga that turns back', () => {
  it('come first among those who ask at once, then proofs, then deletions', async () => {
    const state = aState();
    const pace = aPace(state);
    const order: Urgency[] = [];
    const urgencies: Urgency[] = [2, 1, 3, 0, 2, 1];
    await settle(state, urgencies.map((urgency) => pace.admit('csms', { urgency, returns: false }).then(() => order.push(urgency))));
    expect(order).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('do not wait behind a backlog of others, and put those off instead', async () => {
    const state = aState();
    const pace = aPace(state);
    const backlog = Array.from({ length: 20 }, () => ask(state, pace, RETURNER));
    for (let tick = 0; tick < 4; tick += 1) await aTick();
    const urgent = [ask(state, aPace(state), COMPENSATION), ask(state, aPace(state), COMPENSATION)];
    const came = went(await settle(state, backlog));
    const passed = went(await settle(state, urgent));
    expect(Math.max(...passed)).toBeLessThanOrEqual(2 * SPACING + GRAIN);
    expect(Math.max(...came)).toBeGreaterThanOrEqual(21 * SPACING - GRAIN);
  });

  it.each([SPACING, 50])('H28: go out in the place of another’s call, not between two, whichever worker those are in: places %d ms apart', async (spacing) => {
    const state = aState();
    const brisk = aPolicy({ pace: { csms: { calls: 1_000, perSeconds: spacing }, sae: { calls: 45, perSeconds: 60 } } });
    const aWorker = (): Pace => makePace({ ...state, policy: brisk, accountOf: () => 'account' });
    const [one, other] = [aWorker(), aWorker()];
    const moment = (asked: Promise<Came>): Promise<number> => asked.then(() => state.clock.now());
    const backlog = Array.from({ length: 12 }, (_, index) => moment(ask(state, index % 2 === 0 ? one : other, RETURNER)));
    const urgent = [0.3, 1.4, 3.6].map((places) => state.clock.sleep(places * spacing).then(() => moment(ask(state, aWorker(), COMPENSATION))));
    expect(Math.min(...gaps(await settle(state, [...backlog, ...urgent])))).toBeGreaterThanOrEqual(spacing - GRAIN);
  });

  it('wait like all others while an API wants to be left alone', async () => {
    const state = aState();
    const pace = aPace(state);
    await pace.slowDown('csms', { retryAfterMs: 9_000, quota: null });
    expect(await askAll(state, pace, 1, COMPENSATION)).toEqual([{ kind: 'sent-off', after: 9_000 }]);
  });
});

describe('H19: a worker whose clock is an hour ahead, or was so before it was set back,', () => {
  const aheadBy = (milliseconds: number, { ledger, clock }: OpenedState): Pace =>
    makePace({ ledger, clock: { ...clock, now: () => clock.now() + milliseconds }, policy, accountOf: () => 'account' });
  const anHourAhead = (state: OpenedState): Pace => aheadBy(3_600_000, state);

  it.each([
    ['deletion', NEWCOMER],
    ['cancellation', COMPENSATION],
  ])('holds up no %s of the others', async (_call, asked) => {
    const state = aState();
    await askAll(state, anHourAhead(state), 1);
    const [came] = await askAll(state, aPace(state), 1, asked);
    expect(came?.kind).toBe('now');
    // That worker took a second's worth of places.
    expect(came?.after).toBeLessThanOrEqual(5 * SPACING);
  });

  it('leaves their calls evenly spaced', async () => {
    const state = aState();
    await askAll(state, anHourAhead(state), 1);
    const came = await askAll(state, aPace(state), 5);
    expect(gaps(went(came))).toEqual(gapsOf(4, SPACING));
  });

  it('takes nothing off what a throttling taught: it keeps its age', async () => {
    const state = aState();
    await anHourAhead(state).slowDown('csms', { retryAfterMs: 0, quota: null });
    expect(gaps(went(await askAll(state, aPace(state), 3)))).toEqual(gapsOf(2, 2 * SPACING));
  });

  it('leaves a halt of a quarter of an hour, the longest there is, as it stands, though clocks be a minute apart', async () => {
    const state = aState();
    await aheadBy(60_000, state).slowDown('csms', { retryAfterMs: 900_000, quota: null });
    expect(await askAll(state, aPace(state), 1)).toEqual([{ kind: 'sent-off', after: 960_000 }]);
  });
});

it('H28: what a list asked for beyond its one call is taken off what the others may', async () => {
  const state = aState();
  const pace = aPace(state);
  await askAll(state, pace, 1);
  await pace.charge('csms', 4);
  const [next] = went(await askAll(state, aPace(state), 1));
  expect(next).toBeGreaterThanOrEqual(4 * SPACING);
});
