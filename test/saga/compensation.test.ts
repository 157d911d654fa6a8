import { describe, expect, it } from 'vitest';
import type { Reply } from '../../lib/saga/input.ts';
import type { Call, Saga } from '../../lib/saga/saga.ts';
import { isUndone, undoOf } from '../../lib/saga/undo.ts';
import type { Failure } from '../../lib/saga/verdict.ts';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  NOW,
  OPENED,
  SECOND,
  aBatchDeletion,
  aCancelOf,
  aCopyDeletion,
  aCsmsSecret,
  aHold,
  aPlannedSaga,
  aPolicy,
  aPurgingSaga,
  aQuarantinedSaga,
  aRequest,
  aSaga,
  aScheduleOf,
  aVerifyingSaga,
  after,
  anSaeSecret,
  anUnlinkedSecret,
  callOf,
  copyKey,
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
import { nameOf } from './call-name.ts';
import { clouds, obey, play } from './play.ts';

const { attempts, deadlineSeconds } = aPolicy().retry;
const DEADLINE = deadlineSeconds * SECOND;
const names = ['db-1', 'db-2', 'db-3'] as const;
const secrets = names.map((name) => aCsmsSecret(name));
const ours = (name: string, eraseAt = erasingDate()) => pendingUntil(aCsmsSecret(name), eraseAt);

const turnedBack = (saga: Saga, endsIn: 'restored' | 'parked' = 'restored'): Saga =>
  after(saga, NOW, { type: 'CompensationStarted', compensation: { since: NOW, cause: 'a reason', endsIn } });

const one = turnedBack(aQuarantinedSaga({ csms: secrets.slice(0, 1) }));
const all = turnedBack(aQuarantinedSaga({ csms: secrets }));

describe('turning back', () => {
  it('looks first: only what a list begun since then shows pending is cancelled', () => {
    expect(decideOn(one).next).toMatchObject({ do: 'look', look: { csms: true, begunAfter: NOW - 1 } });
    expect(callOf(decideSeeing(one, { csms: [ours('db-1')] }))).toEqual(aCancelOf('db-1'));
  });

  it('cancels every schedule the saga made, and says why it ended', () => {
    const held = clouds({ csms: names.map((name) => ours(name)) });
    const { saga, calls } = play(all, { held, from: NOW });
    expect(calls.map(nameOf)).toEqual(['cancel db-1', 'cancel db-2', 'cancel db-3']);
    expect(saga).toMatchObject({ state: 'restored', reason: 'a reason', wait: null });
    expect(Object.values(saga.secrets).every(({ restored, schedule }) => restored && schedule === null)).toBe(true);
    expect(isUndone(saga)).toBe(true);
  });

  it('with nothing to cancel is done at once', () => {
    expect(decideOn(turnedBack(aPlannedSaga({ csms: secrets }))).saga).toMatchObject({ state: 'restored', reason: 'a reason' });
    expect(decideOn(turnedBack(aPlannedSaga({ csms: secrets }), 'parked')).saga).toMatchObject({ state: 'parked', reason: 'a reason' });
  });

  it('H38: the one whose date comes first goes first', () => {
    const dated = names.reduce((saga, name, index) => after(saga, OPENED, { type: 'ScheduleSeen', key: keyOf(name), by: 'us', eraseAt: erasingDate() - index * HOUR }), all);
    const held = clouds({ csms: names.map((name, index) => ours(name, erasingDate() - index * HOUR)) });
    expect(play(dated, { held, from: NOW }).calls.map(nameOf)).toEqual(['cancel db-3', 'cancel db-2', 'cancel db-1']);
  });

  it('H38: one that keeps failing goes behind the others', () => {
    const held = clouds({ csms: names.map((name) => ours(name)) });
    const { calls } = play(all, {
      held,
      from: NOW,
      answer: (call, now) => (call.key === keyOf('db-1') ? { verdict: retryable('CSMS.0001'), told: {} } : obey(held, call, now)),
    });
    expect(calls.slice(0, 3).map(nameOf)).toEqual(['cancel db-1', 'cancel db-2', 'cancel db-3']);
  });

  it('H63: neither hold nor pause keeps a cancellation back', () => {
    const controls = { ...NO_CONTROLS, pause: aHold(), holds: { [one.sagaId]: aHold(), [keyOf('db-1')]: aHold() } };
    expect(callOf(decideSeeing(one, { csms: [ours('db-1')] }, { controls }))).toEqual(aCancelOf('db-1'));
  });

  it('one that somebody enabled already needs no call', () => {
    const { saga } = decideSeeing(one, { csms: [aCsmsSecret('db-1')] });
    expect(saga).toMatchObject({ state: 'restored', secrets: { [keyOf('db-1')]: { restored: true, detail: expect.stringMatching(/already been cancelled/) } } });
  });

  it('H39: one whose date is no longer the one we made was scheduled anew by somebody, and is theirs', () => {
    const { saga } = decideSeeing(one, { csms: [ours('db-1', erasingDate() + SECOND)] });
    expect(saga).toMatchObject({ state: 'restored', secrets: { [keyOf('db-1')]: { schedule: { by: 'somebody else', eraseAt: erasingDate() + SECOND }, restored: false } } });
  });

  it.each([-SECOND + 1, SECOND - 1])('one whose date lost its milliseconds on the way, as dates of this cloud do, is ours all the same (%i ms)', (lost) => {
    expect(callOf(decideSeeing(one, { csms: [ours('db-1', erasingDate() + lost)] }))).toEqual(aCancelOf('db-1'));
  });

  it('one whose date we never learned is ours only with a date that our window makes', () => {
    const undated = turnedBack(succeeding(aPlannedSaga({ mode: 'recoverable', csms: secrets.slice(0, 1) }), aScheduleOf('db-1'), { eraseAt: null }, OPENED));
    expect(callOf(decideSeeing(undated, { csms: [ours('db-1', OPENED + 7 * DAY)] }))).toEqual(aCancelOf('db-1'));
    const foreign = decideSeeing(undated, { csms: [ours('db-1', OPENED + 12 * DAY)] });
    expect([callOf(foreign), foreign.saga.secrets[keyOf('db-1')]?.schedule?.by]).toEqual([null, 'somebody else']);
  });
});

describe('a schedule of ours that may have been made twice', () => {
  const intent = { number: 9, call: aScheduleOf('db-1'), at: OPENED + DAY, notAfter: OPENED + DAY + 15 * SECOND, settledAt: OPENED + DAY + 20 * SECOND, undo: null, unknownBecause: null };
  const lost = (call: Call): Saga =>
    turnedBack(after(aQuarantinedSaga({ csms: secrets.slice(0, 1) }), OPENED + DAY, { type: 'CallIntended', attempt: { ...intent, call } }, { type: 'EffectSeen', number: 9, happened: false, told: {} }));
  const late = ours('db-1', OPENED + 8 * DAY);

  it('H39: is cancelled under the date of either intent', () => {
    expect(callOf(decideSeeing(lost(aScheduleOf('db-1')), { csms: [late] }))).toEqual(aCancelOf('db-1'));
  });

  it('H39: a lost intent for another secret says nothing of this one’s date', () => {
    expect(callOf(decideSeeing(lost(aScheduleOf('db-2')), { csms: [late] }))).toBeNull();
  });
});

describe('H38: what cannot be cancelled ends in the highest alarm', () => {
  it('a window that ended first', () => {
    const { saga } = decideSeeing(one, { csms: [] }, { now: erasingDate() });
    expect(saga).toMatchObject({ state: 'compensation-failed', reason: 'not restored: db-1 (erased at its date); turned back because of a reason', secrets: { [keyOf('db-1')]: { expired: true } } });
  });

  it.each<[string, Failure, (tries: number, endedAt: number) => boolean]>([
    ['the cloud’s last word', { kind: 'terminal', code: 'CSMS.0401' }, (tries) => tries === 1],
    ['failures until its date', retryable('CSMS.0001'), (tries, endedAt) => tries > attempts && erasingDate() - endedAt <= MINUTE],
  ])('%s on one, with the others cancelled all the same', (_what, failure, isTriedEnough) => {
    const held = clouds({ csms: names.map((name) => ours(name)) });
    const { saga, calls, now } = play(all, { held, from: NOW, answer: (call, at) => (call.key === keyOf('db-2') ? { verdict: failure, told: {} } : obey(held, call, at)) });
    expect(calls.filter(({ key }) => key === keyOf('db-2')).length).toSatisfy((tries: number) => isTriedEnough(tries, now));
    expect(saga).toMatchObject({ state: 'compensation-failed', reason: `not restored: db-2 (${failure.code}); turned back because of a reason` });
    expect(held.csms.map(({ state }) => state)).toEqual(['ENABLED', 'PENDING_DELETE', 'ENABLED']);
    expect(isUndone(saga)).toBe(false);
  });

  it('a list that we may not read, with schedules pending', () => {
    const denied = { csms: null, failure: { of: 'CSMS list', failure: { kind: 'terminal', code: 'CSMS.0401' } } } as const;
    expect(decideSeeing(one, denied).saga).toMatchObject({ state: 'compensation-failed', reason: expect.stringMatching(/CSMS\.0401/) });
  });

  it('a list that cannot be read until there is no more time for a call', () => {
    const unread = { csms: null, failure: { of: 'CSMS list', failure: retryable('http-503') } } as const;
    const often = after(one, NOW, ...Array.from({ length: attempts }, () => ({ type: 'StepFailed', step: 'look before cancel', code: 'http-503' }) as const));
    expect(decideSeeing(often, unread, { now: erasingDate() - MINUTE }).saga).toMatchObject({ state: 'compensating', wait: { until: erasingDate() - DEADLINE } });
    expect(decideSeeing(often, unread, { now: erasingDate() - DEADLINE }).saga).toMatchObject({ state: 'compensation-failed', reason: expect.stringMatching(/http-503/) });
  });

  it('a name that cannot go into a URL', () => {
    const target = { key: keyOf('a b'), cloud: 'huawei', scope: 'p', id: 'id-of-a b', name: 'a b', createTime: 0, linked: true, step: 'batch-delete' } as const;
    const odd = after(one, NOW, { type: 'SecretAdded', target, origin: 'unseen', failure: retryable('x') }, { type: 'ScheduleSeen', key: keyOf('a b'), by: 'us', eraseAt: erasingDate() });
    const { saga } = play(odd, { held: clouds({ csms: [ours('db-1'), ours('a b')] }), from: NOW });
    expect(saga).toMatchObject({ state: 'compensation-failed', reason: expect.stringMatching(/a b \(name-form\)/) });
  });

  it('an undo asked for again tries again', () => {
    const failed = decideSeeing(one, { csms: [ours('db-1')] });
    const refused = decideOn(failed.saga, { occurrence: { kind: 'replied', number: failed.saga.attempts, reply: { verdict: { kind: 'terminal', code: 'CSMS.0401' }, told: {} } } }).saga;
    const undo = undoOf(refused, 'a person', NOW + HOUR);
    expect(undo.kind).toBe('begins');
    const again = after(refused, NOW + HOUR, { type: 'UndoRequested', by: 'a person' });
    expect(again).toMatchObject({ state: 'compensating', undoneBy: 'a person', finishedAt: null });
    expect(callOf(decideSeeing(again, { csms: [ours('db-1')] }, { now: NOW + HOUR }))).toEqual(aCancelOf('db-1'));
  });
});

describe('H38: what fails while there is time is tried again', () => {
  const FAILING: Reply = { verdict: retryable('CSMS.0001'), told: {} };

  it.each(['retryable', 'unknown'] as const)('an outage of a day does not end the turning back: %s', (kind) => {
    const held = clouds({ csms: names.map((name) => ours(name)) });
    const { saga } = play(all, { held, from: NOW, answer: (call, now) => (now < NOW + DAY ? { verdict: { kind, code: 'http-503' }, told: {} } : obey(held, call, now)) });
    expect(saga.state).toBe('restored');
    expect(held.csms.map(({ state }) => state)).toEqual(['ENABLED', 'ENABLED', 'ENABLED']);
  });

  it('each of several is tried about as often as one alone', () => {
    const tries = (saga: Saga): number => {
      const held = clouds({ csms: names.map((name) => ours(name)) });
      return play(saga, { held, from: NOW, until: NOW + DAY, answer: () => FAILING }).calls.filter(({ key }) => key === keyOf('db-1')).length;
    };
    expect(tries(all)).toBeGreaterThan(tries(one) * 0.8);
  });

  const tryingSince = (since: number, policy = aPolicy()): Saga => {
    const saga = after(one, since, ...Array.from({ length: attempts - 1 }, () => ({ type: 'StepFailed', step: `cancel ${keyOf('db-1')}`, code: 'x' }) as const));
    const open = intending(saga, aCancelOf('db-1'), since);
    return decideOn(open, { occurrence: replied(open, retryable('CSMS.0001')), now: since, policy }).saga;
  };

  it('as often as the policy allows it is nobody’s concern; from then on the wait says so', () => {
    expect(tryingSince(NOW).wait?.why).toBe(`not-cancelled: cancel ${keyOf('db-1')} failed ${attempts} times: CSMS.0001`);
    expect(tryingSince(NOW, aPolicy({ retry: { attempts: attempts + 1 } })).wait?.why).toMatch(/^retry: /);
  });

  it.each([
    ['days are left, each hour', erasingDate() - 3 * DAY, HOUR],
    ['two hours are left, after a quarter of them', erasingDate() - 2 * HOUR - DEADLINE, HOUR / 2],
    ['little is left, as late as a call can still be answered', erasingDate() - MINUTE, MINUTE - DEADLINE],
  ])('when %s', (_what, now, wait) => {
    expect((tryingSince(now).wait?.until ?? 0) - now).toBe(wait);
  });

  it('whoever wakes it makes it try at once', () => {
    expect(decideOn(tryingSince(NOW), { occurrence: { kind: 'woken' }, now: NOW + SECOND }).next).toMatchObject({ do: 'look' });
  });

  it('a wait that the policy makes longer than the time that is left ends before it', () => {
    const policy = aPolicy({ retry: { attempts: 20, baseSeconds: 3_600, capSeconds: 86_400 } });
    const now = erasingDate() - HOUR;
    expect(tryingSince(now, policy).wait?.until).toBe(erasingDate() - DEADLINE);
  });
});

describe('what was erased before stays deleted, and is proven', () => {
  const ground = { csms: secrets.slice(0, 1), sae: [anSaeSecret('16'), anSaeSecret('17')], request: aRequest({ copies: ['16', '17'] }) };

  it('before the saga settles', () => {
    const soaked = after(aQuarantinedSaga(ground), OPENED, { type: 'PurgeStarted' });
    const saga = turnedBack(succeeding(soaked, aCopyDeletion('16'), {}, OPENED));
    const held = clouds({ csms: [ours('db-1')], sae: [anSaeSecret('17')] });
    const played = play(saga, { held, from: NOW });
    expect(played.calls.map(nameOf)).toEqual(['cancel db-1']);
    expect(played.saga).toMatchObject({ state: 'restored', secrets: { [copyKey('16')]: { erasure: 'accepted', proven: true }, [copyKey('17')]: { erasure: 'none', proven: false } } });
    expect(isUndone(played.saga)).toBe(false);
  });

  const purging = after(aQuarantinedSaga(ground), OPENED, { type: 'PurgeStarted' });
  const open = turnedBack(intending(purging, aCopyDeletion('16'), NOW));
  const settled = NOW + 20 * SECOND;

  it('H43: nothing is decided while an open deletion may still take effect', () => {
    expect(decideOn(open, { occurrence: { kind: 'committed' }, now: settled - 1 }).saga).toMatchObject({ state: 'compensating', attempt: { call: { op: 'delete-copy' } }, wait: { until: settled, why: 'unknown-outcome: no reply' } });
  });

  it('H38: what SAE has done need not be known before schedules at CSMS are cancelled', () => {
    const pending = secrets.map((secret) => pendingUntil(secret, erasingDate()));
    const then = decideSeeing(open, { csms: pending, sae: null, at: settled }, { now: settled });
    expect(then.saga.secrets[copyKey('16')]).toMatchObject({ erasure: 'unknown', code: 'no-reply' });
    expect(callOf(then)).toMatchObject({ op: 'cancel' });
  });

  it.each([
    ['gone, was erased', [], { proven: true, erasure: 'unknown' }],
    ['there, was left alone', [anSaeSecret('16')], { proven: false, erasure: 'none', seen: 'present' }],
  ] as const)('and once everything is cancelled a copy that is found %s', (_what, found, told) => {
    const held = clouds({ csms: secrets.map((secret) => pendingUntil(secret, erasingDate())), sae: [...found, anSaeSecret('17')] });
    const { saga } = play(open, { held, from: settled });
    expect(saga).toMatchObject({ state: 'restored', attempt: null });
    expect(saga.secrets[copyKey('16')]).toMatchObject(told);
  });
});

describe('H42: an undo', () => {
  const quarantined = aQuarantinedSaga({ csms: secrets });
  const pivoted = succeeding(aPurgingSaga({ csms: secrets }), aBatchDeletion(), {});
  const restoredAgain = (saga: Saga): Saga => {
    const { request, mode, planFor, soakSeconds, recoveryWindowDays, policyDigest } = saga;
    const parked = after(saga, NOW, { type: 'Settled', state: 'parked', reason: 'x' });
    return after(
      parked,
      NOW,
      { type: 'Reopened', by: 'a person', event: null, request, mode, planFor, soakSeconds, recoveryWindowDays, policyDigest },
      { type: 'Settled', state: 'restored', reason: 'undo' },
    );
  };

  it.each<[string, Saga, string]>([
    ['of a saga that has not begun', aSaga(), 'begins'],
    ['of a plan waiting to be carried out', aPlannedSaga({ csms: secrets }), 'begins'],
    ['in quarantine', quarantined, 'begins'],
    ['in the purge before its pivot', aPurgingSaga({ csms: secrets }), 'begins'],
    ['while pending secrets are watched', aVerifyingSaga({ csms: secrets }), 'begins'],
    ['past the pivot', pivoted, 'too-late'],
    ['of a plan run', after(aPlannedSaga({ mode: 'plan' }), NOW, { type: 'Settled', state: 'planned', reason: null }), 'nothing-to-cancel'],
    ['while one is under way', one, 'nothing-to-cancel'],
    ['of what is gone', after(aSaga(), NOW, { type: 'Settled', state: 'gone', reason: null }), 'nothing-to-cancel'],
    ['of a refused saga', after(aSaga(), NOW, { type: 'Settled', state: 'refused', reason: 'x' }), 'nothing-to-cancel'],
    ['of a failed compensation', after(one, NOW, { type: 'Settled', state: 'compensation-failed', reason: 'x' }), 'begins'],
    ['of a parked saga with a call open', after(intending(aPlannedSaga({ mode: 'recoverable', csms: secrets }), aScheduleOf('db-1')), NOW, { type: 'Settled', state: 'parked', reason: 'x' }), 'begins'],
  ])('%s: %s', (_what, saga, kind) => {
    expect(undoOf(saga, 'a person', NOW).kind).toBe(kind);
  });

  it('carried out from quarantine: everything is enabled again', () => {
    const begun = after(quarantined, NOW, { type: 'UndoRequested', by: 'a person' });
    const held = clouds({ csms: names.map((name) => ours(name)) });
    const { saga } = play(begun, { held, from: NOW });
    expect(saga).toMatchObject({ state: 'restored', reason: 'undo', undoneBy: 'a person' });
    expect(held.csms.every(({ state }) => state === 'ENABLED')).toBe(true);
  });

  it.each<[string, Saga, boolean]>([
    ['a restored saga', after(aSaga(), NOW, { type: 'Settled', state: 'restored', reason: 'x' }), true],
    ['a saga with a schedule of its own pending', after(quarantined, NOW, { type: 'Settled', state: 'parked', reason: 'x' }), false],
    ['a saga still turning back', turnedBack(aPlannedSaga({ csms: secrets })), false],
    ['a saga past its pivot', pivoted, false],
    ['a saga with a call open', intending(aPlannedSaga({ mode: 'recoverable', csms: secrets }), aScheduleOf('db-1')), false],
    ['a saga that passed its pivot before it was sent round again', restoredAgain(pivoted), false],
    ['a saga that was sent round again twice since', restoredAgain(restoredAgain(pivoted)), false],
    ['a saga that was sent round again before its pivot', restoredAgain(aPurgingSaga({ csms: secrets })), true],
    ['a saga whose window ended first', after(one, NOW, { type: 'WindowEnded', key: keyOf('db-1') }, { type: 'Settled', state: 'compensation-failed', reason: 'x' }), false],
  ])('has brought everything back in %s: %s', (_what, saga, undone) => {
    expect(isUndone(saga)).toBe(undone);
  });
});

describe('after the pivot a saga only goes forward', () => {
  const named = aPurgingSaga({ csms: [anUnlinkedSecret('app-db')], request: aRequest({ names: ['app-db'] }) });

  it('a last word parks after the proofs, and cancels nothing', () => {
    const call: Call = aBatchDeletion();
    const open = intending(named, call);
    const { saga } = decideOn(open, { occurrence: { kind: 'replied', number: open.attempts, reply: { verdict: { kind: 'terminal', code: 'CSMS.0401' }, told: {} } } });
    expect(saga.compensation).toBeNull();
    expect(saga).toMatchObject({ state: 'parked', pivotAt: NOW });
  });
});
