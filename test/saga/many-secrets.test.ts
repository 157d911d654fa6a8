import { describe, expect, it } from 'vitest';
import type { Dated } from '../../lib/saga/facts.ts';
import { DAY, HOUR, NOW, OPENED, SECOND, aBatchDeletion, aCsmsSecret, aPlannedSaga, aPolicy, aPurgingSaga, aQuarantinedSaga, after, decideSeeing, keyOf, pendingUntil, erasingDate, succeeding } from './builders.ts';
import { clouds, play } from './play.ts';

const COUNT = 45;
const names = Array.from({ length: COUNT }, (_, index) => `db-${index}`);
const erasing = succeeding(aPurgingSaga({ csms: names.map((name) => aCsmsSecret(name)) }), aBatchDeletion(), { batch: { total: COUNT, succeeded: names, failed: [] } }, OPENED);
const verifying = after(erasing, OPENED, { type: 'VerifyingStarted', parkAfterwards: null });
const INTERVAL = 30 * SECOND;
const policy = aPolicy({ verify: { proofs: 3, intervalSeconds: 30 } });

const looks = (facts: readonly Dated[]): Extract<Dated, { type: 'Looked' }>[] => facts.filter((fact) => fact.type === 'Looked');

describe('H28: more secrets than find a place in the pace at once', () => {
  it('are asked for by name some at a time, and the others a moment later', () => {
    const { next } = decideSeeing(verifying, { csms: [], shown: {} }, { policy });
    const asked = next.do === 'look' ? next.look.show : [];
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(20);
    const { saga } = decideSeeing(verifying, { csms: [], shown: Object.fromEntries(asked.map((name) => [name, 'not-found'])) }, { policy });
    expect(Object.values(saga.secrets).filter(({ proofs }) => proofs === 1).map(({ target }) => target.name)).toEqual(asked);
    expect(saga.wait).toMatchObject({ until: NOW + SECOND, why: 'verify' });
  });

  it('are all proven, each with its looks as far apart as the policy says', () => {
    const { saga, facts } = play(verifying, { held: clouds(), policy, from: NOW });
    expect(saga.state).toBe('gone');
    for (const name of names) {
      const at = looks(facts).filter(({ secrets }) => keyOf(name) in secrets).map(({ begunAt }) => begunAt);
      expect(at).toHaveLength(3);
      expect(Math.min(...at.slice(1).map((one, index) => one - (at[index] ?? 0)))).toBeGreaterThanOrEqual(INTERVAL);
    }
  });

  it('that stay are given up after the deadline, however many they are', () => {
    const { saga } = play(verifying, { held: clouds({ csms: names.map((name) => aCsmsSecret(name)) }), policy: aPolicy({ verify: { deadlineHours: 1 } }), from: NOW });
    expect([saga.state, saga.reason?.split(':')[0]]).toEqual(['parked', 'still-present']);
  });

  it('keep the proofs of those that were answered before the API asked for patience', () => {
    const answered = Object.fromEntries(names.slice(0, 5).map((name) => [name, 'not-found'] as const));
    const put = decideSeeing(verifying, { csms: [], shown: answered, failure: { of: 'CSMS show', failure: { kind: 'throttled', code: 'own-pace', retryAfterMs: 4_000, quota: null } } }, { policy });
    expect(looks(put.facts).map(({ secrets }) => Object.keys(secrets).length)).toEqual([5]);
    expect(put.saga.wait).toMatchObject({ why: 'throttled: own-pace', until: NOW + 4_000 });
  });
});

describe('a list that takes longer to read than it stays fresh', () => {
  const db1 = aCsmsSecret('db-1');

  it.each([11, 50])('of %d seconds is gone by all the same where something is proven', (seconds) => {
    expect(play(verifying, { held: clouds(), policy, from: NOW, listMs: seconds * SECOND }).saga.state).toBe('gone');
  });

  it('H38: is gone by all the same where a saga turns back', () => {
    const undone = after(aQuarantinedSaga({ csms: [db1] }), NOW, { type: 'UndoRequested', by: 'a person' });
    const held = clouds({ csms: [pendingUntil(db1, erasingDate())] });
    const { saga, now } = play(undone, { held, from: NOW, listMs: 11 * SECOND });
    expect([saga.state, held.csms.map(({ state }) => state), now - NOW < HOUR]).toEqual(['restored', ['ENABLED'], true]);
  });

  it('is a failure that is counted where something is to be deleted, and not read for ever', () => {
    const held = clouds({ csms: [db1] });
    const { saga, looks: read, now } = play(aPlannedSaga({ mode: 'immediate', csms: [db1] }), { held, from: NOW, listMs: 11 * SECOND });
    expect([saga.state, held.csms.length, now - NOW < DAY]).toEqual(['parked', 1, true]);
    expect(saga.reason).toMatch(/list-too-slow/);
    expect(read).toBeLessThan(30);
  });
});
