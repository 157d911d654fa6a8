import { describe, expect, it } from 'vitest';
import {
  DAY,
  GATEWAY,
  type Ground,
  NOW,
  OPENED,
  SECOND,
  aBatchDeletion,
  aCsmsSecret,
  aCopyDeletion,
  aDeletionOf,
  aPolicy,
  aPurgingSaga,
  aRequest,
  aSaga,
  aStageDeletion,
  anSaeSecret,
  anUnlinkedSecret,
  callOf,
  copyKey,
  decideOn,
  decideSeeing,
  factsOf,
  intending,
  keyOf,
  pendingUntil,
  replied,
  retryable,
  succeeding,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, obey, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const app = anUnlinkedSecret('app-db');
const shared = anUnlinkedSecret('shared');
const request = aRequest({ names: ['app-db'], stages: [['shared', 'reader-7'], ['shared', 'reader-8']], copies: ['16', '17'] });
const ground: Ground = { request, csms: [db1, app], sae: [anSaeSecret('16'), anSaeSecret('17')] };
const everything = () => clouds({ csms: [db1, app, shared], sae: [anSaeSecret('16'), anSaeSecret('17')], stages: ['shared/reader-7', 'shared/reader-8'] });

describe('the order inside the purge', () => {
  it('H33: whatever can still be refused comes before whatever cannot be undone', () => {
    const held = everything();
    const { saga, calls } = play(aSaga({ request }), { held });
    expect(calls.map(nameOf)).toEqual([
      'delete-copy 16',
      'delete-copy 17',
      'delete-stage shared/reader-7',
      'delete-stage shared/reader-8',
      'batch-delete',
      'delete-named app-db',
    ]);
    expect(saga).toMatchObject({ state: 'gone', reason: null });
    expect(held).toMatchObject({ csms: [shared], sae: [], stages: [] });
  });

  it('in recoverable mode: everything is scheduled first, then copies and stages go, and what is scheduled is left to its date', () => {
    const { saga, calls, facts } = play(aSaga({ request, mode: 'recoverable' }), { held: everything() });
    expect(calls.map(nameOf)).toEqual(['schedule db-1', 'schedule app-db', 'delete-copy 16', 'delete-copy 17', 'delete-stage shared/reader-7', 'delete-stage shared/reader-8']);
    expect(saga.state).toBe('gone');
    const soaked = facts.find(({ type }) => type === 'PurgeStarted')?.at ?? 0;
    expect(soaked).toBeGreaterThanOrEqual(OPENED + 6 * DAY);
  });

  it('an unseen type is batch-deleted in recoverable mode too, after its soak', () => {
    const hidden = anUnlinkedSecret('gw-key');
    const { saga, calls, now } = play(aSaga({ instance: GATEWAY, mode: 'recoverable' }), { held: clouds({ csms: [hidden], hidden: ['gw-key'] }) });
    expect(calls.map(nameOf)).toEqual(['batch-delete']);
    expect(saga.state).toBe('gone');
    expect(now).toBeGreaterThan(OPENED + 6 * DAY);
  });

  it('the copies alone do not pass the pivot; the first call after them does', () => {
    const copies = succeeding(succeeding(aPurgingSaga(ground), aCopyDeletion('16')), aCopyDeletion('17'));
    expect(copies).toMatchObject({ pivotAt: null, purgeStartedAt: NOW });
    expect(intending(copies, aStageDeletion('shared', 'reader-7'), NOW + 1).pivotAt).toBe(NOW + 1);
    expect(intending(copies, aBatchDeletion(), NOW + 1).pivotAt).toBe(NOW + 1);
    expect(intending(copies, aDeletionOf('app-db'), NOW + 1).pivotAt).toBe(NOW + 1);
  });

  it('both parts of the selector go with every batch-delete', () => {
    expect(callOf(decideSeeing(aPurgingSaga({ csms: [db1] }), { csms: [db1] }))).toEqual(aBatchDeletion());
  });
});

describe('a copy', () => {
  const purging = aPurgingSaga({ sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }) });

  it('is looked at right before it is deleted', () => {
    expect(decideOn(purging).next).toMatchObject({ do: 'look', look: { csms: false, sae: [{ namespaceId: 'cn-beijing:test' }], begunAfter: NOW - 10 * SECOND } });
    expect(callOf(decideSeeing(purging, { sae: [anSaeSecret('16')] }))).toEqual(aCopyDeletion('16'));
  });

  it('H6: recreated since the plan is not deleted', () => {
    const then = decideSeeing(purging, { sae: [anSaeSecret('16', { createTime: NOW })] });
    expect(callOf(then)).toBeNull();
    expect(then.saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/^plan-changed: SAE secret 16/) });
  });

  it('H6: renamed since the plan is not deleted', () => {
    expect(callOf(decideSeeing(purging, { sae: [anSaeSecret('16', { name: 'other' })] }))).toBeNull();
  });

  it('that is gone already needs no call', () => {
    const then = decideSeeing(purging, { sae: [] });
    expect(then.saga.secrets[copyKey('16')]).toMatchObject({ vanished: true, detail: expect.stringMatching(/^gone before/) });
    expect(then.saga.state).toBe('verifying');
  });

  it('H35: that an application has come to use is not deleted', () => {
    const then = decideSeeing(purging, { sae: [anSaeSecret('16', { applications: ['shop'] })] });
    expect(callOf(then)).toBeNull();
    expect(then.saga).toMatchObject({ state: 'purging', wait: { why: expect.stringMatching(/^blocked: RelateApps: application shop/) } });
  });

  it('H65: is not deleted when a rail has come to forbid it', () => {
    const then = decideSeeing(purging, { sae: [anSaeSecret('16')] }, { policy: aPolicy({ protect: { secretNames: ['copy-*'] } }) });
    expect(callOf(then)).toBeNull();
    expect(then.saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/^protected/) });
  });

  it('of the plan that was not there when it was made gets no delete call', () => {
    const { saga, calls } = play(aSaga({ request: aRequest({ copies: ['99'], names: ['missing'] }) }), { held: clouds() });
    expect(calls).toEqual([]);
    expect(saga.state).toBe('gone');
    expect(Object.values(saga.secrets)).toMatchObject([{ origin: 'asked', proven: true }, { origin: 'asked', proven: true }]);
  });
});

describe('a named secret without a link', () => {
  const purging = aPurgingSaga({ csms: [app], request: aRequest({ names: ['app-db'] }) });

  it('is compared with the plan right before it is deleted', () => {
    expect(decideOn(purging).next).toMatchObject({ do: 'look', look: { csms: true, begunAfter: NOW - 10 * SECOND } });
    expect(callOf(decideSeeing(purging, { csms: [app] }))).toEqual(aDeletionOf('app-db'));
  });

  it.each([
    ['recreated at another time', { ...app, createTime: NOW }],
    ['renamed', { ...app, name: 'other' }],
  ])('H6: %s is spared, and a person must look', (_what, seen) => {
    const then = decideSeeing(purging, { csms: [seen] });
    expect(callOf(then)).toBeNull();
    expect(factsOf(then)).toContain('SecretSpared');
    expect(then.saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/app-db.*no longer the secret that was planned/) });
  });

  it('H6: replaced by another one of its name has vanished, and its successor is kept', () => {
    const then = decideSeeing(purging, { csms: [{ ...app, id: 'new' }] });
    expect(callOf(then)).toBeNull();
    expect(then.saga.secrets[keyOf('app-db')]).toMatchObject({ vanished: true });
  });

  it('H22: that somebody scheduled meanwhile is left to its date', () => {
    const then = decideSeeing(purging, { csms: [pendingUntil(app, NOW + DAY)] });
    expect(then.saga).toMatchObject({ state: 'verifying', wait: { until: NOW + DAY, why: 'pending' } });
    expect(then.saga.secrets[keyOf('app-db')]?.schedule).toEqual({ by: 'somebody else', eraseAt: NOW + DAY, since: NOW });
  });

  it('H65: is not deleted when it has come to be protected', () => {
    const then = decideSeeing(purging, { csms: [app] }, { policy: aPolicy({ protect: { secretNames: ['app-*'] } }) });
    expect(then.saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/^protected/) });
  });

  it('a last word about one leaves the others to be deleted', () => {
    const held = clouds({ csms: [app, anUnlinkedSecret('app-2')] });
    const { saga, calls } = play(aSaga({ request: aRequest({ names: ['app-db', 'app-2'] }) }), {
      held,
      answer: (call, now) => (call.key === keyOf('app-db') ? { verdict: { kind: 'terminal', code: 'CSMS.0401' }, told: {} } : obey(held, call, now)),
    });
    expect(calls.map(nameOf)).toEqual(['delete-named app-db', 'delete-named app-2']);
    expect(saga).toMatchObject({ state: 'parked', reason: 'not-deleted: app-db: CSMS.0401' });
    expect(saga.secrets[keyOf('app-2')]).toMatchObject({ proven: true, erasure: 'accepted' });
  });
});

it('once the purge has begun a failing call never goes back to planning', () => {
  const open = intending(aPurgingSaga({ csms: [db1] }), aBatchDeletion());
  const failing = decideOn(open, { occurrence: replied(open, retryable('CSMS.0001')) }).saga;
  expect(failing).toMatchObject({ state: 'purging', pivotAt: NOW });
  const then = decideSeeing(failing, { csms: [db1, aCsmsSecret('db-2')], at: NOW + 5 * SECOND }, { now: NOW + 6 * SECOND, occurrence: { kind: 'looked' } });
  expect(factsOf(then)).not.toContain('PlanChanged');
  expect(then.saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/^plan-changed: db-2/) });
});
