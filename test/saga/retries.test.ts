import { describe, expect, it } from 'vitest';
import type { Call, Saga } from '../../lib/saga/saga.ts';
import type { Failure } from '../../lib/saga/verdict.ts';
import {
  GATEWAY,
  HOUR,
  NOW,
  OPENED,
  SECOND,
  aCopyDeletion,
  aCsmsSecret,
  aDeletionOf,
  aPlannedSaga,
  aPolicy,
  aPurgingSaga,
  aQuarantinedSaga,
  aRequest,
  aSaga,
  aScheduleOf,
  after,
  anSaeSecret,
  anUnlinkedSecret,
  callOf,
  copyKey,
  decideOn,
  decideSeeing,
  erasingDate,
  intending,
  pendingUntil,
  replied,
  retryable,
  succeeding,
} from './builders.ts';
import { type ModelClouds, clouds, obey, play } from './play.ts';

const { attempts } = aPolicy().retry;
const copy = { sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }) };
const purging = aPurgingSaga(copy);
const STEP = `delete-copy ${copyKey('16')}`;

const failing = (saga: Saga, failure: Failure, call: Call = aCopyDeletion('16'), at = NOW): Saga => {
  const open = intending(saga, call, at);
  return decideOn(open, { occurrence: replied(open, failure), now: at }).saga;
};

describe('attempts', () => {
  it('count failures of one step in a row', () => {
    const once = failing(purging, retryable('503'));
    expect(once).toMatchObject({ failures: { [STEP]: 1 }, wait: { why: `retry: ${STEP}: 503` } });
    expect(failing(once, retryable('503')).failures).toEqual({ [STEP]: 2 });
  });

  it('a successful read between two failing writes does not set them back', () => {
    const once = failing(purging, retryable('503'));
    const looked = decideSeeing(once, { sae: [anSaeSecret('16')] }, { now: NOW + HOUR });
    expect(callOf(looked)).toEqual(aCopyDeletion('16'));
    expect(looked.saga.failures).toEqual({ [STEP]: 1 });
  });

  it('go back to zero when that very step succeeds', () => {
    const once = failing(purging, retryable('503'));
    const open = intending(once, aCopyDeletion('16'));
    expect(decideOn(open, { occurrence: replied(open, { kind: 'done' }) }).saga.failures).toEqual({});
  });

  it('of one step are not touched by another step’s success', () => {
    const two = aPurgingSaga({ sae: [anSaeSecret('16'), anSaeSecret('17')], request: aRequest({ copies: ['16', '17'] }) });
    const open = intending(failing(two, retryable('503')), aCopyDeletion('17'));
    expect(decideOn(open, { occurrence: replied(open, { kind: 'done' }) }).saga.failures).toEqual({ [STEP]: 1 });
  });

  it.each([
    [attempts - 1, 'purging'],
    [attempts, 'parked'],
  ])('%i failures in a row leave the saga %s', (count, state) => {
    const tried = Array.from({ length: count }).reduce<Saga>((saga) => failing(saga, retryable('503')), purging);
    expect(tried.state).toBe(state);
  });

  it('carried through: exactly as many calls as there are attempts', () => {
    const held = clouds(copy);
    const { saga, calls } = play(aSaga(copy), { held, answer: () => ({ verdict: retryable('503'), told: {} }) });
    expect(calls).toHaveLength(attempts);
    expect(saga).toMatchObject({ state: 'parked', reason: `${STEP} failed ${attempts} times: 503` });
    expect(held.sae).toHaveLength(1);
  });

  it('H26: an outcome that stays unknown until a read shows nothing happened counts as one', () => {
    const held = clouds(copy);
    const { calls, saga } = play(aSaga(copy), { held, answer: () => ({ verdict: { kind: 'unknown', code: 'deadline' }, told: {} }) });
    expect(calls).toHaveLength(attempts);
    expect(saga.state).toBe('parked');
  });

  it('reads that fail count too, apart from the writes', () => {
    const once = failing(purging, retryable('503'));
    const unread = decideSeeing(once, { sae: null, failure: { of: 'SAE list', failure: retryable('500') } }, { now: NOW + HOUR });
    expect(unread.saga.failures).toEqual({ [STEP]: 1, 'look before delete-copy': 1 });
  });

  it('a read that keeps failing is given up', () => {
    const failed = after(purging, NOW, ...Array.from({ length: attempts - 1 }, () => ({ type: 'StepFailed', step: 'look before delete-copy', code: '500' }) as const));
    const then = decideSeeing(failed, { sae: null, failure: { of: 'SAE list', failure: retryable('500') } });
    expect(then.saga).toMatchObject({ state: 'parked', reason: `look before delete-copy (SAE list) failed ${attempts} times: 500` });
  });

  it('a schedule that cannot be made turns the quarantine back', () => {
    const held = clouds({ csms: [aCsmsSecret('db-1'), aCsmsSecret('db-2')] });
    const { saga, calls } = play(aSaga({ mode: 'recoverable' }), {
      held,
      answer: (call, now) => (call.op === 'schedule' && call.name === 'db-2' ? { verdict: retryable('CSMS.0001'), told: {} } : obey(held, call, now)),
    });
    expect(calls.at(-1)).toMatchObject({ op: 'cancel', name: 'db-1' });
    expect(calls).toHaveLength(attempts + 2);
    expect(saga.state).toBe('parked');
  });
});

const waitAfter = (failures: number, policy = aPolicy(), saga = purging): number => {
  const failed = after(saga, NOW, ...Array.from({ length: failures - 1 }, () => ({ type: 'StepFailed', step: STEP, code: 'x' }) as const));
  const open = intending(failed, aCopyDeletion('16'));
  return (decideOn(open, { occurrence: replied(open, retryable('x')), policy }).saga.wait?.until ?? 0) - NOW;
};

describe('an answer that fits no such call', () => {
  const pending: Failure = { kind: 'pending', code: 'CSMS.0107' };
  const absent: Failure = { kind: 'alreadyGone', code: 'CSMS.0005' };
  const undone = after(aQuarantinedSaga({ csms: [aCsmsSecret('db-1')] }), NOW, { type: 'CompensationStarted', compensation: { since: NOW, cause: 'undo', endsIn: 'restored' } });

  it.each<[string, Saga, Failure, ModelClouds, Saga['state']]>([
    ['pending, to a stage', aSaga({ request: aRequest({ stages: [['shared', 'reader-7']] }) }), pending, clouds({ csms: [anUnlinkedSecret('shared')], stages: ['shared/reader-7'] }), 'parked'],
    ['pending, to a batch-delete', aSaga(), pending, clouds({ csms: [aCsmsSecret('db-1')] }), 'parked'],
    ['pending, to a batch-delete without preview', aSaga({ instance: GATEWAY }), pending, clouds(), 'parked'],
    ['already gone, to a batch-delete', aSaga(), absent, clouds({ csms: [aCsmsSecret('db-1')] }), 'parked'],
    ['already gone, to a batch-delete without preview', aSaga({ instance: GATEWAY }), absent, clouds(), 'parked'],
  ])('is one more failure, never a loop: %s', (_what, saga, verdict, held, state) => {
    const played = play(saga, { held, from: NOW, answer: () => ({ verdict, told: {} }) });
    expect(played.saga.state).toBe(state);
    expect(played.calls.length).toBeLessThanOrEqual(attempts);
  });

  it('is one more failure, never a loop: pending, to a cancellation, which is tried until its date', () => {
    const held = clouds({ csms: [pendingUntil(aCsmsSecret('db-1'), erasingDate())] });
    const played = play(undone, { held, from: NOW, answer: () => ({ verdict: pending, told: {} }) });
    expect(played.saga.state).toBe('compensation-failed');
    expect(played.calls.length).toBeLessThanOrEqual(attempts + 7 * 24 + 24);
  });
});

describe('backing off', () => {
  it.each([
    [1, 2],
    [2, 4],
    [3, 8],
    [7, 128],
  ])('after failure %i the saga waits three to four quarters of at most %i seconds', (failures, seconds) => {
    expect(waitAfter(failures)).toBeGreaterThanOrEqual(seconds * 0.75 * SECOND);
    expect(waitAfter(failures)).toBeLessThanOrEqual(seconds * SECOND);
  });

  it('never longer than the cap', () => {
    const policy = aPolicy({ retry: { attempts: 100, capSeconds: 10 } });
    expect(waitAfter(50, policy)).toBeLessThanOrEqual(10 * SECOND);
    expect(waitAfter(50, policy)).toBeGreaterThanOrEqual(7.5 * SECOND);
  });

  it('never shorter than a second, even if the policy says zero', () => {
    expect(waitAfter(3, aPolicy({ retry: { baseSeconds: 0, capSeconds: 0 } }))).toBe(SECOND);
  });

  it('is the same each time for one saga, and not in step with another', () => {
    const gateway = aPurgingSaga({ ...copy, instance: GATEWAY });
    expect(waitAfter(5)).toBe(waitAfter(5));
    expect(waitAfter(5, aPolicy(), gateway)).not.toBe(waitAfter(5));
  });
});

describe('a wait', () => {
  it('is not cut short by a duplicate message', () => {
    const waiting = failing(purging, retryable('503'));
    const until = waiting.wait?.until ?? 0;
    expect(decideOn(waiting, { occurrence: { kind: 'woken' }, now: until - 1 })).toMatchObject({ facts: [], next: { do: 'wait' } });
    expect(decideOn(waiting, { occurrence: { kind: 'woken' }, now: until }).next).toMatchObject({ do: 'look' });
  });

  it('counts the saga’s turns, so that a message of an earlier turn is known', () => {
    expect(failing(purging, retryable('503')).turn).toBe(purging.turn + 1);
  });

  it('for the pace of an API names the moment', () => {
    const then = decideOn(purging, { occurrence: { kind: 'paced', until: NOW + 5 * SECOND } });
    expect(then).toMatchObject({ next: { do: 'wait' }, saga: { wait: { until: NOW + 5 * SECOND, why: 'pace', queue: 'deletions' } } });
  });

  it('never sleeps past the moment by which a quarantine is decided', () => {
    const quarantined = aQuarantinedSaga({ csms: [aCsmsSecret('db-1')] });
    const then = decideOn(quarantined, { occurrence: { kind: 'paced', until: OPENED + 7 * 24 * HOUR } });
    expect(then.saga.wait?.until).toBe(OPENED + 7 * 24 * HOUR - 6 * HOUR);
  });
});

describe('work that belongs to another function is handed to its queue', () => {
  it('a cancellation goes to the queue of the compensations', () => {
    const planned = aPlannedSaga({ mode: 'recoverable', csms: [aCsmsSecret('db-1'), aCsmsSecret('db-2')] });
    const open = intending(succeeding(planned, aScheduleOf('db-1'), { eraseAt: erasingDate() }, OPENED), aScheduleOf('db-2'));
    const then = decideOn(open, { occurrence: replied(open, { kind: 'terminal', code: 'CSMS.0401' }) });
    expect(then).toMatchObject({ next: { do: 'wait' }, saga: { state: 'compensating', wait: { until: NOW, queue: 'compensations', why: 'next' } } });
  });

  it('proofs wait on the queue of the verifications', () => {
    const open = intending(aPurgingSaga({ csms: [anUnlinkedSecret('app-db')], request: aRequest({ names: ['app-db'] }) }), aDeletionOf('app-db'));
    expect(decideOn(open, { occurrence: replied(open, { kind: 'done' }) }).saga.wait).toMatchObject({ queue: 'verifications', why: 'verify' });
  });
});
