import { describe, expect, it } from 'vitest';
import {
  DAY,
  HOUR,
  MINUTE,
  NOW,
  OPENED,
  SECOND,
  DONE,
  GATEWAY,
  type SightTerms,
  aBatchDeletion,
  aCsmsSecret,
  anUnlinkedSecret,
  aRequest,
  aPolicy,
  aPurgingSaga,
  aQuarantinedSaga,
  after,
  decideOn,
  decideSeeing,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
  replied,
  retryable,
  succeeding,
} from './builders.ts';
import { GONE, db1Of, erased } from './erased.ts';
import { clouds, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const { verify } = aPolicy();
const INTERVAL = verify.intervalSeconds * SECOND;

describe('what is pending', () => {
  const eraseAt = NOW + 3 * DAY;

  it('H48: is not looked at before its date, and then it is', () => {
    const then = decideSeeing(erased(), { csms: [pendingUntil(db1, eraseAt)] });
    expect(then.saga).toMatchObject({ state: 'verifying', wait: { until: eraseAt, why: 'pending' } });
    expect(decideSeeing(then.saga, GONE, { now: eraseAt }).saga.secrets[keyOf('db-1')]).toMatchObject({ proofs: 1 });
  });

  it('without a date is looked at again after the interval', () => {
    expect(decideSeeing(erased(), { csms: [pendingUntil(db1, null)] }).saga.wait).toMatchObject({ until: NOW + INTERVAL, why: 'verify' });
  });

  it('past its date and still there is looked at again, never faster than once a second', () => {
    const policy = aPolicy({ verify: { intervalSeconds: 0 } });
    expect(decideSeeing(erased(), { csms: [pendingUntil(db1, NOW - 1)] }, { policy }).saga.wait?.until).toBe(NOW + SECOND);
  });

  it('the earliest of several dates wakes the saga', () => {
    const saga = after(aQuarantinedSaga({ csms: [db1, aCsmsSecret('db-2')] }), OPENED, { type: 'ScheduleSeen', key: keyOf('db-2'), by: 'somebody else', eraseAt: OPENED + 5 * DAY }, { type: 'PurgeStarted' }, { type: 'VerifyingStarted', parkAfterwards: null });
    expect(decideOn(saga).saga.wait).toMatchObject({ until: OPENED + 5 * DAY, why: 'pending' });
  });
});

describe('what is present', () => {
  const deadline = OPENED + verify.deadlineHours * HOUR;

  it('is looked at again until the deadline, however often', () => {
    const many = after(erased(), NOW, ...Array.from({ length: 20 }, () => ({ type: 'StepFailed', step: 'other', code: 'x' }) as const));
    expect(decideSeeing(many, { csms: [db1] }).saga).toMatchObject({ state: 'verifying', wait: { until: NOW + INTERVAL }, failures: { other: 20 } });
  });

  it.each([
    ['a minute', MINUTE, INTERVAL],
    ['an hour', HOUR, 6 * MINUTE],
    ['half a day', 12 * HOUR, HOUR],
    ['as long as it may but for ten minutes', verify.deadlineHours * HOUR - 10 * MINUTE, 10 * MINUTE],
  ])('H64: is looked at less often the longer it stays: after %s', (_what, stayed, pause) => {
    expect(decideSeeing(erased(), { csms: [db1] }, { now: OPENED + stayed }).saga.wait?.until).toBe(OPENED + stayed + pause);
  });

  it('after the deadline parks with the reason', () => {
    expect(decideSeeing(erased(), { csms: [db1] }, { now: deadline }).saga).toMatchObject({ state: 'parked', reason: 'still-present: db-1 is there after 24 hours' });
  });

  it('after the deadline waits for the others to be proven first', () => {
    const batch = { total: 2, succeeded: ['db-1', 'db-2'], failed: [] };
    const ground = { csms: [db1, aCsmsSecret('db-2')] };
    const saga = after(succeeding(aPurgingSaga(ground), aBatchDeletion(), { batch }, OPENED), OPENED, { type: 'VerifyingStarted', parkAfterwards: null });
    const then = decideSeeing(saga, { csms: [db1], shown: { 'db-2': 'not-found' } }, { now: deadline });
    expect(then.saga.state).toBe('verifying');
    const held = clouds({ csms: [db1] });
    expect(play(then.saga, { held, from: deadline }).saga).toMatchObject({ state: 'parked', secrets: { [keyOf('db-2')]: { proven: true } } });
  });

  it('ends a saga at once that is to be parked anyway', () => {
    expect(decideSeeing(erased({ csms: [db1] }, 'raced: x'), { csms: [db1] }).saga).toMatchObject({ state: 'parked', reason: 'raced: x' });
  });

  it('a scheduled secret’s deadline counts from its date', () => {
    const saga = after(aQuarantinedSaga({ csms: [db1] }), OPENED, { type: 'PurgeStarted' }, { type: 'VerifyingStarted', parkAfterwards: null });
    const late = decideSeeing(saga, { csms: [pendingUntil(db1, erasingDate())] }, { now: erasingDate() + 23 * HOUR });
    expect(late.saga.state).toBe('verifying');
  });
});

describe('what is unknown', () => {
  const frozen: SightTerms = { csms: [{ ...db1, state: 'FROZEN' }] };

  it('counts as an attempt, and is looked at again', () => {
    const then = decideSeeing(erased(), frozen);
    expect(then.saga).toMatchObject({ state: 'verifying', failures: { verify: 1 }, wait: { until: NOW + INTERVAL, why: 'verify' } });
    expect(db1Of(then)).toMatchObject({ seen: 'unknown', code: 'state-FROZEN' });
  });

  it('H50: is given up, and never called gone, when it stays so', () => {
    const { saga, looks } = play(erased(), { held: clouds({ csms: [{ ...db1, state: 'FROZEN' }] }), from: NOW });
    expect(looks).toBe(aPolicy().retry.attempts);
    expect(saga).toMatchObject({ state: 'parked', reason: 'verify: db-1: state-FROZEN' });
  });

  it('is no failure in a row any more once everything could be told', () => {
    const { saga } = decideSeeing(after(erased(), NOW, { type: 'StepFailed', step: 'verify', code: 'state-FROZEN' }), { csms: [db1] });
    expect(saga.failures).toEqual({});
  });
});

describe('a verification past the pivot that cannot be read', () => {
  const { attempts } = aPolicy().retry;
  const named = anUnlinkedSecret('app-db');
  const quarantined = aQuarantinedSaga({ csms: [named], request: aRequest({ names: ['app-db'] }), instance: GATEWAY });
  const open = intending(after(quarantined, OPENED, { type: 'PurgeStarted' }), aBatchDeletion(GATEWAY));
  const batch = { total: 1, succeeded: ['gateway-key'], failed: [] };
  const { saga: verifying } = decideSeeing(open, { csms: [pendingUntil(named, erasingDate())] }, { occurrence: replied(open, DONE, { batch }) });
  const nearlyGivenUp = after(verifying, NOW, ...Array.from({ length: attempts - 1 }, () => ({ type: 'StepFailed', step: 'look to verify', code: '500' }) as const));

  it('waits for the date of what it scheduled, which nothing cancels any more, and only then parks', () => {
    const then = decideSeeing(nearlyGivenUp, { csms: null, shown: {}, failure: { of: 'CSMS list', failure: retryable('500') } }, { now: NOW + HOUR });
    const reason = `look to verify (CSMS list) failed ${attempts} times: 500`;
    expect(then.saga).toMatchObject({ state: 'verifying', parkAfterwards: reason, failures: {}, wait: { until: erasingDate(), why: 'pending' } });
    const { saga } = play(then.saga, { held: clouds(), from: erasingDate() });
    expect(saga).toMatchObject({ state: 'parked', reason, secrets: { [keyOf('app-db')]: { proven: true }, [keyOf('gateway-key')]: { proven: true } } });
  });
});
