import { describe, expect, it } from 'vitest';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Call, Saga } from '../../lib/saga/saga.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import { isUndone } from '../../lib/saga/undo.ts';
import { sagaResult } from '../../lib/workflow/result.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  NOW,
  SECOND,
  aCancelOf,
  aCsmsSecret,
  aPolicy,
  aQuarantinedSaga,
  after,
  callOf,
  decideOn,
  decideSeeing,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
  replied,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, obey, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const ours = pendingUntil(db1, erasingDate());
const key = keyOf('db-1');
const { proofs, intervalSeconds } = aPolicy().verify;
const INTERVAL = intervalSeconds * SECOND;
const LAST_CHANCE = erasingDate() - 5 * MINUTE;

const undone = after(aQuarantinedSaga({ csms: [db1] }), NOW, { type: 'UndoRequested', by: 'a person' });
const missed = decideSeeing(undone, { csms: [] }).saga;

/** What turning back comes to when its first looks, `misses` of them, pass over the secret by list and by name. */
const playMissing = (misses: number, found: readonly CsmsSecret[] = [ours], saga = undone) => {
  const held = clouds({ csms: [] });
  let looks = 0;
  const beforeLook = (): void => {
    looks += 1;
    // Each miss is two looks, one at the list and one by name.
    if (looks === misses * 2 + 1) held.csms = found;
  };
  return { ...play(saga, { held, from: NOW, beforeLook }), held };
};

describe('H45: a secret that list and name both pass over while a saga turns back, days before its date', () => {
  it('is not given up by that: its schedule is ours still, and it is looked at again', () => {
    expect(missed).toMatchObject({ state: 'compensating', wait: { why: 'verify' }, secrets: { [key]: { vanished: true, expired: false, schedule: { by: 'us', eraseAt: erasingDate() } } } });
    expect(sagaResult(missed, NO_CONTROLS, NOW).secrets[0]).toMatchObject({ outcome: 'unknown' });
    expect(isUndone(missed)).toBe(false);
  });

  it.each(Array.from({ length: proofs }, (_, before) => before + 1))('and is cancelled when it turns up after %d looks', (misses) => {
    const { saga, calls, held } = playMissing(misses);
    expect([saga.state, calls.map(nameOf), held.csms]).toEqual(['restored', ['cancel db-1'], [db1]]);
    expect(saga.secrets[key]).toMatchObject({ restored: true, vanished: false, detail: null });
  });

  it('was rescued by somebody if it turns up enabled', () => {
    const { saga, calls } = playMissing(1, [db1]);
    expect([saga.state, calls]).toEqual(['restored', []]);
    expect(saga.secrets[key]).toMatchObject({ restored: true, schedule: null });
  });

  it('H39: is somebody else’s if it turns up pending under another date', () => {
    const { saga, calls } = playMissing(1, [pendingUntil(db1, erasingDate() + DAY)]);
    expect([saga.state, calls]).toEqual(['restored', []]);
    expect(saga.secrets[key]).toMatchObject({ schedule: { by: 'somebody else', eraseAt: erasingDate() + DAY } });
  });

  it('is told gone once that is proven as often as anywhere else: nobody of ours erased it', () => {
    const { saga, calls, now } = playMissing(Infinity);
    expect([saga.state, calls]).toEqual(['restored', []]);
    expect(saga.secrets[key]).toMatchObject({ proven: true, schedule: null, erasure: 'none', expired: false });
    expect(sagaResult(saga, NO_CONTROLS, now).secrets[0]).toMatchObject({ outcome: 'already-gone' });
    expect(now - NOW).toBeGreaterThanOrEqual((proofs - 1) * INTERVAL);
  });

  it('is looked at without delay from its last five minutes on, however seldom the policy looks, and cancelled then', () => {
    const policy = aPolicy({ verify: { proofs: 20, intervalSeconds: 86_400 } });
    const late = decideSeeing(undone, { csms: [] }, { now: LAST_CHANCE - HOUR, policy }).saga;
    const first = decideSeeing(late, { csms: [] }, { now: LAST_CHANCE - HOUR + MINUTE, policy }).saga;
    expect(first).toMatchObject({ state: 'compensating', wait: { until: LAST_CHANCE } });
    expect(callOf(decideSeeing(first, { csms: [ours] }, { now: LAST_CHANCE, policy }))).toEqual(aCancelOf('db-1'));
  });

  it.each([
    ['is not given up a moment before that', LAST_CHANCE - 1, 'compensating', false],
    ['was erased by its schedule as far as anybody can tell from then on', LAST_CHANCE, 'compensation-failed', true],
  ])('and %s', (_what, now, state, expired) => {
    for (const saga of [undone, missed]) {
      const { saga: then } = decideSeeing(saga, { csms: [] }, { now });
      expect(then).toMatchObject({ state, secrets: { [key]: { expired } } });
    }
  });
});

it('H39: a schedule that a look at our date shows under another one is somebody else’s, and no undo cancels it', () => {
  const theirs = pendingUntil(db1, erasingDate() + 20 * DAY);
  const verifying = after(aQuarantinedSaga({ csms: [db1] }), NOW, { type: 'VerifyingStarted', parkAfterwards: null });
  const now = erasingDate() + MINUTE;
  const { saga } = decideSeeing(verifying, { csms: [theirs] }, { now });
  expect(saga.secrets[key]?.schedule).toMatchObject({ by: 'somebody else', eraseAt: theirs.eraseAt });
  const held = clouds({ csms: [theirs] });
  expect(play(after(saga, now, { type: 'UndoRequested', by: 'a person' }), { held, from: now }).calls).toEqual([]);
});

describe('H45: a cancellation', () => {
  const cancelling = intending(undone, aCancelOf('db-1'));
  const later = NOW + 21 * SECOND;

  it('without a reply, whose look after it finds nothing, has not failed by that', () => {
    const { saga } = decideSeeing(cancelling, { csms: [] }, { now: later });
    expect(saga).toMatchObject({ state: 'compensating', attempt: null, secrets: { [key]: { vanished: true, expired: false, schedule: { by: 'us' } } } });
    expect(callOf(decideSeeing(saga, { csms: [ours] }, { now: later + DAY }))).toEqual(aCancelOf('db-1'));
  });

  it('without a reply, whose look after it finds nothing once the date has come, has', () => {
    expect(decideSeeing(cancelling, { csms: [] }, { now: erasingDate() }).saga).toMatchObject({ state: 'compensation-failed', secrets: { [key]: { expired: true, schedule: null } } });
  });

  const notFound = (saga: Saga, now: number) => decideOn(saga, { occurrence: replied(saga, { kind: 'alreadyGone', code: 'CSMS.0005' }), now }).saga;

  it('that the cloud answers with not-found is one failure: a look tells whether the secret is gone', () => {
    const saga = notFound(cancelling, NOW);
    expect(saga).toMatchObject({ state: 'compensating', attempt: null, failures: { [`cancel ${key}`]: 1 }, secrets: { [key]: { expired: false, schedule: { by: 'us' } } } });
    expect(callOf(decideSeeing(saga, { csms: [ours] }, { now: NOW + MINUTE }))).toEqual(aCancelOf('db-1'));
    expect(decideSeeing(saga, { csms: [] }, { now: NOW + MINUTE }).saga.secrets[key]).toMatchObject({ vanished: true, schedule: { by: 'us' } });
    expect(decideSeeing(notFound(cancelling, erasingDate()), { csms: [] }, { now: erasingDate() + MINUTE }).saga).toMatchObject({ state: 'compensation-failed', secrets: { [key]: { expired: true } } });
  });

  it('that is answered so again and again though the secret shows as pending is tried as seldom as all that fail, and told of', () => {
    const held = clouds({ csms: [ours] });
    const gone = (call: Call, now: number) => (call.op === 'cancel' ? { verdict: { kind: 'alreadyGone', code: 'CSMS.0005' } as const, told: {} } : obey(held, call, now));
    const { saga, calls } = play(undone, { held, from: NOW, answer: gone, until: NOW + DAY });
    expect(saga).toMatchObject({ state: 'compensating', wait: { why: expect.stringMatching(/^not-cancelled/) } });
    expect(calls.length).toBeLessThan(60);
  });
});
