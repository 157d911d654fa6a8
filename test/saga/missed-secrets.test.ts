import { describe, expect, it } from 'vitest';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { cancelBy } from '../../lib/saga/schedules.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import { isUndone } from '../../lib/saga/undo.ts';
import { sagaResult } from '../../lib/workflow/result.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  NOW,
  OPENED,
  SECOND,
  aCsmsSecret,
  aHold,
  aPlannedSaga,
  aPurgingSaga,
  aQuarantinedSaga,
  aRequest,
  aScheduleOf,
  after,
  anUnlinkedSecret,
  callOf,
  decideSeeing,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { type ModelClouds, type Played, clouds, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const db2 = aCsmsSecret('db-2');
const ours = (name: string): CsmsSecret => pendingUntil(aCsmsSecret(name), erasingDate());
const soaked = OPENED + 6 * DAY;
const db2Of = ({ secrets }: Saga): Saga['secrets'][string] | undefined => secrets[keyOf('db-2')];

const quarantined = aQuarantinedSaga({ csms: [db1, db2] });

/** Neither the list nor its own name showed db-2 before the purge, though its schedule runs. */
const missed = decideSeeing(quarantined, { csms: [ours('db-1')] }, { now: soaked }).saga;
const undone = after(missed, soaked + MINUTE, { type: 'UndoRequested', by: 'a person' });

describe('H45: a list that passes over a secret is not believed alone', () => {
  it('before the purge: its name is asked too, and what that shows pending is ours still', () => {
    expect(decideSeeing(quarantined, { csms: [ours('db-1')], shown: {} }, { now: soaked }).next).toMatchObject({ do: 'look', look: { csms: false, show: ['db-2'] } });
    const { saga } = decideSeeing(quarantined, { csms: [ours('db-1')], shown: { 'db-2': ours('db-2') } }, { now: soaked });
    expect(saga).toMatchObject({ state: 'verifying', wait: { why: 'pending' } });
    expect(db2Of(saga)).toMatchObject({ vanished: false, schedule: { by: 'us', eraseAt: erasingDate() } });
  });

  it.each([
    [0, 'us'],
    [SECOND - 1, 'us'],
    [SECOND, 'somebody else'],
  ] as const)('before the purge: what was missed and is found again is ours by its date, to the second that the cloud keeps (%i ms off)', (lost, by) => {
    const vanished = after(quarantined, soaked, { type: 'SecretVanished', key: keyOf('db-2'), detail: 'x' });
    const { saga } = decideSeeing(vanished, { csms: [ours('db-1'), pendingUntil(db2, erasingDate() - lost)] }, { now: soaked });
    expect(db2Of(saga)).toMatchObject({ vanished: false, schedule: { by } });
  });

  it('before the quarantine: what its name shows is scheduled', () => {
    const planned = aPlannedSaga({ mode: 'recoverable', csms: [db1] });
    expect(callOf(decideSeeing(planned, { csms: [], shown: { 'db-1': db1 } }))).toMatchObject({ op: 'schedule', name: 'db-1' });
  });

  it('before a named secret is deleted: what its name shows is deleted, unless it is another by now', () => {
    const legacy = anUnlinkedSecret('legacy');
    const purging = aPurgingSaga({ csms: [legacy], request: aRequest({ names: ['legacy'] }) });
    expect(decideSeeing(purging, { csms: [], shown: {} }).next).toMatchObject({ do: 'look', look: { csms: false, show: ['legacy'] } });
    expect(callOf(decideSeeing(purging, { csms: [], shown: { legacy } }))).toMatchObject({ op: 'delete-named', name: 'legacy' });
    const anew = decideSeeing(purging, { csms: [], shown: { legacy: { ...legacy, id: 'new' } } });
    expect(callOf(anew)).toBeNull();
    expect(anew.saga.secrets[keyOf('legacy')]).toMatchObject({ vanished: true });
  });
});

describe('H45: a secret of the quarantine that list and name both passed over', () => {
  it('is not told gone by that, and its schedule is ours still: it is looked at, and a hold has a date to save it by', () => {
    expect(missed).toMatchObject({ state: 'verifying', wait: { why: 'verify' } });
    expect(db2Of(missed)).toMatchObject({ vanished: true, schedule: { by: 'us', eraseAt: erasingDate() } });
    expect(sagaResult(missed, NO_CONTROLS, soaked).secrets[1]).toMatchObject({ name: 'db-2', outcome: 'unknown' });
    expect(cancelBy(decideSeeing(aQuarantinedSaga({ csms: [db2] }), { csms: [] }, { now: soaked }).saga)).toBe(erasingDate() - 6 * HOUR);
  });

  it.each([1, 2])('is pending again at look %d, and its schedule is known for ours', (looks) => {
    let saga = missed;
    let now = soaked;
    for (let look = 1; look < looks; look += 1) saga = decideSeeing(saga, { csms: [ours('db-1')] }, { now: (now += MINUTE) }).saga;
    const found = decideSeeing(saga, { csms: [ours('db-1'), ours('db-2')] }, { now: now + MINUTE }).saga;
    expect(found).toMatchObject({ state: 'verifying', wait: { why: 'pending' } });
    expect(db2Of(found)).toMatchObject({ vanished: false, detail: null, seen: 'pending', schedule: { by: 'us', eraseAt: erasingDate() } });
  });

  const playMissed = (saga: Saga, found: readonly CsmsSecret[], scene: { readonly heldFrom?: number } = {}): Played & { readonly held: ModelClouds } => {
    const held = clouds({ csms: [ours('db-1'), ...found] });
    const { heldFrom } = scene;
    const controls = { ...NO_CONTROLS, holds: { [keyOf('db-2')]: aHold() } };
    return { ...play(saga, { held, from: soaked + MINUTE, ...(heldFrom === undefined ? {} : { controlsAt: (now: number) => (now < heldFrom ? NO_CONTROLS : controls) }) }), held };
  };

  it('is cancelled by an undo as soon as it turns up', () => {
    const { saga, calls } = playMissed(undone, [ours('db-2')]);
    expect(calls.map(nameOf)).toEqual(['cancel db-1', 'cancel db-2']);
    expect(saga).toMatchObject({ state: 'restored', secrets: { [keyOf('db-2')]: { restored: true, vanished: false } } });
    expect(isUndone(saga)).toBe(true);
  });

  it('is found cancelled by an undo, if somebody did that', () => {
    const { saga, calls } = playMissed(undone, [db2]);
    expect(calls.map(nameOf)).toEqual(['cancel db-1']);
    expect(saga).toMatchObject({ state: 'restored', secrets: { [keyOf('db-2')]: { restored: true, schedule: null } } });
  });

  it('is told gone by an undo only once that is proven, and nobody of ours erased it', () => {
    const { saga } = playMissed(undone, []);
    expect(saga).toMatchObject({ state: 'restored', secrets: { [keyOf('db-2')]: { proven: true, schedule: null, erasure: 'none', expired: false } } });
    expect(sagaResult(saga, NO_CONTROLS, soaked).secrets[1]).toMatchObject({ outcome: 'already-gone', detail: 'gone before Probate deleted it' });
    expect(isUndone(saga)).toBe(true);
  });

  it('H63: is saved by a hold on it', () => {
    const { saga, calls, held } = playMissed(missed, [ours('db-2')], { heldFrom: soaked + HOUR });
    expect(calls.map(nameOf)).toEqual(['cancel db-1', 'cancel db-2']);
    expect(saga.state).toBe('restored');
    expect(held.csms.map(({ state }) => state)).toEqual(['ENABLED', 'ENABLED']);
  });

  it('is told deleted, once its date came and erased it', () => {
    const { saga } = playMissed(missed, [ours('db-2')]);
    expect(saga.state).toBe('gone');
    expect(sagaResult(saga, NO_CONTROLS, erasingDate()).secrets[1]).toMatchObject({ outcome: 'deleted', detail: null });
  });

  it('is told already gone, if it was', () => {
    const { saga } = playMissed(missed, []);
    expect(saga.state).toBe('gone');
    expect(sagaResult(saga, NO_CONTROLS, erasingDate()).secrets[1]).toMatchObject({ outcome: 'already-gone' });
  });

  it('found cancelled by then was rescued', () => {
    const { saga } = playMissed(missed, [db2]);
    expect(saga).toMatchObject({ state: 'parked', reason: 'rescued: somebody cancelled the scheduled deletion of db-2' });
  });
});

describe('a secret that nobody ever scheduled, missed when it was to be deleted', () => {
  it('and there all the same, is not said to have been rescued', () => {
    const legacy = anUnlinkedSecret('legacy');
    const purging = aPurgingSaga({ csms: [legacy], request: aRequest({ names: ['legacy'] }) });
    const missedTwice = decideSeeing(purging, { csms: [] }).saga;
    expect(missedTwice).toMatchObject({ state: 'verifying', secrets: { [keyOf('legacy')]: { vanished: true, schedule: null } } });
    const { saga, calls } = play(missedTwice, { held: clouds({ csms: [legacy] }), from: NOW });
    expect(calls).toEqual([]);
    expect(saga).toMatchObject({ state: 'parked', reason: 'not-gone: legacy was not found when it was to be deleted, and is there' });
  });
});

it('H39, H45: a schedule whose reply was lost, of a secret that the look after it missed, is ours when it turns up, and undone', () => {
  const scheduling = intending(aPlannedSaga({ mode: 'recoverable', csms: [db1] }), aScheduleOf('db-1'));
  const missedOnce = decideSeeing(scheduling, { csms: [] }, { now: NOW + MINUTE }).saga;
  expect(missedOnce).toMatchObject({ state: 'verifying', secrets: { [keyOf('db-1')]: { vanished: true, schedule: null } } });
  const scheduled = pendingUntil(db1, NOW + 7 * DAY);
  const found = decideSeeing(missedOnce, { csms: [scheduled] }, { now: NOW + 3 * MINUTE }).saga;
  expect(found.secrets[keyOf('db-1')]).toMatchObject({ schedule: { by: 'us' } });
  const held = clouds({ csms: [scheduled] });
  const { saga, calls } = play(after(found, NOW + HOUR, { type: 'UndoRequested', by: 'a person' }), { held, from: NOW + HOUR });
  expect([saga.state, calls.map(nameOf), held.csms.map(({ state }) => state)]).toEqual(['restored', ['cancel db-1'], ['ENABLED']]);
});

it('H38, H45: a missed secret that shows in a state nobody knows is looked at until its date while a saga turns back, and then cancelled or alarmed', () => {
  const frozen = (): ModelClouds => clouds({ csms: [ours('db-1'), { ...ours('db-2'), state: 'FROZEN' }] });
  const thawed = frozen();
  const atNoon = soaked + 12 * HOUR;
  const { saga: saved } = play(undone, { held: thawed, from: soaked + MINUTE, meanwhile: (now) => void (now > atNoon && (thawed.csms = thawed.csms.map((secret) => (secret.state === 'FROZEN' ? ours('db-2') : secret)))) });
  expect([saved.state, thawed.csms.map(({ state }) => state)]).toEqual(['restored', ['ENABLED', 'ENABLED']]);
  expect(play(undone, { held: frozen(), from: soaked + MINUTE, until: atNoon }).saga).toMatchObject({ state: 'compensating', wait: { why: expect.stringMatching(/^not-cancelled: verify: db-2/) } });
});
