import { describe, expect, it } from 'vitest';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Reply } from '../../lib/saga/input.ts';
import { strayKey } from '../../lib/saga/instance.ts';
import type { Call, Saga } from '../../lib/saga/saga.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import { isUndone } from '../../lib/saga/undo.ts';
import { sagaResult } from '../../lib/workflow/result.ts';
import {
  DAY,
  DONE,
  HOUR,
  MINUTE,
  NOW,
  OPENED,
  PROJECT,
  SECOND,
  aCancelOf,
  aCsmsSecret,
  aPlannedSaga,
  aQuarantinedSaga,
  aSaga,
  aScheduleOf,
  after,
  callOf,
  decideOn,
  decideSeeing,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
  replied,
  succeeding,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { type ModelClouds, clouds, obey, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const db2 = aCsmsSecret('db-2');
const anew = aCsmsSecret('db-1', { id: 'id-of-another' });
const stray = strayKey(PROJECT, 'db-1', anew.id);
const scheduling = intending(aPlannedSaga({ mode: 'recoverable', csms: [db1] }), aScheduleOf('db-1'));
const REASON = 'recreated: a schedule of db-1 reached another secret of that name (id-of-another), which no plan named';

/** Somebody makes db-1 anew right before our schedule of it arrives. */
const recreatedFirst = (call: Call, now: number, held: ModelClouds, answer = obey): Reply => {
  if (call.op === 'schedule' && call.name === 'db-1') held.csms = held.csms.map((secret) => (secret.id === db1.id ? anew : secret));
  return answer(held, call, now);
};

describe('H6: a schedule that reaches another secret of the name', () => {
  it('is told by the id in its reply: what it reached is no plan’s, and what it was meant for is gone', () => {
    const { saga } = decideOn(scheduling, { occurrence: replied(scheduling, DONE, { id: anew.id, eraseAt: erasingDate() }) });
    expect(saga).toMatchObject({ state: 'compensating', attempt: null, reason: REASON, parkAfterwards: REASON, compensation: { endsIn: 'parked' } });
    expect(saga.secrets).toMatchObject({
      [keyOf('db-1')]: { target: { id: db1.id }, vanished: true, schedule: null },
      [stray]: { target: { id: anew.id, name: 'db-1' }, origin: 'stray', schedule: { by: 'us', eraseAt: erasingDate() } },
    });
    expect(isUndone(saga)).toBe(false);
  });

  const carriedThrough = (answer?: (held: ModelClouds, call: Call, now: number) => Reply) => {
    const held = clouds({ csms: [db2, db1] });
    return { ...play(aSaga({ mode: 'recoverable' }), { held, answer: (call, now, state) => recreatedFirst(call, now, state, answer) }), held };
  };

  it('is cancelled at once, with the others; the saga parks, and tells the one gone and the other restored', () => {
    const { saga, calls, held, now } = carriedThrough();
    expect(calls.map(nameOf)).toEqual(['schedule db-2', 'schedule db-1', 'cancel db-2', 'cancel db-1']);
    expect(held.csms).toEqual([db2, anew]);
    expect(saga).toMatchObject({ state: 'parked', reason: REASON });
    expect(now - OPENED).toBeLessThan(HOUR);
    expect(sagaResult(saga, NO_CONTROLS, now).secrets.map(({ id, outcome }) => [id, outcome])).toEqual([
      [db2.id, 'restored'],
      [db1.id, 'already-gone'],
      [anew.id, 'restored'],
    ]);
  });

  it('is known for it by its date where the reply was lost', () => {
    const { saga, calls, held } = carriedThrough((state, call, at) => {
      const reply = obey(state, call, at);
      return call.op === 'schedule' && call.name === 'db-1' ? { verdict: { kind: 'unknown', code: 'deadline' }, told: {} } : reply;
    });
    expect(calls.map(nameOf)).toEqual(['schedule db-2', 'schedule db-1', 'cancel db-2', 'cancel db-1']);
    expect(held.csms).toEqual([db2, anew]);
    expect(saga).toMatchObject({ state: 'parked', reason: REASON });
  });

  it('and cannot be cancelled ends in the highest alarm', () => {
    const { saga } = carriedThrough((state, call, at) => (call.key === stray ? { verdict: { kind: 'terminal', code: 'CSMS.0302' }, told: {} } : obey(state, call, at)));
    expect(saga).toMatchObject({ state: 'compensation-failed', reason: `not restored: db-1 (CSMS.0302); turned back because of ${REASON}` });
  });

  it('is not taken for the one it was meant for because the reply shows no id: that is looked up', () => {
    const { next, saga } = decideOn(scheduling, { occurrence: replied(scheduling, DONE, { eraseAt: erasingDate() }) });
    expect(next).toMatchObject({ do: 'look', look: { csms: true } });
    expect(saga).toMatchObject({ attempt: { unknownBecause: 'no-id' }, secrets: { [keyOf('db-1')]: { schedule: null } } });
    const found = (csms: readonly CsmsSecret[]): Saga => decideSeeing(saga, { csms }).saga;
    expect(found([pendingUntil(db1, NOW + 7 * DAY)]).secrets[keyOf('db-1')]).toMatchObject({ schedule: { by: 'us' }, vanished: false });
    expect(found([pendingUntil(anew, NOW + 7 * DAY)]).secrets[stray]).toMatchObject({ schedule: { by: 'us' } });
  });
});

describe('H6: a schedule without a reply, of a secret that was made anew', () => {
  const later = NOW + 21 * SECOND;
  const unlinked = { ...anew, link: null };
  const late = pendingUntil(unlinked, NOW + 7 * DAY);
  const resolved = (found: CsmsSecret): Saga => decideSeeing(scheduling, { csms: [found] }, { now: later }).saga;

  it.each([
    ['runs under another date: somebody else’s', pendingUntil(unlinked, NOW + 20 * DAY)],
    ['does not run', unlinked],
  ])('and %s', (_what, found) => {
    const { state, secrets } = resolved(found);
    expect(state).not.toBe('compensating');
    expect(Object.keys(secrets)).toEqual([keyOf('db-1')]);
  });

  it('is cancelled when it takes effect on the new one after all, even once the old one is proven gone', () => {
    const proven = after(resolved(unlinked), later, { type: 'Looked', begunAt: later, proofsNeeded: 1, secrets: { [keyOf('db-1')]: { kind: 'gone', detail: null } } }, { type: 'Settled', state: 'gone', reason: null });
    const watched = decideOn(proven, { occurrence: { kind: 'woken' }, now: later }).saga;
    expect(watched.wait).toMatchObject({ why: 'watch', until: later + DAY });
    const now = later + DAY + MINUTE;
    const { saga } = decideSeeing(watched, { csms: [late] }, { now });
    expect(saga).toMatchObject({ state: 'compensating', secrets: { [stray]: { origin: 'stray', schedule: { by: 'us' } } } });
    const { calls } = play(saga, { held: clouds({ csms: [late] }), from: now });
    expect(calls).toEqual([{ ...aCancelOf('db-1'), key: stray }]);
  });

  it('is cancelled when it is found before the purge', () => {
    const other = succeeding(aPlannedSaga({ mode: 'recoverable', csms: [db2, db1] }), aScheduleOf('db-2'), { eraseAt: erasingDate() }, OPENED);
    const ours = pendingUntil(db2, erasingDate());
    const soaking = decideSeeing(intending(other, aScheduleOf('db-1')), { csms: [unlinked, ours] }, { now: later }).saga;
    expect(soaking).toMatchObject({ state: 'quarantined', wait: { why: 'soak' } });
    const { saga } = decideSeeing(soaking, { csms: [late, ours] }, { now: soaking.soakUntil ?? 0 });
    expect(saga).toMatchObject({ state: 'compensating', reason: REASON });
  });
});

describe('H6: a cancellation that reaches another secret of the name', () => {
  const turnedBack = after(aQuarantinedSaga({ csms: [db1] }), NOW, { type: 'CompensationStarted', compensation: { since: NOW, cause: 'a reason', endsIn: 'restored' } });
  const cancelling = intending(turnedBack, aCancelOf('db-1'));

  it('has not brought back the one it was meant for: that is said as loudly as it can be', () => {
    const { saga } = decideOn(cancelling, { occurrence: replied(cancelling, DONE, { id: anew.id }) });
    expect(saga).toMatchObject({ state: 'compensation-failed', reason: 'not restored: db-1 (another-secret-of-that-name); turned back because of a reason' });
    expect(saga.parkAfterwards).toMatch(/^recreated: a cancellation meant for db-1 .*\(id-of-another\)/);
    expect(saga.secrets[keyOf('db-1')]).toMatchObject({ restored: false });
    expect(isUndone(saga)).toBe(false);
  });

  it('nor has one whose reply shows no id, until that is looked up', () => {
    const { next, saga } = decideOn(cancelling, { occurrence: replied(cancelling, DONE, {}) });
    expect(next).toMatchObject({ do: 'look', look: { csms: true } });
    expect(saga.secrets[keyOf('db-1')]).toMatchObject({ restored: false });
    expect(callOf(decideSeeing(saga, { csms: [db1] }))).toBeNull();
    expect(decideSeeing(saga, { csms: [db1] }).saga).toMatchObject({ state: 'restored' });
  });
});
