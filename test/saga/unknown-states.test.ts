import { describe, expect, it } from 'vitest';
import type { Call, Saga } from '../../lib/saga/saga.ts';
import { isUndone } from '../../lib/saga/undo.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  NOW,
  OPENED,
  POLICY,
  SECOND,
  type Then,
  aCancelOf,
  aCsmsSecret,
  aPlannedSaga,
  aQuarantinedSaga,
  aScheduleOf,
  after,
  decideOn,
  decideSeeing,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
  replied,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, play } from './play.ts';

const UNTOLD = ['FROZEN', 'DISABLED', 'A_NEW_WORD'];

const db1 = aCsmsSecret('db-1');
const db2 = aCsmsSecret('db-2');
const key = keyOf('db-1');
const inState = (state: string) => ({ ...db1, state });
const ours = (name: string) => pendingUntil(aCsmsSecret(name), erasingDate());

const quarantined = aQuarantinedSaga({ csms: [db1, db2] });
const undone = after(quarantined, NOW, { type: 'UndoRequested', by: 'a person' });

describe.each(UNTOLD)('H50: a secret that we scheduled and that shows as %s', (state) => {
  it('is not taken for cancelled by an undo: that goes on looking, cancels the others, and ends in the highest alarm', () => {
    const heldStill = () => clouds({ csms: [inState(state), ours('db-2')] });
    expect(play(undone, { held: heldStill(), from: NOW, until: NOW + DAY }).saga).toMatchObject({ state: 'compensating', wait: { why: expect.stringMatching(/^not-cancelled: .*state-/) } });
    const { saga, calls } = play(undone, { held: heldStill(), from: NOW });
    expect(calls.map(nameOf)).toEqual(['cancel db-2']);
    expect(saga).toMatchObject({ state: 'compensation-failed', reason: `not restored: db-1 (state-${state}); turned back because of undo` });
    expect(saga.secrets[key]).toMatchObject({ schedule: { by: 'us', eraseAt: erasingDate() }, restored: false });
    expect(isUndone(saga)).toBe(false);
  });

  it('is cancelled by an undo once it shows as pending again', () => {
    const held = clouds({ csms: [inState(state), ours('db-2')] });
    const { saga, calls } = play(undone, { held, from: NOW, meanwhile: (now) => void (now > NOW + 5 * SECOND && held.csms.some((secret) => secret.state === state) && (held.csms = [ours('db-1'), ...held.csms.slice(1)])) });
    expect(calls.map(nameOf)).toEqual(['cancel db-2', 'cancel db-1']);
    expect(saga.state).toBe('restored');
  });

  it('is not taken for cancelled because a cancellation without a reply was made', () => {
    const cancelling = intending(undone, aCancelOf('db-1'));
    const { saga } = decideSeeing(cancelling, { csms: [inState(state), ours('db-2')] }, { now: NOW + 21 * SECOND });
    expect(saga.secrets[key]).toMatchObject({ schedule: { by: 'us' }, restored: false });
    expect(saga.failures[`cancel ${key}`]).toBe(1);
  });

  it('nor because the cloud said CSMS.0108: only ENABLED means cancelled', () => {
    const cancelling = intending(undone, aCancelOf('db-1'));
    const asked = decideOn(cancelling, { occurrence: replied(cancelling, { kind: 'notPending', code: 'CSMS.0108' }) });
    const { saga } = decideSeeing(asked.saga, { csms: [inState(state), ours('db-2')] });
    expect(saga.secrets[key]).toMatchObject({ schedule: { by: 'us' }, restored: false });
  });

  it('was not rescued by somebody, as far as its name tells; that look is counted, and what cannot be told turns the saga back', () => {
    const now = OPENED + 6 * DAY;
    const look = (saga: Saga, at: number): Then => decideSeeing(saga, { csms: [db1, ours('db-2')], shown: { 'db-1': inState(state) }, at }, { now: at });
    let then = look(quarantined, now);
    expect(then.saga).toMatchObject({ state: 'quarantined', compensation: null, wait: { why: `retry: look before touching (db-1): state-${state}` } });
    for (let tries = 1; tries < POLICY.retry.attempts; tries += 1) then = look(then.saga, now + tries * 10 * MINUTE);
    expect(then.saga).toMatchObject({ state: 'compensating', compensation: { endsIn: 'parked', cause: expect.stringMatching(new RegExp(`state-${state}$`)) } });
    expect(then.saga.secrets[key]?.schedule).toMatchObject({ by: 'us' });
  });

  it('is not told present at its date, nor rescued', () => {
    const verifying = after(quarantined, NOW, { type: 'VerifyingStarted', parkAfterwards: null });
    const now = erasingDate() + MINUTE;
    const { saga } = decideSeeing(verifying, { csms: [inState(state)] }, { now });
    expect(saga).toMatchObject({ state: 'verifying', secrets: { [key]: { seen: 'unknown', code: `state-${state}`, schedule: { by: 'us' } } } });
  });
});

describe('H50: a schedule whose reply was lost', () => {
  const call: Call = aScheduleOf('db-1');
  const scheduling = intending(aPlannedSaga({ mode: 'recoverable', csms: [db1] }), call);
  const later = { now: NOW + 21 * SECOND };

  it.each(['FROZEN', 'A_NEW_WORD'])('may stand behind %s: it counts as ours until a look tells', (state) => {
    const { saga } = decideSeeing(scheduling, { csms: [inState(state)] }, later);
    expect(saga).toMatchObject({ attempt: null, state: 'compensating', secrets: { [key]: { schedule: { by: 'us', eraseAt: null } } } });
    expect(isUndone(saga)).toBe(false);
  });

  it.each(['ENABLED', 'DISABLED'])('has not come about while the secret shows as %s, which a plan may name, and is remembered', (state) => {
    const { saga } = decideSeeing(scheduling, { csms: [inState(state)] }, later);
    expect(saga).toMatchObject({ attempt: null, secrets: { [key]: { schedule: null } }, unanswered: [{ key }] });
  });

  it('is not taken for the one that somebody makes later: theirs stands', () => {
    const { saga: turning } = decideSeeing(scheduling, { csms: [inState('FROZEN')] }, later);
    const theirs = pendingUntil(db1, NOW + 30 * DAY);
    const then = decideSeeing(turning, { csms: [theirs] }, { now: NOW + HOUR });
    expect(then.next).not.toMatchObject({ do: 'call' });
    expect(then.saga.secrets[key]).toMatchObject({ schedule: { by: 'somebody else', eraseAt: theirs.eraseAt } });
  });
});
