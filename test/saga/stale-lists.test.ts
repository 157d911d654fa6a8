import { describe, expect, it } from 'vitest';
import type { Saga } from '../../lib/saga/saga.ts';
import {
  DAY,
  MINUTE,
  NOW,
  OPENED,
  SECOND,
  aCancelOf,
  aCsmsSecret,
  aPlannedSaga,
  aQuarantinedSaga,
  aScheduleOf,
  after,
  callOf,
  decideSeeing,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
} from './builders.ts';

const db1 = aCsmsSecret('db-1');
const ours = pendingUntil(db1, erasingDate());
const quarantined = aQuarantinedSaga({ csms: [db1] });
const turnedBack = after(quarantined, NOW, { type: 'CompensationStarted', compensation: { since: NOW, cause: 'a reason', endsIn: 'restored' } });

describe('H45: a list that would end our care for a secret is not believed alone', () => {
  it.each<[string, Saga, number]>([
    ['that a quarantined secret was rescued', quarantined, OPENED + 6 * DAY],
    ['that a schedule to be cancelled has ended', turnedBack, NOW],
  ])('%s: its name is asked too', (_what, saga, now) => {
    expect(decideSeeing(saga, { csms: [db1], shown: {} }, { now }).next).toMatchObject({ do: 'look', look: { csms: false, show: ['db-1'] } });
  });

  it('a rescue that only the list shows is none', () => {
    expect(decideSeeing(quarantined, { csms: [db1], shown: { 'db-1': ours } }, { now: OPENED + 6 * DAY }).saga.compensation).toBeNull();
  });

  it('a schedule that the list no longer shows is cancelled all the same, if the name shows it', () => {
    expect(callOf(decideSeeing(turnedBack, { csms: [db1], shown: { 'db-1': ours } }))).toEqual(aCancelOf('db-1'));
    expect(callOf(decideSeeing(turnedBack, { csms: [], shown: { 'db-1': ours } }))).toEqual(aCancelOf('db-1'));
  });

  it('H6: another secret found under the name is not the one that was scheduled', () => {
    const { saga } = decideSeeing(turnedBack, { csms: [], shown: { 'db-1': { ...ours, id: 'new' } } });
    expect(saga).toMatchObject({ state: 'compensating', secrets: { [keyOf('db-1')]: { vanished: true } } });
    expect(callOf(decideSeeing(saga, { csms: [], shown: { 'db-1': { ...ours, id: 'new' } } }, { now: NOW + MINUTE }))).toBeNull();
  });

  it('what the list does show pending needs no second look', () => {
    expect(callOf(decideSeeing(turnedBack, { csms: [ours], shown: {} }))).toEqual(aCancelOf('db-1'));
  });
});

describe('H45: after a lost reply', () => {
  const settled = NOW + 21 * SECOND;
  const scheduling = intending(aPlannedSaga({ mode: 'recoverable', csms: [db1] }), aScheduleOf('db-1'));
  const cancelling = intending(turnedBack, aCancelOf('db-1'));

  it('a schedule the list does not show is made good by the name', () => {
    const { saga } = decideSeeing(scheduling, { csms: [db1], shown: { 'db-1': pendingUntil(db1, NOW + 7 * DAY) } }, { now: settled });
    expect(saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'us', eraseAt: NOW + 7 * DAY });
  });

  it('a cancellation counts only if the name shows it', () => {
    const { saga } = decideSeeing(cancelling, { csms: [db1], shown: { 'db-1': ours } }, { now: settled });
    expect(saga).toMatchObject({ state: 'compensating', failures: { [`cancel ${keyOf('db-1')}`]: 1 } });
  });

  it('the name is asked only about what the list leaves open', () => {
    expect(decideSeeing(cancelling, { csms: [db1], shown: {} }, { now: settled }).next).toMatchObject({ do: 'look', look: { show: ['db-1'] } });
    expect(decideSeeing(scheduling, { csms: [pendingUntil(db1, NOW + 7 * DAY)], shown: {} }, { now: settled }).next).not.toMatchObject({ do: 'look', look: { show: ['db-1'] } });
  });
});
