import { describe, expect, it, vi } from 'vitest';
import type { AdvancingClock } from '../../lib/adapters/sqlite/advancing-clock.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Answer } from '../../lib/ports/clouds.ts';
import type { Ledger } from '../../lib/ports/ledger.ts';
import { generationOf, sagaIdOf } from '../../lib/saga/instance.ts';
import type { Hold } from '../../lib/saga/saga.ts';
import { makeAllowance } from '../../lib/workflow/pace/allowance.ts';
import { claim } from '../../lib/workflow/records/claims.ts';
import { TooManyHolds, closeKey, readControls, setHold, setPause } from '../../lib/workflow/records/controls.ts';
import { type StoredSaga, unwritten, withFacts, writeSaga } from '../../lib/workflow/records/saga-store.ts';
import { type Wanted, sharedList } from '../../lib/workflow/turn/shared-list.ts';
import { HOUR, NOW, aHold, anOpening } from '../saga/builders.ts';
import { aState } from './state.ts';

const asked = (secrets: number, cloud: 'huawei' | 'alibaba' = 'huawei', account = 'a') => [{ cloud, account, secrets, secretsPerHour: 10 }];

describe('secrets an hour', () => {
  const nine = Date.UTC(2026, 10, 22, 9);

  it('are granted until the cap is reached, and then from the next full hour on', async () => {
    const { allow } = makeAllowance(aState().ledger);
    expect(await allow(asked(6), nine + 1)).toEqual({ granted: true });
    expect(await allow(asked(4), nine + 2)).toEqual({ granted: true });
    expect(await allow(asked(1), nine + 3)).toEqual({ granted: false, until: nine + HOUR });
    expect(await allow(asked(1), nine + HOUR)).toEqual({ granted: true });
  });

  it('that were not granted are not counted', async () => {
    const { allow } = makeAllowance(aState().ledger);
    await allow(asked(9), nine);
    expect(await allow(asked(2), nine)).toMatchObject({ granted: false });
    expect(await allow(asked(1), nine)).toEqual({ granted: true });
  });

  it('are counted by account and cloud', async () => {
    const { allow } = makeAllowance(aState().ledger);
    await allow(asked(10), nine);
    expect(await allow(asked(10, 'alibaba'), nine)).toEqual({ granted: true });
    expect(await allow(asked(10, 'huawei', 'b'), nine)).toEqual({ granted: true });
    expect(await allow(asked(1), nine)).toMatchObject({ granted: false });
  });

  it('of none need no grant', async () => {
    const { allow } = makeAllowance(aState().ledger);
    await allow(asked(10), nine);
    expect(await allow(asked(0), nine)).toEqual({ granted: true });
  });

  it('are never granted twice to workers who ask at once, in one process or in several', async () => {
    const { ledger } = aState();
    const workers = [makeAllowance(ledger), makeAllowance(ledger)];
    const answers = await Promise.all(Array.from({ length: 12 }, () => workers.map(({ allow }) => allow(asked(2), nine))).flat());
    expect(answers.filter(({ granted }) => granted)).toHaveLength(5);
  });

  it('asked for at once take two writes, not one each', async () => {
    const { ledger } = aState();
    const { allow } = makeAllowance(ledger);
    await Promise.all(Array.from({ length: 10 }, () => allow(asked(1), nine)));
    expect((await ledger.read('quota', `huawei/a/${nine / HOUR}`))?.version).toBe(2);
  });

  it('that could not be counted are granted to nobody who asked', async () => {
    const { ledger } = aState();
    const { allow } = makeAllowance({ ...ledger, write: () => Promise.reject(new Error('the disk is full')) });
    const answers = await Promise.allSettled(Array.from({ length: 3 }, () => allow(asked(1), nine)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});

const written = async (stored: Promise<StoredSaga | null>): Promise<StoredSaga> => {
  const saga = await stored;
  if (saga === null) throw new Error('somebody else wrote it');
  return saga;
};

const open = (ledger: Ledger, generation = 1): Promise<StoredSaga> =>
  written(writeSaga(ledger, unwritten(anOpening({ sagaId: sagaIdOf(generationOf(anOpening().sagaId).identity, generation) })), null, NOW));

const settle = (ledger: Ledger, stored: StoredSaga): Promise<StoredSaga> =>
  written(writeSaga(ledger, withFacts(stored, [{ type: 'Settled', state: 'gone', reason: null, at: NOW }]), null, NOW));

describe('H4: a claim', () => {
  const take = [{ key: 'huawei/p/app', take: true }];
  const look = [{ key: 'huawei/p/app', take: false }];

  it('is the first open saga’s, and the second is told whose it is', async () => {
    const { ledger } = aState();
    const [first, second] = [(await open(ledger)).saga.sagaId, (await open(ledger, 2)).saga.sagaId];
    expect(await claim(ledger, first, take)).toEqual({});
    expect(await claim(ledger, second, take)).toEqual({ 'huawei/p/app': first });
    expect(await claim(ledger, second, look)).toEqual({ 'huawei/p/app': first });
    expect(await claim(ledger, first, take)).toEqual({});
  });

  it('that only looks takes nothing', async () => {
    const { ledger } = aState();
    const [first, second] = [(await open(ledger)).saga.sagaId, (await open(ledger, 2)).saga.sagaId];
    expect(await claim(ledger, first, look)).toEqual({});
    expect(await claim(ledger, second, take)).toEqual({});
    expect(await claim(ledger, first, look)).toEqual({ 'huawei/p/app': second });
  });

  it('ends with the saga that made it', async () => {
    const { ledger } = aState();
    const [first, second] = [await open(ledger), await open(ledger, 2)];
    await claim(ledger, first.saga.sagaId, take);
    await settle(ledger, first);
    expect(await claim(ledger, second.saga.sagaId, take)).toEqual({});
    expect(await claim(ledger, first.saga.sagaId, look)).toEqual({ 'huawei/p/app': second.saga.sagaId });
  });

  it('H32: of a saga that a newer Probate wrote since, and that may be open, stands', async () => {
    const { ledger } = aState();
    const [first, second] = [await open(ledger), await open(ledger, 2)];
    await claim(ledger, first.saga.sagaId, take);
    await ledger.write({ kind: 'saga', id: first.saga.sagaId, version: first.version + 1, body: JSON.stringify({ v: 2 }), wakeAt: null });
    expect(await claim(ledger, second.saga.sagaId, take)).toEqual({ 'huawei/p/app': first.saga.sagaId });
  });

  it('made by both at once is granted to one', async () => {
    const { ledger } = aState();
    const sagas = [(await open(ledger)).saga.sagaId, (await open(ledger, 2)).saga.sagaId];
    const answers = await Promise.all(sagas.map((sagaId) => claim(ledger, sagaId, take)));
    expect(answers.filter((taken) => Object.keys(taken).length === 0)).toHaveLength(1);
  });

  it('on one secret says nothing about another', async () => {
    const { ledger } = aState();
    const [first, second] = [(await open(ledger)).saga.sagaId, (await open(ledger, 2)).saga.sagaId];
    await claim(ledger, first, take);
    expect(await claim(ledger, second, [{ key: 'huawei/q/app', take: true }, ...take])).toEqual({ 'huawei/p/app': first });
  });
});

describe('H63: what people stopped', () => {
  it('is nothing at first', async () => {
    expect(await readControls(aState().ledger)).toEqual({ pause: null, holds: {}, closedKeys: [] });
  });

  it('is kept side by side, and lifted one by one', async () => {
    const { ledger } = aState();
    await Promise.all([setPause(ledger, aHold()), setHold(ledger, 'a', aHold({ by: 'one' })), setHold(ledger, 'b', aHold({ by: 'two' })), closeKey(ledger, 'key')]);
    expect(await readControls(ledger)).toEqual({ pause: aHold(), holds: { a: aHold({ by: 'one' }), b: aHold({ by: 'two' }) }, closedKeys: ['key'] });
    await setHold(ledger, 'a', null);
    expect(await readControls(ledger)).toMatchObject({ pause: aHold(), holds: { b: aHold({ by: 'two' }) } });
    await setPause(ledger, null);
    expect(await readControls(ledger)).toEqual({ pause: null, holds: { b: aHold({ by: 'two' }) }, closedKeys: [] });
  });

  it('a second hold on a target takes the place of the first', async () => {
    const { ledger } = aState();
    await setHold(ledger, 'a', aHold({ reason: 'first' }));
    await setHold(ledger, 'a', aHold({ reason: 'second' }));
    expect((await readControls(ledger)).holds).toEqual({ a: aHold({ reason: 'second' }) });
  });

  it('leaves room for a pause and a lifting, however much is held', async () => {
    const { ledger } = aState();
    const held: Record<string, Hold> = {};
    const holdUntilFull = async (made: Hold): Promise<void> => {
      for (;;) {
        const target = `instance ${Object.keys(held).length}`;
        await setHold(ledger, target, made);
        held[target] = made;
      }
    };
    for (const length of [30_000, 1_000]) await expect(holdUntilFull(aHold({ reason: 'x'.repeat(length) }))).rejects.toThrow(TooManyHolds);
    const pause = aHold({ reason: '\u0001'.repeat(1_024) });
    await setPause(ledger, pause);
    expect(await readControls(ledger)).toEqual({ pause, holds: held, closedKeys: [] });
    await setHold(ledger, 'instance 0', null);
    const { 'instance 0': _lifted, ...others } = held;
    expect((await readControls(ledger)).holds).toEqual(others);
  });

  it('a key closed twice is closed once', async () => {
    const { ledger } = aState();
    await closeKey(ledger, 'key');
    await closeKey(ledger, 'key');
    expect((await readControls(ledger)).closedKeys).toEqual(['key']);
  });
});

const aList = (clock: Clock & Pick<AdvancingClock, 'advance'> = aState().clock) => {
  const list = sharedList<string>(clock);
  let reads = 0;
  const answers: Answer<readonly string[]>[] = [];
  const read = async (): Promise<Answer<readonly string[]>> => {
    reads += 1;
    return answers.shift() ?? { verdict: { kind: 'done' }, value: [`read ${reads}`], requests: 3 };
  };
  return { clock, answers, reads: () => reads, get: (begunAfter: number, key = 'project') => list.get(key, { begunAfter, isUrgent: false }, read) };
};

/** A list whose reads are answered when the test says so, in the order they were begun. */
const aSlowList = () => {
  const { clock } = aState();
  const list = sharedList<string>(clock);
  const replies: (() => void)[] = [];
  const read = (): Promise<Answer<readonly string[]>> => {
    const { promise, resolve } = Promise.withResolvers<Answer<readonly string[]>>();
    const answer: Answer<readonly string[]> = { verdict: { kind: 'done' }, value: [`read ${replies.length + 1}`], requests: 1 };
    replies.push(() => resolve(answer));
    return promise;
  };
  return { clock, replies, get: (wanted: Wanted) => list.get('project', wanted, read) };
};

describe('a shared list', () => {
  it('is read by one at a time: all for whom the one under way began too early share the next', async () => {
    const { clock, replies, get } = aSlowList();
    const first = get({ begunAfter: clock.now() - 1, isUrgent: false });
    clock.advance(5);
    const later = [0, 1, 2].map((earlier) => get({ begunAfter: clock.now() - earlier, isUrgent: false }));
    expect(replies).toHaveLength(1);
    replies[0]?.();
    await first;
    await Promise.resolve();
    clock.advance(1);
    await vi.waitFor(() => expect(replies).toHaveLength(2));
    replies[1]?.();
    expect((await Promise.all(later)).map(({ requests }) => requests)).toEqual([1, 0, 0]);
  });

  it('that a call hangs on does not wait for one that bides its time, and serves both while it is young', async () => {
    const { clock, replies, get } = aSlowList();
    const now = clock.now();
    const calm = get({ begunAfter: now - 1, isUrgent: false });
    const urgent = get({ begunAfter: now - 1, isUrgent: true });
    replies[1]?.();
    expect(await urgent).toMatchObject({ requests: 1, answer: { value: ['read 2'] } });
    const next = await Promise.all([true, false].map((isUrgent) => get({ begunAfter: now - 1, isUrgent })));
    expect(next).toMatchObject([{ requests: 0, answer: { value: ['read 2'] } }, { requests: 0, answer: { value: ['read 2'] } }]);
    replies[0]?.();
    expect(await calm).toMatchObject({ requests: 1, answer: { value: ['read 1'] } });
    expect(replies).toHaveLength(2);
  });

  it('is read once for all who ask while it is young enough, and counted for whoever caused it', async () => {
    const { clock, get, reads } = aList();
    const now = clock.now();
    const [first, second] = await Promise.all([get(now - 10_000), get(now - 10_000)]);
    expect([first.requests, second.requests]).toEqual([3, 0]);
    clock.advance(9_999);
    expect(await get(clock.now() - 10_000)).toMatchObject({ begunAt: now, requests: 0, answer: { value: ['read 1'] } });
    expect(reads()).toBe(1);
  });

  it('H10: is read again when it is too old', async () => {
    const { clock, get } = aList();
    await get(clock.now() - 10_000);
    clock.advance(10_000);
    expect(await get(clock.now() - 10_000)).toMatchObject({ begunAt: clock.now(), answer: { value: ['read 2'] } });
  });

  it('H45: begins after the asking, even where the clock has not ticked', async () => {
    const { clock, get } = aList();
    const { begunAt } = await get(clock.now());
    expect(begunAt).toBeGreaterThan(clock.now());
  });

  it('H10: of before the clock was set back is nobody’s: it looks younger than what was asked for after it', async () => {
    const { clock } = aState();
    let setBackMs = 0;
    const { get } = aList({ ...clock, now: () => clock.now() - setBackMs });
    await get(clock.now() - 1);
    setBackMs = HOUR;
    clock.advance(1);
    expect(await get(clock.now() - setBackMs)).toMatchObject({ requests: 3, answer: { value: ['read 2'] } });
  });

  it('of one project is nobody else’s', async () => {
    const { clock, get, reads } = aList();
    await get(clock.now() - 1);
    await get(clock.now() - 1, 'another');
    expect(reads()).toBe(2);
  });

  it('H52: that failed is nobody’s list', async () => {
    const { clock, get, answers } = aList();
    answers.push({ verdict: { kind: 'retryable', code: '503' }, requests: 1 });
    expect((await get(clock.now() - 1)).answer.verdict.kind).toBe('retryable');
    expect((await get(clock.now() - 1)).answer.verdict.kind).toBe('done');
  });
});
