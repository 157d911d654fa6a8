import { describe, expect, it } from 'vitest';
import { SecretName } from '../../events/ids.ts';
import type { Fact } from '../../lib/saga/facts.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { evolve } from '../../lib/saga/evolve.ts';
import { reopeningOf } from '../../lib/saga/reopen.ts';
import { fitsOurSchedule } from '../../lib/saga/schedules.ts';
import {
  DAY,
  type Ground,
  MINUTE,
  NOW,
  OPENED,
  POLICY,
  SECOND,
  type SightTerms,
  type Then,
  aCancelOf,
  aCsmsSecret,
  aPlannedSaga,
  aSaga,
  aScheduleOf,
  after,
  callOf,
  decideOn,
  decideSeeing,
  intending,
  keyOf,
  pendingUntil,
  replied,
} from './builders.ts';

const db1 = aCsmsSecret('db-1');
const SETTLED = NOW + 20 * SECOND;
const LATER = SETTLED + SECOND;

const scheduling = intending(aPlannedSaga({ mode: 'recoverable', csms: [db1] }), aScheduleOf('db-1'));

const resolved = (saga: Saga, seen: SightTerms): Then => decideSeeing(saga, { ...seen, at: SETTLED + 1 }, { now: LATER });

const failedOnce = (): Saga => resolved(scheduling, { csms: [db1] }).saga;

describe('whether a date is that of our own schedule', () => {
  const intended = { at: NOW, notAfter: NOW + 15 * SECOND, windowDays: 7 };
  const window = 7 * DAY;
  it.each([
    ['the window from the intent on', NOW + window, true],
    ['five minutes before that', NOW + window - 5 * MINUTE, true],
    ['a moment more before that', NOW + window - 5 * MINUTE - 1, false],
    ['five minutes after the deadline’s window', NOW + 15 * SECOND + window + 5 * MINUTE, true],
    ['a moment more after that', NOW + 15 * SECOND + window + 5 * MINUTE + 1, false],
    ['another window', NOW + 30 * DAY, false],
    ['no date', null, false],
  ])('H39: %s: %s', (_what, eraseAt, fits) => {
    expect(fitsOurSchedule(eraseAt, intended)).toBe(fits);
  });
});

describe('a schedule whose reply was lost', () => {
  it.each([
    ['ours, when its date fits', NOW + 7 * DAY + MINUTE, 'us'],
    ['somebody else’s, when it does not', NOW + 8 * DAY, 'somebody else'],
    ['somebody else’s, when it has none', null, 'somebody else'],
  ])('H39: is %s', (_what, eraseAt, by) => {
    const { saga } = resolved(scheduling, { csms: [pendingUntil(db1, eraseAt)] });
    expect(saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by, eraseAt });
    expect(saga.attempt).toBeNull();
  });


  it('and not to be seen yet is remembered, since it might still take effect', () => {
    expect(failedOnce().unanswered).toEqual([{ key: keyOf('db-1'), at: NOW, notAfter: NOW + 15 * SECOND, windowDays: 7 }]);
  });

  it('H22: CSMS.0107 on the second try means unknown, not somebody else’s: the date tells', () => {
    const second = decideSeeing(failedOnce(), { csms: [db1] }, { now: LATER + MINUTE }).saga;
    expect(second.attempt?.call).toEqual(aScheduleOf('db-1'));
    const pending = decideOn(second, { occurrence: replied(second, { kind: 'pending', code: 'CSMS.0107' }), now: LATER + MINUTE });
    expect(pending.next).toMatchObject({ do: 'look', look: { csms: true } });
    const now = LATER + MINUTE;
    const late = decideSeeing(pending.saga, { csms: [pendingUntil(db1, NOW + 7 * DAY)], at: now }, { now });
    expect(late.saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'us', eraseAt: NOW + 7 * DAY });
    const foreign = decideSeeing(pending.saga, { csms: [pendingUntil(db1, NOW + 20 * DAY)], at: now }, { now });
    expect(foreign.saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'somebody else' });
  });

  it('H22: an undo that comes between CSMS.0107 and the look at the date cancels it all the same', () => {
    const now = LATER + MINUTE;
    const second = decideSeeing(failedOnce(), { csms: [db1] }, { now }).saga;
    const pending = decideOn(second, { occurrence: replied(second, { kind: 'pending', code: 'CSMS.0107' }), now });
    const undone = after(pending.saga, now, { type: 'UndoRequested', by: 'a person' });
    expect(callOf(decideSeeing(undone, { csms: [pendingUntil(db1, NOW + 7 * DAY)], at: now }, { now }))).toEqual(aCancelOf('db-1'));
  });

  it('H39: whose second try is lost too is known by the date of either', () => {
    const again = intending(failedOnce(), aScheduleOf('db-1'), LATER + DAY);
    const now = LATER + DAY + 21 * SECOND;
    const seen = (eraseAt: number) => decideSeeing(again, { csms: [pendingUntil(db1, eraseAt)], at: now }, { now }).saga.secrets[keyOf('db-1')]?.schedule?.by;
    expect([seen(NOW + 7 * DAY), seen(LATER + 8 * DAY), seen(NOW + 20 * DAY)]).toEqual(['us', 'us', 'somebody else']);
  });

  it('that takes effect before the next try is recognised by its date', () => {
    const then = decideSeeing(failedOnce(), { csms: [pendingUntil(db1, NOW + 7 * DAY)] }, { now: LATER + MINUTE });
    expect(then.saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'us' });
    expect(callOf(then)).toBeNull();
  });
});

it('a saga that is sent round again goes on remembering a schedule that never got a reply, and knows its late effect by the date', () => {
  const lost = after(resolved(scheduling, { csms: [db1] }).saga, LATER, { type: 'Settled', state: 'parked', reason: 'x' });
  const reopening = reopeningOf(lost, POLICY, 'a person', LATER + MINUTE);
  if (reopening.kind !== 'reopens') throw new Error(reopening.why);
  const reopened = evolve(lost, reopening.fact);
  expect(reopened.unanswered).toEqual(lost.unanswered);
  const now = LATER + 2 * MINUTE;
  const planned = decideSeeing(reopened, { csms: [pendingUntil(db1, NOW + 7 * DAY)], at: now }, { now }).saga;
  const then = decideSeeing(planned, { csms: [pendingUntil(db1, NOW + 7 * DAY)], at: now + SECOND }, { now: now + SECOND });
  expect(then.saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'us', eraseAt: NOW + 7 * DAY });
});

describe('H39: a saga that is sent round again under a policy with another recovery window', () => {
  const month: Ground = { mode: 'recoverable', recoveryWindowDays: 30, csms: [db1] };
  const lost = after(intending(aPlannedSaga(month), { op: 'schedule', key: keyOf('db-1'), name: SecretName.parse('db-1'), recoveryWindowDays: 30 }), LATER, { type: 'EffectSeen', number: 1, happened: false, told: {} });
  const date = NOW + 30 * DAY;
  const reopened = (): Saga => {
    const reopening = reopeningOf(after(lost, LATER, { type: 'Settled', state: 'parked', reason: 'x' }), POLICY, 'a person', LATER + MINUTE);
    if (reopening.kind !== 'reopens') throw new Error(reopening.why);
    return evolve(lost, reopening.fact);
  };

  it('knows what it scheduled before by the window it asked for then', () => {
    expect(reopened().recoveryWindowDays).toBe(7);
    const now = LATER + 2 * MINUTE;
    const planned = decideSeeing(reopened(), { csms: [pendingUntil(db1, date)], at: now }, { now }).saga;
    const then = decideSeeing(planned, { csms: [pendingUntil(db1, date)], at: now + SECOND }, { now: now + SECOND });
    expect(then.saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'us', eraseAt: date });
  });

  it('is watched until that window has passed', () => {
    const restored = after(reopened(), LATER, { type: 'Settled', state: 'restored', reason: 'undo' });
    const watching = decideOn(restored, { occurrence: { kind: 'woken' }, now: LATER }).saga;
    expect(decideOn(watching, { occurrence: { kind: 'woken' }, now: date + DAY - 1 }).next).toMatchObject({ do: 'look' });
    expect(decideOn(watching, { occurrence: { kind: 'woken' }, now: date + DAY }).next).toEqual({ do: 'end' });
  });

  it('that turns back asks what came of it once that window has passed, and not before', () => {
    const turning = after(reopened(), LATER, { type: 'CompensationStarted', compensation: { since: LATER, cause: 'a reason', endsIn: 'restored' } });
    const endAt = (now: number): Saga['state'] => decideSeeing(turning, { csms: [], shown: { 'db-1': 'not-found' }, at: now }, { now }).saga.state;
    expect([endAt(date - 1), endAt(date)]).toEqual(['restored', 'compensation-failed']);
  });
});

describe('a restored saga with a schedule that never got a reply', () => {
  const settledAs = (state: 'restored' | 'parked'): Saga => after(resolved(scheduling, { csms: [db1] }).saga, LATER, { type: 'Settled', state, reason: 'undo' });
  const firstWatch = (state: 'restored' | 'parked' = 'restored'): Then => decideOn(settledAs(state), { occurrence: { kind: 'woken' }, now: LATER });

  it('is looked at daily', () => {
    expect(firstWatch()).toMatchObject({ next: { do: 'wait' }, saga: { state: 'restored', wait: { until: LATER + DAY, why: 'watch' } } });
    const now = LATER + DAY;
    expect(decideOn(firstWatch().saga, { occurrence: { kind: 'woken' }, now }).next).toMatchObject({ do: 'look', look: { csms: true, begunAfter: now } });
    expect(decideSeeing(firstWatch().saga, { csms: [db1], at: now + 1 }, { now: now + 1 }).saga.wait).toMatchObject({ until: now + 1 + DAY, why: 'watch' });
  });

  it('compensates again when the schedule takes effect after all', () => {
    const now = LATER + DAY + 1;
    const { saga } = decideSeeing(firstWatch().saga, { csms: [pendingUntil(db1, NOW + 7 * DAY)], at: now }, { now });
    expect(saga).toMatchObject({ state: 'compensating', compensation: { endsIn: 'restored', cause: expect.stringMatching(/late/) } });
    expect(saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'us' });
  });

  it('that was parked is watched as well, and parks again', () => {
    const now = LATER + DAY + 1;
    const { saga } = decideSeeing(firstWatch('parked').saga, { csms: [pendingUntil(db1, NOW + 7 * DAY)], at: now }, { now });
    expect(saga).toMatchObject({ state: 'compensating', compensation: { endsIn: 'parked', cause: expect.stringMatching(/late; before that: undo$/) } });
  });

  it('past the pivot goes on to its date instead, since there nothing is cancelled any more', () => {
    const now = LATER + DAY + 1;
    const passed = { ...firstWatch('parked').saga, pivotAt: NOW };
    const { saga } = decideSeeing(passed, { csms: [pendingUntil(db1, NOW + 7 * DAY)], at: now }, { now });
    expect(saga).toMatchObject({ state: 'verifying', compensation: null, finishedAt: null, parkAfterwards: expect.stringMatching(/late; before that: undo$/), wait: { until: NOW + 7 * DAY, why: 'pending' } });
  });

  it('H45: is proven gone anew when it shows a secret that had been proven gone before', () => {
    const now = LATER + DAY + 1;
    const looks = Array.from({ length: 3 }, () => ({ type: 'Looked', begunAt: LATER, proofsNeeded: 3, secrets: { [keyOf('db-1')]: { kind: 'gone', detail: null } } }) as const);
    const passed = { ...after(firstWatch('parked').saga, LATER, ...looks), pivotAt: NOW };
    expect(passed.secrets[keyOf('db-1')]?.proven).toBe(true);
    const { saga } = decideSeeing(passed, { csms: [pendingUntil(db1, NOW + 7 * DAY)], at: now }, { now });
    expect(saga).toMatchObject({ state: 'verifying', secrets: { [keyOf('db-1')]: { proven: false, proofs: 0, schedule: { by: 'us' } } }, wait: { why: 'pending' } });
  });

  it('leaves a schedule of another date to whoever made it', () => {
    const now = LATER + DAY + 1;
    expect(decideSeeing(firstWatch().saga, { csms: [pendingUntil(db1, NOW + 20 * DAY)], at: now }, { now }).saga.state).toBe('restored');
  });

  it('does not alarm because one look failed', () => {
    const now = LATER + DAY + 1;
    const failing = { csms: null, failure: { of: 'CSMS list', failure: { kind: 'terminal', code: 'CSMS.0401' } } } as const;
    expect(decideSeeing(firstWatch().saga, failing, { now }).saga).toMatchObject({ state: 'restored', wait: { until: now + DAY } });
  });

  it('is left in peace once the recovery window has passed', () => {
    const over = NOW + 8 * DAY;
    expect(decideOn(firstWatch().saga, { occurrence: { kind: 'woken' }, now: over })).toMatchObject({ next: { do: 'end' }, saga: { state: 'restored', wait: null } });
    expect(decideOn(firstWatch().saga, { occurrence: { kind: 'woken' }, now: over - 1 }).next).not.toMatchObject({ do: 'end' });
  });

  it('and one with nothing lost is never watched', () => {
    expect(decideOn(after(aSaga(), OPENED, { type: 'Settled', state: 'restored', reason: 'x' }))).toMatchObject({ facts: [], next: { do: 'end' } });
  });
});

it('H26: a saga that ended with a schedule still open is watched for it as well', () => {
  const ended = after(scheduling, LATER, { type: 'Settled', state: 'parked', reason: 'undo' });
  const watched = decideOn(ended, { occurrence: { kind: 'woken' }, now: LATER });
  expect(watched.saga.wait).toMatchObject({ until: LATER + DAY, why: 'watch' });
  const now = LATER + DAY + 1;
  const { saga } = decideSeeing(watched.saga, { csms: [pendingUntil(db1, NOW + 7 * DAY)], at: now }, { now });
  expect(saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'us', eraseAt: NOW + 7 * DAY });
});

describe('turning back past the window of a schedule that was lost', () => {
  const key = keyOf('db-1');
  const turning = (...facts: readonly Fact[]): Saga =>
    after(failedOnce(), LATER, ...facts, { type: 'CompensationStarted', compensation: { since: LATER, cause: 'a reason', endsIn: 'restored' } });
  const over = NOW + 7 * DAY;
  const nothingLeft = (saga: Saga, now: number): Then => decideSeeing(saga, { csms: [], at: now }, { now });

  it('asks by name, and takes what is gone for erased by it, from the very date on', () => {
    expect(nothingLeft(turning(), over).saga).toMatchObject({ state: 'compensation-failed', secrets: { [key]: { expired: true, schedule: null } } });
    expect(nothingLeft(turning(), over - 1).saga).toMatchObject({ state: 'restored', secrets: { [key]: { expired: false } } });
    expect(decideSeeing(turning(), { csms: [], shown: {}, at: over }, { now: over }).next).toMatchObject({ do: 'look', look: { csms: false, show: ['db-1'] } });
  });

  it.each<[string, Fact]>([
    ['found cancelled', { type: 'ScheduleEnded', key, detail: 'x' }],
    ['found gone', { type: 'SecretVanished', key, detail: 'x' }],
  ])('asks nothing of one that was %s before', (_what, fact) => {
    expect(decideSeeing(turning(fact), { csms: [], shown: {}, at: over }, { now: over }).saga.secrets[key]?.expired).toBe(false);
  });
});
