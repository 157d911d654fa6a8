import { describe, expect, it } from 'vitest';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Call, Saga } from '../../lib/saga/saga.ts';
import { lastErasing } from '../../lib/saga/schedules.ts';
import {
  DAY,
  HOUR,
  NOW,
  OPENED,
  aCopyDeletion,
  aCsmsSecret,
  aHold,
  aPlan,
  aPlannedSaga,
  aPolicy,
  aQuarantinedSaga,
  aRequest,
  aSaga,
  aScheduleOf,
  after,
  anSaeSecret,
  decideOn,
  decideSeeing,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
  succeeding,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, obey, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const db2 = aCsmsSecret('db-2');
const ours = (name: string) => pendingUntil(aCsmsSecret(name), erasingDate());

describe('a quarantine is never left to run out undecided', () => {
  const quarantined = aQuarantinedSaga({ csms: [db1] });
  const cancelBy = erasingDate() - 6 * HOUR;
  const held = { ...NO_CONTROLS, holds: { [quarantined.sagaId]: aHold() } };

  it.each([
    ['held', { controls: held }],
    ['paused', { controls: { ...NO_CONTROLS, pause: aHold() } }],
    ['merely late', {}],
  ])('H63: six hours before its date a saga that is %s turns back', (_what, given) => {
    const then = decideOn(quarantined, { ...given, now: cancelBy, occurrence: { kind: 'woken' } });
    expect(then.saga).toMatchObject({ state: 'compensating', compensation: { endsIn: 'restored', cause: expect.stringMatching(/window nearly over/) } });
  });

  it.each<[string, Call]>([
    ['SAE', aCopyDeletion('16')],
    ['CSMS', aScheduleOf('db-2')],
  ])('H38: also one with a call to %s whose outcome cannot be read just now', (_where, call) => {
    const open = intending(after(aQuarantinedSaga({ csms: [db1, db2], sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }) }), NOW, { type: 'PurgeStarted' }), call, cancelBy - HOUR);
    const asleep = after(open, cancelBy - HOUR, { type: 'Waited', wait: { until: cancelBy, queue: 'deletions', why: 'credentials-refused: key-closed' } });
    expect(decideOn(asleep, { now: cancelBy, occurrence: { kind: 'woken' } }).saga).toMatchObject({ state: 'compensating', compensation: { endsIn: 'restored' } });
  });

  it('H63: a moment before that it only waits, and not beyond that moment', () => {
    expect(decideOn(quarantined, { controls: held, now: cancelBy - 1 }).saga).toMatchObject({ state: 'quarantined', wait: { until: cancelBy, why: 'held: somebody asked' } });
  });

  it('a saga waiting for an approval wakes by then', () => {
    const again = after(quarantined, NOW, { type: 'PlanChanged', difference: 'db-2' }, { type: 'Planned', plan: aPlan({ mode: 'recoverable', csms: [db1, db2] }) });
    const policy = aPolicy({ requireApproval: true });
    expect(decideSeeing(again, { csms: [ours('db-1'), db2] }, { policy }).saga.wait).toMatchObject({ why: 'approval', until: cancelBy });
  });

  it('carried through under a hold: everything is enabled again long before the date', () => {
    const content = clouds({ csms: [db1, db2] });
    const { saga, calls, now } = play(aSaga({ mode: 'recoverable' }), {
      held: content,
      controlsAt: (at) => (at > OPENED + DAY ? held : NO_CONTROLS),
    });
    expect(calls.map(nameOf)).toEqual(['schedule db-1', 'schedule db-2', 'cancel db-1', 'cancel db-2']);
    expect(saga.state).toBe('restored');
    expect(now).toBeLessThan(erasingDate() - 5 * HOUR);
    expect(content.csms.map(({ state }) => state)).toEqual(['ENABLED', 'ENABLED']);
  });

  it('carried through while an application keeps depending on a copy: restored, the copy untouched', () => {
    const content = clouds({ csms: [db1], sae: [anSaeSecret('16')] });
    const { saga, calls } = play(aSaga({ mode: 'recoverable', request: aRequest({ copies: ['16'] }) }), {
      held: content,
      meanwhile: (at) => {
        if (at > OPENED + DAY) content.sae = [anSaeSecret('16', { applications: ['shop'] })];
      },
    });
    expect(calls.map(nameOf)).toEqual(['schedule db-1', 'cancel db-1']);
    expect(saga).toMatchObject({ state: 'restored', reason: expect.stringMatching(/^dependency-violation: RelateApps: application shop/) });
    expect(saga.blockers).toEqual([{ secretId: '16', kind: 'application', name: 'shop', code: null, seenBy: 'RelateApps' }]);
  });

  it('a cloud that keeps refusing the first schedule parks the saga with nothing pending', () => {
    const content = clouds({ csms: [db1, db2] });
    const { saga, calls } = play(aSaga({ mode: 'recoverable' }), {
      held: content,
      answer: (call, now) => (call.op === 'schedule' && call.name === 'db-2' ? { verdict: { kind: 'terminal', code: 'CSMS.0401' }, told: {} } : obey(content, call, now)),
    });
    expect(calls.map(nameOf)).toEqual(['schedule db-1', 'schedule db-2', 'cancel db-1']);
    expect(saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/CSMS\.0401/) });
    expect(content.csms.map(({ state }) => state)).toEqual(['ENABLED', 'ENABLED']);
  });
});

describe('somebody else’s schedule', () => {
  const foreign = pendingUntil(db1, OPENED + 20 * DAY);
  const undone = (policy: ReturnType<typeof aPolicy>) =>
    play(aSaga({ mode: 'recoverable' }), {
      held: clouds({ csms: [foreign, db2] }),
      policy,
      controlsAt: (at) => (at > OPENED + HOUR ? { ...NO_CONTROLS, pause: aHold() } : NO_CONTROLS),
    });

  it('H39: is left alone when the saga turns back', () => {
    const { saga, calls } = undone(aPolicy());
    expect(calls.map(nameOf)).toEqual(['schedule db-2', 'cancel db-2']);
    expect(saga.state).toBe('restored');
    expect(saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'somebody else' });
  });

  it('is cancelled too where the policy says so', () => {
    expect(undone(aPolicy({ restoreForeignSchedules: true })).calls.map(nameOf)).toContain('cancel db-1');
  });
});

it('H38: the last date of what is scheduled is the one we were told, or that of a whole window where none was, or of the schedule that is just being made', () => {
  const planned = aPlannedSaga({ mode: 'recoverable', csms: [aCsmsSecret('db-1'), aCsmsSecret('db-2')] });
  const told = succeeding(planned, aScheduleOf('db-1'), { eraseAt: NOW + 5 * DAY }, NOW);
  const untold = succeeding(told, aScheduleOf('db-2'), { eraseAt: null }, NOW + DAY);
  const last = (saga: Saga): number | null => lastErasing(saga, Object.values(saga.secrets));
  expect([last(planned), last(told), last(untold)]).toEqual([null, NOW + 5 * DAY, NOW + 8 * DAY]);
  const making = intending(told, aScheduleOf('db-2'), NOW + DAY);
  expect(last(making)).toBe((making.attempt?.notAfter ?? 0) + 7 * DAY);
});
