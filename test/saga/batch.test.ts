import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Saga } from '../../lib/saga/saga.ts';
import type { BatchReply, CsmsSecret } from '../../lib/saga/seen.ts';
import type { Failure } from '../../lib/saga/verdict.ts';
import { afterReply, reply } from './batch-replies.ts';
import {
  DAY,
  DONE,
  HOUR,
  MINUTE,
  NOW,
  OPENED,
  SECOND,
  THROTTLED,
  type Then,
  aBatchDeletion,
  aCsmsSecret,
  aPolicy,
  aPurgingSaga,
  aRequest,
  aSaga,
  after,
  anUnlinkedSecret,
  callOf,
  decideSeeing,
  factsOf,
  intending,
  keyOf,
  pendingUntil,
  retryable,
  succeeding,
} from './builders.ts';
import { clouds, obey, play } from './play.ts';

const NAMES = ['db-1', 'db-2', 'db-3'] as const;
const linked = NAMES.map((name) => aCsmsSecret(name));
const open = intending(aPurgingSaga({ csms: linked }), aBatchDeletion());

const answered = (batch: BatchReply, saga: Saga = open, csms: readonly CsmsSecret[] = linked): Then => afterReply(batch, saga, csms);

const erasures = ({ saga }: Then): Record<string, string> => Object.fromEntries(Object.values(saga.secrets).map(({ target, erasure }) => [target.name, erasure]));

describe('H21: one outcome per planned secret', () => {
  it('all of them erased: on to the proofs', () => {
    const then = answered(reply(NAMES));
    expect(erasures(then)).toEqual({ 'db-1': 'accepted', 'db-2': 'accepted', 'db-3': 'accepted' });
    expect(then.saga).toMatchObject({ state: 'verifying', parkAfterwards: null, batch: { calls: 1, answered: true, namesSeen: 3 } });
  });

  it.each([
    ['alreadyGone', { kind: 'alreadyGone', code: 'CSMS.0106' }, 'accepted', 'CSMS.0106'],
    ['retryable', retryable('CSMS.0001'), 'retry', 'CSMS.0001'],
    ['throttled', THROTTLED, 'retry', 'Throttling'],
    ['unknown', { kind: 'unknown', code: 'CSMS.9999' }, 'unknown', 'CSMS.9999'],
    ['terminal', { kind: 'terminal', code: 'CSMS.0401' }, 'refused', 'CSMS.0401'],
    ['unauthenticated', { kind: 'unauthenticated', code: 'CSMS.0301' }, 'refused', 'CSMS.0301'],
    ['notPending', { kind: 'notPending', code: 'CSMS.0108' }, 'refused', 'CSMS.0108'],
  ] satisfies [string, Failure, string, string][])('a failed item of verdict %s', (_kind, verdict, erasure, code) => {
    const then = answered(reply(['db-1', 'db-3'], { 'db-2': verdict }));
    expect(then.saga.secrets[keyOf('db-2')]).toMatchObject({ erasure, code });
    expect(then.saga.secrets[keyOf('db-1')]).toMatchObject({ erasure: 'accepted' });
  });

  it('H22: one that is pending deletion is neither an error nor gone: its date is looked up and waited for', () => {
    const then = answered(reply(['db-1', 'db-3'], { 'db-2': { kind: 'pending', code: 'CSMS.0107' } }));
    expect(then.saga.secrets[keyOf('db-2')]).toMatchObject({ erasure: 'none', schedule: { by: 'somebody else', eraseAt: null, since: NOW + SECOND } });
    const eraseAt = OPENED + 9 * DAY;
    const held = clouds({ csms: [pendingUntil(aCsmsSecret('db-2'), eraseAt)] });
    const { saga, calls, now } = play(then.saga, { held, from: NOW + SECOND });
    expect(calls).toEqual([]);
    expect(saga.state).toBe('gone');
    expect(now).toBeGreaterThan(eraseAt);
  });

  it('a last word about one parks the saga once the others are proven gone', () => {
    const held = clouds({ csms: linked });
    const { saga } = play(aSaga(), {
      held,
      answer: () => {
        held.csms = held.csms.filter(({ name }) => name === 'db-2');
        return { verdict: DONE, told: { batch: reply(['db-1', 'db-3'], { 'db-2': { kind: 'terminal', code: 'CSMS.0401' } }) } };
      },
    });
    expect(saga).toMatchObject({ state: 'parked', reason: 'not-deleted: db-2: CSMS.0401' });
    expect(saga.secrets[keyOf('db-1')]?.proven).toBe(true);
  });
});

describe('H23: silence about a planned name is never success', () => {
  const silent = (): Then => answered(reply(['db-1', 'db-3']));

  it('is unknown, and one failure of the step', () => {
    expect(silent().saga.secrets[keyOf('db-2')]).toMatchObject({ erasure: 'unknown', code: 'not-named-in-the-reply' });
    expect(silent().saga).toMatchObject({ state: 'purging', failures: { 'batch-delete 2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01': 1 }, wait: { why: expect.stringMatching(/^retry: .*not-named/) } });
  });

  const later = { occurrence: { kind: 'looked' }, now: NOW + HOUR } as const;

  it('the next look finds it gone: nothing is sent again', () => {
    const then = decideSeeing(silent().saga, { csms: [] }, later);
    expect(callOf(then)).toBeNull();
    expect(then.saga.state).toBe('verifying');
  });

  it('the next look finds it still there: the same call goes out once more', () => {
    expect(callOf(decideSeeing(silent().saga, { csms: linked.slice(1, 2) }, later))).toEqual(aBatchDeletion());
  });

  it.each<[string, Failure]>([
    ['failed before', retryable('CSMS.0001')],
    ['was refused before', { kind: 'terminal', code: 'CSMS.0401' }],
  ])('of a repeat leaves open what %s: the repeat may have reached it', (_what, failure) => {
    const once = answered(reply(['db-1'], { 'db-2': retryable('CSMS.0001'), 'db-3': failure })).saga;
    const repeated = intending(once, aBatchDeletion(), NOW + HOUR);
    const then = answered(reply(['db-2']), repeated, linked.slice(1));
    expect(erasures(then)).toEqual({ 'db-1': 'accepted', 'db-2': 'accepted', 'db-3': 'unknown' });
  });

  it('of a repeat whose reply was lost is broken by a look: what was refused and is there was refused again', () => {
    const once = answered(reply(['db-1'], { 'db-2': retryable('CSMS.0001'), 'db-3': { kind: 'terminal', code: 'CSMS.0401' } })).saga;
    const repeated = intending(once, aBatchDeletion(), NOW + HOUR);
    const now = NOW + HOUR + 21 * SECOND;
    expect(erasures(decideSeeing(repeated, { csms: linked.slice(2), at: now }, { now }))).toEqual({ 'db-1': 'accepted', 'db-2': 'accepted', 'db-3': 'refused' });
    expect(erasures(decideSeeing(repeated, { csms: [], at: now }, { now }))).toEqual({ 'db-1': 'accepted', 'db-2': 'accepted', 'db-3': 'accepted' });
  });

  it('only a list begun after the reply counts', () => {
    expect(decideSeeing(silent().saga, { csms: [], at: NOW + SECOND }, { ...later, now: NOW + 2 * SECOND }).next).toMatchObject({ do: 'look', look: { csms: true, begunAfter: NOW + SECOND } });
  });

  it('the next look finds a new linked secret: it is never erased in passing, and the saga parks', () => {
    const then = decideSeeing(silent().saga, { csms: [...linked.slice(1, 2), aCsmsSecret('db-9')] }, later);
    expect(callOf(then)).toBeNull();
    expect(then.saga.parkAfterwards).toMatch(/^plan-changed: db-9/);
  });

  it('that never ends is given up after the attempts that the policy allows', () => {
    const held = clouds({ csms: linked });
    const { saga, calls } = play(aSaga(), { held, answer: () => ({ verdict: DONE, told: { batch: reply([], {}, 0) } }) });
    expect(calls).toHaveLength(aPolicy().retry.attempts);
    expect(saga.state).toBe('parked');
    expect(held.csms).toHaveLength(3);
  });
});

describe('H10: an extra name was erased though no plan named it', () => {
  const raced = (): Then => answered(reply([...NAMES, 'late']), open, [...linked, aCsmsSecret('late')]);

  it('joins the saga’s secrets as raced, with the identity that a list gave it', () => {
    expect(raced().saga.secrets[keyOf('late')]).toMatchObject({ origin: 'raced', erasure: 'accepted', target: { id: 'id-of-late', name: 'late', createTime: OPENED - DAY, step: 'batch-delete', linked: true } });
    expect(factsOf(raced())).toEqual(expect.arrayContaining(['SecretAdded', 'AlarmRaised']));
  });

  it('or none, when no list ever showed it', () => {
    expect(answered(reply([...NAMES, 'later'])).saga.secrets[keyOf('later')]).toMatchObject({ origin: 'raced', target: { id: '', createTime: 0 } });
  });

  it('carried through: it is proven gone like the others, and the saga parks with the alarm', () => {
    const held = clouds({ csms: linked });
    const { saga } = play(aSaga(), {
      held,
      answer: (call, now) => {
        held.csms = [...held.csms, aCsmsSecret('late')];
        return obey(held, call, now);
      },
    });
    expect(saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/^raced: .*late/) });
    expect(Object.values(saga.secrets).every(({ proven }) => proven)).toBe(true);
    expect(saga.secrets[keyOf('late')]?.origin).toBe('raced');
  });
});

describe('H10: an extra name that batch-delete failed on', () => {
  const failing = (verdict: Failure): Then => answered(reply(NAMES, { late: verdict }), open, [...linked, aCsmsSecret('late')]);

  it.each([
    ['refused', { kind: 'terminal', code: 'CSMS.0401' }, { erasure: 'refused', schedule: null }],
    ['to be tried again', retryable('CSMS.0001'), { erasure: 'retry', schedule: null }],
    ['gone already', { kind: 'alreadyGone', code: 'CSMS.0106' }, { erasure: 'accepted', schedule: null }],
    ['unknown', { kind: 'unknown', code: 'no-code' }, { erasure: 'unknown', schedule: null }],
    ['scheduled by somebody', { kind: 'pending', code: 'CSMS.0107' }, { erasure: 'none', schedule: { by: 'somebody else' } }],
  ] satisfies [string, Failure, object][])('%s joins the saga’s secrets as raced with its own verdict, and a person is told', (_what, verdict, known) => {
    const then = failing(verdict);
    expect(then.saga.secrets[keyOf('late')]).toMatchObject({ origin: 'raced', code: verdict.code, target: { id: 'id-of-late' }, ...known });
    expect(then.saga.parkAfterwards).toContain(`raced: batch-delete reached late (${verdict.code}), which no plan named`);
  });

  it('carried through: the saga parks with the alarm, and what stays is not sent for again', () => {
    const held = clouds({ csms: linked });
    const { saga, calls } = play(aSaga(), {
      held,
      answer: () => {
        held.csms = [aCsmsSecret('late')];
        return { verdict: DONE, told: { batch: reply(NAMES, { late: retryable('CSMS.0001') }) } };
      },
    });
    expect(calls).toHaveLength(1);
    expect(saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/^raced: .*late/) });
    expect(held.csms.map(({ name }) => name)).toEqual(['late']);
  });

  it('but that the plan deletes by name keeps its own step', () => {
    const app = anUnlinkedSecret('app');
    const request = aRequest({ names: ['app'] });
    const both = intending(aPurgingSaga({ csms: [...linked, app], request }), aBatchDeletion());
    const then = answered(reply(NAMES, { app: retryable('CSMS.0001') }), both, [...linked, app]);
    expect(then.saga).toMatchObject({ parkAfterwards: null, secrets: { [keyOf('app')]: { origin: 'planned', target: { step: 'delete-named' } } } });
  });
});

describe('H23: the total', () => {
  it.each([
    [3, null],
    [null, null],
    [4, expect.stringMatching(/^batch-total: .*4 .*3/)],
    [0, expect.stringMatching(/^batch-total/)],
  ])('%s against three names: alarm %s', (total, alarm) => {
    const { saga } = answered(reply(NAMES, {}, total));
    expect(saga.parkAfterwards).toEqual(alarm);
  });

  it('is told beside what was named, failed items too', () => {
    const { saga } = answered(reply(['db-1', 'db-3'], { 'db-2': { kind: 'alreadyGone', code: 'CSMS.0005' } }, 5));
    expect(saga.parkAfterwards).toBe('batch-total: the reply counts 5 secrets and names 3');
  });

  it('counts failed items too', () => {
    const { saga } = answered(reply(['db-1', 'db-2'], { 'db-3': { kind: 'terminal', code: 'CSMS.0401' } }, 3));
    expect(saga.parkAfterwards ?? '').not.toMatch(/^batch-total/);
  });
});

it('a planned secret that vanished before the first call does not hold it up', () => {
  const saga = after(aPurgingSaga({ csms: linked }), OPENED, { type: 'SecretVanished', key: keyOf('db-3'), detail: 'gone' });
  expect(callOf(decideSeeing(saga, { csms: linked.slice(0, 2) }))).toEqual(aBatchDeletion());
});

describe('a secret that must stay', () => {
  it.each([
    ['protected', {}, { protect: { secretNames: ['db-2'] } }, /^protected/],
    ['shared with another plan', { claimedBy: { [keyOf('db-2')]: 'saga-2' } }, {}, /^shared/],
  ])('H4: %s: the batch-delete, which would take it along, is not sent', (_what, sight, policy, reason) => {
    const then = decideSeeing(aPurgingSaga({ csms: linked }), { csms: linked, ...sight }, { policy: aPolicy(policy) });
    expect(callOf(then)).toBeNull();
    expect(then.saga.reason).toMatch(reason);
  });
});

it('H21: however a reply is cut, no secret counts as erased that it does not name as erased', () => {
  const verdict = fc.constantFrom<Failure>(retryable('CSMS.0001'), { kind: 'terminal', code: 'CSMS.0401' }, { kind: 'unknown', code: 'x' }, { kind: 'pending', code: 'CSMS.0107' }, THROTTLED);
  const some = fc.array(fc.constantFrom<string>(...NAMES, 'late', 'constructor'), { maxLength: 6 });
  const failed = fc.array(fc.tuple(fc.constantFrom(...NAMES, 'late'), verdict), { maxLength: 4 });
  fc.assert(
    fc.property(some, failed, fc.option(fc.nat({ max: 9 })), (succeeded, items, total) => {
      const batch: BatchReply = { total, succeeded, failed: items.map(([name, one]) => ({ name, verdict: one })) };
      const { saga } = answered(batch);
      for (const { target, erasure } of Object.values(saga.secrets)) {
        expect(erasure === 'accepted' && !succeeded.includes(target.name)).toBe(false);
        expect(erasure === 'none' && !items.some(([name]) => name === target.name)).toBe(false);
      }
      const named = succeeded.length + items.length;
      const suspicious = (total !== null && total !== named) || succeeded.some((name) => name === 'late' || name === 'constructor');
      expect(saga.parkAfterwards !== null || !suspicious).toBe(true);
      expect(['purging', 'verifying', 'parked']).toContain(saga.state);
    }),
    { seed: 20261122, numRuns: 400 },
  );
});

describe('a named secret that is gone when its turn comes', () => {
  const request = aRequest({ names: ['app-db'] });
  const named = anUnlinkedSecret('app-db');
  const begun = intending(aPurgingSaga({ csms: [...linked, named], request }), aBatchDeletion());

  it('was gone before, as far as anybody can tell', () => {
    const { saga } = play(succeeding(begun, aBatchDeletion(), { batch: reply(NAMES) }), { held: clouds(), from: NOW });
    expect([saga.state, saga.secrets[keyOf('app-db')]]).toMatchObject(['gone', { vanished: true, erasure: 'none', proven: true }]);
  });

  it('H27: may have gone with a batch-delete whose reply was lost, and is told deleted then', () => {
    const { saga } = play(begun, { held: clouds(), from: NOW + MINUTE });
    expect([saga.state, saga.secrets[keyOf('app-db')]]).toMatchObject(['gone', { vanished: true, erasure: 'unknown', proven: true, detail: 'gone after a batch-delete whose reply was lost' }]);
  });
});
