import { describe, expect, it } from 'vitest';
import { type Saga, type State, canReopen, isBeforePivot, isTerminal, queueOf } from '../../lib/saga/saga.ts';
import { cancelBy, earliestErasing, liveSchedules } from '../../lib/saga/schedules.ts';
import {
  DAY,
  HOUR,
  NOW,
  OPENED,
  aBatchDeletion,
  aCancelOf,
  aCopyDeletion,
  aCsmsSecret,
  aDeletionOf,
  aPlannedSaga,
  aQuarantinedSaga,
  aRequest,
  aSaga,
  aScheduleOf,
  aStageDeletion,
  after,
  anSaeSecret,
  anUnlinkedSecret,
  erasingDate,
  intending,
  keyOf,
  succeeding,
} from './builders.ts';

const request = aRequest({ names: ['app-db', 'missing'], copies: ['16'], stages: [['shared', 'reader-7']] });
const ground = { csms: [aCsmsSecret('db-1'), anUnlinkedSecret('app-db')], sae: [anSaeSecret('16')], request };
const planned = aPlannedSaga(ground);

/** Every kind of fact, on a saga where it means something. */

const inState = (state: State, mode: Saga['mode'] = 'immediate'): Saga => ({ ...aSaga({ mode }), state });

describe('the states', () => {
  it.each<[State, boolean, boolean, string]>([
    ['received', false, false, 'deletions'],
    ['planned', false, false, 'deletions'],
    ['quarantined', false, false, 'deletions'],
    ['purging', false, false, 'deletions'],
    ['verifying', false, false, 'verifications'],
    ['compensating', false, false, 'compensations'],
    ['gone', true, false, 'verifications'],
    ['restored', true, false, 'compensations'],
    ['refused', true, true, 'compensations'],
    ['parked', true, true, 'verifications'],
    ['compensation-failed', true, false, 'compensations'],
  ])('%s: terminal %s, may be opened again %s, worked on by %s', (state, terminal, reopens, queue) => {
    expect(isTerminal(inState(state))).toBe(terminal);
    expect(canReopen(inState(state))).toBe(reopens);
    expect(queueOf(state)).toBe(queue);
  });

  it('a plan run ends planned, and may be opened again', () => {
    expect(isTerminal(inState('planned', 'plan'))).toBe(true);
    expect(canReopen(inState('planned', 'plan'))).toBe(true);
  });

  it.each<[string, Saga, boolean]>([
    ['nothing', planned, true],
    ['a schedule', intending(planned, aScheduleOf('db-1')), true],
    ['a cancellation', intending(planned, aCancelOf('db-1')), true],
    ['an SAE delete', intending(planned, aCopyDeletion('16')), true],
    ['a stage', intending(planned, aStageDeletion('shared', 'reader-7')), false],
    ['a batch-delete', intending(planned, aBatchDeletion()), false],
    ['a named delete', intending(planned, aDeletionOf('app-db')), false],
  ])('once %s was intended the saga can still turn back: %s', (_what, saga, before) => {
    expect(isBeforePivot(saga)).toBe(before);
  });
});

describe('the date by which a quarantine must be decided', () => {
  it('is six hours before the earliest date of the saga’s own schedules', () => {
    const saga = after(aQuarantinedSaga({ csms: [aCsmsSecret('db-1'), aCsmsSecret('db-2')] }), NOW, { type: 'ScheduleSeen', key: keyOf('db-2'), by: 'us', eraseAt: erasingDate() - HOUR });
    expect(liveSchedules(saga)).toHaveLength(2);
    expect(earliestErasing(saga)).toBe(erasingDate() - HOUR);
    expect(cancelBy(saga)).toBe(erasingDate() - 7 * HOUR);
  });

  it('where a date is not known yet, is reckoned from the earliest it can be', () => {
    const saga = succeeding(aPlannedSaga({ ...ground, mode: 'recoverable' }), aScheduleOf('db-1'));
    expect(earliestErasing(saga)).toBe(OPENED + 7 * DAY);
  });

  it('counts a schedule whose reply is still to come, as if it had taken effect at once', () => {
    const open = intending(aPlannedSaga({ ...ground, mode: 'recoverable' }), aScheduleOf('db-1'));
    expect(earliestErasing(open)).toBe(NOW + 7 * DAY);
    expect(earliestErasing(intending(planned, aBatchDeletion()))).toBeNull();
  });

  it('does not exist without schedules of its own', () => {
    const foreign = after(planned, NOW, { type: 'ScheduleSeen', key: keyOf('db-1'), by: 'somebody else', eraseAt: NOW + DAY });
    expect(cancelBy(foreign)).toBeNull();
    expect(liveSchedules(foreign)).toEqual([]);
  });
});
