import { describe, expect, it } from 'vitest';
import {
  DAY,
  HOUR,
  MINUTE,
  NOW,
  OPENED,
  SAE,
  SECOND,
  aCsmsSecret,
  aPlannedSaga,
  aQuarantinedSaga,
  aRequest,
  aSaga,
  aScheduleOf,
  aSight,
  after,
  anSaeSecret,
  anUnlinkedSecret,
  callOf,
  decideOn,
  decideSeeing,
  erasingDate,
  factsOf,
  keyOf,
  pendingUntil,
  succeeding,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const db2 = aCsmsSecret('db-2');
const ours = (name: string) => pendingUntil(aCsmsSecret(name), erasingDate());

describe('scheduling', () => {
  const planned = aPlannedSaga({ mode: 'recoverable', csms: [db1, db2] });

  it('begins with the first secret, its intent and its undo on record before anything is sent', () => {
    const then = decideSeeing(planned, { csms: [db1, db2] });
    expect(then).toMatchObject({
      saga: { state: 'quarantined', pivotAt: null },
      next: {
        do: 'call',
        attempt: {
          number: 1,
          call: aScheduleOf('db-1'),
          at: NOW,
          notAfter: NOW + 15 * SECOND,
          settledAt: NOW + 20 * SECOND,
          undo: expect.stringMatching(/cancel/),
          unknownBecause: null,
        },
      },
    });
    expect(factsOf(then)).toEqual(['CallIntended']);
  });

  it.each(['recoverable', 'immediate'] as const)('H4: in %s mode asks first whether anybody else has come to have in its plan what no link binds to this one', (mode) => {
    const ground = { csms: [db1, anUnlinkedSecret('app-db')] };
    const request = aRequest({ names: ['app-db'] });
    const saga = aPlannedSaga({ ...ground, mode, request });
    const { claimed: _unclaimed, ...sight } = aSight(ground, saga);
    expect(decideOn(saga, { sight: { ...sight, claimed: null } }).next).toMatchObject({ do: 'look', look: { csms: false, claims: [{ key: keyOf('app-db'), take: true }] } });
    expect(decideSeeing(saga, { ...ground, claimedBy: { [keyOf('app-db')]: 'saga-2' } })).toMatchObject({ next: { do: 'end' }, saga: { state: 'refused', reason: expect.stringMatching(/^shared: secret app-db/) } });
  });

  it('goes through what is linked and what was named, one by one, then soaks', () => {
    const request = aRequest({ names: ['app-db', 'missing'] });
    const held = clouds({ csms: [db1, anUnlinkedSecret('app-db'), anUnlinkedSecret('stranger')] });
    const { saga, calls, now } = play(aSaga({ mode: 'recoverable', request }), { held, until: OPENED + HOUR });
    expect(calls.map(nameOf)).toEqual(['schedule db-1', 'schedule app-db']);
    expect(saga).toMatchObject({ state: 'quarantined', wait: { why: 'soak' }, soakUntil: saga.wait?.until });
    expect(now - OPENED).toBeLessThan(MINUTE);
    expect(held.csms.map(({ state }) => state)).toEqual(['PENDING_DELETE', 'PENDING_DELETE', 'ENABLED']);
  });

  it('uses the saga’s own recovery window, whatever the policy says by now', () => {
    const thirty = aPlannedSaga({ mode: 'recoverable', recoveryWindowDays: 30, csms: [db1] });
    expect(callOf(decideSeeing(thirty, { csms: [db1] }))).toMatchObject({ recoveryWindowDays: 30 });
  });

  it('H22: leaves alone what somebody else has scheduled already, and waits for its date', () => {
    const foreign = pendingUntil(db1, NOW + 3 * DAY);
    const then = decideSeeing(planned, { csms: [foreign, db2] });
    expect(callOf(then)).toEqual(aScheduleOf('db-2'));
    expect(then.saga.secrets[keyOf('db-1')]?.schedule).toEqual({ by: 'somebody else', eraseAt: NOW + 3 * DAY, since: NOW });
  });

  it('has nothing to soak when everything is somebody else’s already: the saga only watches', () => {
    const then = decideSeeing(planned, { csms: [pendingUntil(db1, NOW + 3 * DAY), pendingUntil(db2, NOW + DAY)] });
    expect(then.saga).toMatchObject({ state: 'verifying', soakUntil: null, wait: { until: NOW + DAY, why: 'pending' } });
  });

  it('H61: passes over a secret that is gone by now', () => {
    const then = decideSeeing(planned, { csms: [db2] });
    expect(callOf(then)).toEqual(aScheduleOf('db-2'));
    expect(then.saga.secrets[keyOf('db-1')]).toMatchObject({ vanished: true, schedule: null, detail: expect.stringMatching(/^gone before/) });
  });

  it('H35: is not begun while an application depends on a copy', () => {
    const request = aRequest({ copies: ['16'] });
    const saga = aPlannedSaga({ mode: 'recoverable', csms: [db1], sae: [anSaeSecret('16')], request });
    const then = decideSeeing(saga, { csms: [db1], sae: [anSaeSecret('16', { applications: ['shop'] })] });
    expect(then.saga).toMatchObject({ state: 'planned', wait: { why: expect.stringMatching(/^blocked: RelateApps: application shop/) } });
  });

  it('is not begun against lists that are older than the plan', () => {
    expect(decideSeeing(planned, { csms: [db1, db2], at: OPENED }, { now: OPENED + SECOND }).next).toMatchObject({ do: 'look', look: { csms: true, begunAfter: OPENED } });
  });

  it('an instance with nothing to schedule soaks all the same', () => {
    const request = aRequest({ copies: ['16'] });
    const { saga, calls } = play(aSaga({ instance: SAE, mode: 'recoverable', request }), { held: clouds({ sae: [anSaeSecret('16')] }), until: OPENED + DAY });
    expect(calls).toEqual([]);
    expect(saga).toMatchObject({ state: 'quarantined', wait: { why: 'soak' } });
  });
});

describe('soaking', () => {
  const soaking = after(aQuarantinedSaga({ csms: [db1] }), NOW, { type: 'Waited', wait: { until: OPENED + 6 * DAY, queue: 'deletions', why: 'soak' } });

  it('is not cut short by a message that comes early', () => {
    expect(decideOn(soaking, { occurrence: { kind: 'woken' } })).toMatchObject({ facts: [], next: { do: 'wait' } });
  });

  it('begins again where it stood when something else is to be decided meanwhile', () => {
    expect(decideSeeing(soaking, { csms: [ours('db-1')] })).toMatchObject({ next: { do: 'wait' }, saga: { state: 'quarantined', wait: { until: OPENED + 6 * DAY, why: 'soak' } } });
  });

  it('ends with a look at everything, and with the purge', () => {
    const now = OPENED + 6 * DAY;
    expect(decideOn(soaking, { occurrence: { kind: 'woken' }, now }).next).toMatchObject({ do: 'look', look: { csms: true, begunAfter: now - 10 * SECOND } });
    const then = decideSeeing(soaking, { csms: [ours('db-1')] }, { now });
    expect(factsOf(then)).toEqual(['PurgeStarted', 'VerifyingStarted', 'Waited']);
    expect(then.saga).toMatchObject({ state: 'verifying', wait: { why: 'pending' } });
  });

  it('H61: needs nothing of a secret that is gone by then', () => {
    const two = aQuarantinedSaga({ csms: [db1, db2] });
    const then = decideSeeing(two, { csms: [ours('db-2')] }, { now: OPENED + 6 * DAY });
    expect(factsOf(then)).not.toContain('PlanChanged');
    expect(then.saga).toMatchObject({ state: 'verifying', secrets: { [keyOf('db-1')]: { vanished: true } } });
  });

  it('RDS secrets in quarantine are never batch-deleted: their date erases them, and the saga proves it', () => {
    const held = clouds({ csms: [db1, db2] });
    const { saga, calls } = play(aSaga({ mode: 'recoverable' }), { held });
    expect(calls.map(nameOf)).toEqual(['schedule db-1', 'schedule db-2']);
    expect(saga).toMatchObject({ state: 'gone', reason: null });
    expect(Object.values(saga.secrets)).toMatchObject([{ proven: true, erasure: 'accepted' }, { proven: true, erasure: 'accepted' }]);
    expect(held.csms).toEqual([]);
  });
});

describe('a secret of the quarantine that is enabled again was rescued', () => {
  const quarantined = aQuarantinedSaga({ csms: [db1, db2] });
  const now = OPENED + 6 * DAY;

  it('H61: found at the end of the soak: the rest is restored and the saga parks', () => {
    const then = decideSeeing(quarantined, { csms: [db1, ours('db-2')] }, { now });
    expect(then.saga).toMatchObject({ state: 'compensating', compensation: { endsIn: 'parked', cause: expect.stringMatching(/^rescued: .*db-1/) } });
  });

  it('H61: carried through: nothing is deleted, the other schedule is cancelled', () => {
    const held = clouds({ csms: [db1, db2] });
    const { saga, calls } = play(aSaga({ mode: 'recoverable' }), {
      held,
      meanwhile: (at, { csms }) => {
        if (at > OPENED + DAY && at < OPENED + 6.5 * DAY) held.csms = csms.map((secret) => (secret.name === 'db-1' ? db1 : secret));
      },
    });
    expect(calls.map(nameOf)).toEqual(['schedule db-1', 'schedule db-2', 'cancel db-2']);
    expect(saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/^rescued/) });
    expect(held.csms.map(({ state }) => state)).toEqual(['ENABLED', 'ENABLED']);
  });

  it('a list that began before we scheduled it shows no rescue', () => {
    const scheduling = succeeding(aPlannedSaga({ mode: 'recoverable', csms: [db1, db2] }), aScheduleOf('db-1'), { eraseAt: erasingDate() }, NOW);
    expect(callOf(decideSeeing(scheduling, { csms: [db1, db2], at: NOW }, { now: NOW + SECOND }))).toEqual(aScheduleOf('db-2'));
    expect(decideSeeing(scheduling, { csms: [db1, db2], at: NOW + 1 }, { now: NOW + SECOND }).saga.state).toBe('compensating');
  });

  it('one that somebody else had scheduled is theirs to enable', () => {
    const foreign = after(aPlannedSaga({ mode: 'recoverable', csms: [db1] }), NOW, { type: 'ScheduleSeen', key: keyOf('db-1'), by: 'somebody else', eraseAt: NOW + DAY });
    expect(decideSeeing(foreign, { csms: [db1], at: NOW + 1 }, { now: NOW + SECOND }).saga.state).not.toBe('compensating');
  });
});
