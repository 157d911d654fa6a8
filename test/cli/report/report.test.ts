import { describe, expect, it } from 'vitest';
import { makeReport } from '../../../cli/report/make-report.ts';
import { reportPage } from '../../../cli/report/page/page.ts';
import type { JournaledSaga } from '../../../cli/report/reported-saga.ts';
import type { ReportedSaga } from '../../../cli/report/report.ts';
import { DAY, GATEWAY, OPENED, SECOND, aBatchDeletion, aCsmsSecret, aHold, aPlan, aScheduleOf, anEventName, keyOf } from '../../saga/builders.ts';
import { aCall, aContent, aGoneSaga, aReport, aRestoredSaga, aJournaledSaga, later } from './builders.ts';

const only = (journaled: JournaledSaga): ReportedSaga => {
  const [saga] = aReport([journaled]).sagas;
  if (saga === undefined) throw new Error('the report holds no saga');
  return saga;
};

const at = (seconds: number): string => new Date(OPENED + seconds * SECOND).toISOString();
const texts = (journaled: JournaledSaga): string[] => only(journaled).timeline.map(({ text }) => text);

describe('a report tells of each saga', () => {
  it('what was deleted, when, why, and by which event', () => {
    const saga = only(aGoneSaga({ event: anEventName({ reason: 'CHG-10432' }) }));
    expect(saga).toMatchObject({ state: 'gone', attention: 'over', goneAfterSeconds: 76, startedAt: at(0), finishedAt: at(76) });
    expect(saga.events).toEqual([{ source: 'urn:cmdb:prod', id: 'evt-0001', part: 1, time: at(0), reason: 'CHG-10432' }]);
    expect(saga.secrets.map(({ name, outcome, scheduledAt, erasedAt, provenAt }) => [name, outcome, scheduledAt, erasedAt, provenAt])).toEqual([
      ['db-app', 'deleted', null, at(5), at(75)],
      ['db-admin', 'deleted', null, at(5), at(75)],
    ]);
  });

  it('how long it stayed in each state', () => {
    expect(only(aRestoredSaga()).phases.map(({ state, seconds }) => [state, seconds])).toEqual([
      ['received', 1],
      ['planned', 1],
      ['quarantined', 6 * 86_400 - 2],
      ['purging', 9],
      ['compensating', 12],
      ['restored', null],
    ]);
  });

  it('what was scheduled and brought back, what blocked it, and how often the cloud slowed it down', () => {
    const saga = only(aRestoredSaga());
    expect(saga).toMatchObject({ state: 'restored', attention: 'person', goneAfterSeconds: null, throttled: 1, calls: { csms: 5, sae: 2 } });
    expect(saga.secrets.map(({ name, outcome, scheduledAt, restoredAt }) => [name, outcome, scheduledAt, restoredAt])).toEqual([
      ['db-app', 'restored', at(4), at(6 * 86_400 + 12)],
      ['copy-17', 'kept', null, null],
    ]);
    expect(saga.blockers).toEqual([{ secretId: '17', kind: 'job', name: 'nightly', code: 'DependencyViolation.Job', seenBy: 'DeleteSecret' }]);
  });

  it('what it waits for, and until when', () => {
    const waiting = aJournaledSaga({ mode: 'recoverable' }, later(1, { type: 'Waited', wait: { until: OPENED + 6 * DAY, queue: 'deletions', why: 'soak' } }));
    expect(only(waiting)).toMatchObject({ attention: 'waiting', waiting: { until: at(6 * 86_400), why: 'soak' } });
  });

  it('that it waits for a person when its plan waits for approval, or a hold stops it until its end', () => {
    const approval = aJournaledSaga({}, later(1, { type: 'Waited', wait: { until: null, queue: 'deletions', why: 'approval' } }));
    const held = aJournaledSaga({}, later(1, { type: 'Held', hold: aHold({ until: OPENED + 31 * DAY }) }));
    const free = aJournaledSaga({}, later(1, { type: 'Held', hold: aHold({ until: OPENED + DAY }) }));
    expect([only(approval).attention, only(held).attention, only(free).attention]).toEqual(['person', 'person', 'waiting']);
    expect(only(held).hold).toEqual({ reason: 'somebody asked', until: at(31 * 86_400), by: 'a person' });
    expect(only(free).hold).toBeNull();
  });

  it('its story, each call with its end in one line and a blocker once', () => {
    expect(texts(aRestoredSaga())).toEqual([
      'Opened in recoverable mode by event evt-0001 of urn:cmdb:prod',
      expect.stringMatching(/^Planned, 2 to delete; sha256:[0-9a-f]{64}; SAE has no recovery window/),
      `Call 1: schedule the deletion of db-app, erased 7 days later: done, the cloud erases it at ${at(7 * 86_400)}`,
      `In quarantine until ${at(6 * 86_400)}`,
      `Waits until ${at(6 * 86_400)}: soak`,
      'The purge begins',
      'Call 2: delete the SAE secret copy-17: failed, DependencyViolation.Job',
      'Blocked: job nightly uses secret 17 (DependencyViolation.Job)',
      'Slowed down by the cloud: Throttling.User',
      'Turns back: dependency-violation: job nightly',
      'Call 3: cancel the scheduled deletion of db-app: done',
      'Ended as restored: dependency-violation: job nightly',
    ]);
  });

  it.each([
    ['lost', null, 'no reply was written'],
    ['withdrawn', { type: 'CallWithdrawn', number: 1, why: 'held' }, 'not sent, held'],
    ['left open', { type: 'EffectUnknown', number: 1, code: 'deadline', settledAt: OPENED }, 'outcome unknown, deadline'],
    ['seen to have happened', { type: 'EffectSeen', number: 1, happened: true, told: {} }, 'done, no telling reply; the cloud was read: it had taken effect'],
    ['seen not to have happened', { type: 'EffectSeen', number: 1, happened: false, told: {} }, 'failed, no telling reply; the cloud was read: it had taken no effect'],
  ] as const)('H26: a call whose reply was %s', (_, reply, end) => {
    const journaled = aJournaledSaga({ mode: 'recoverable' }, later(1, { type: 'Planned', plan: aPlan({ csms: [aCsmsSecret('db-app')], mode: 'recoverable' }) }), ...aCall(2, 1, aScheduleOf('db-app'), reply));
    expect(texts(journaled).at(-1)).toBe(`Call 1: schedule the deletion of db-app, erased 7 days later: ${end}`);
  });

  it('H21: every name of a batch reply, the failed ones with their codes', () => {
    const batch = { total: 3, succeeded: ['a', 'b'], failed: [{ name: 'c', verdict: { kind: 'retryable', code: 'CSMS.0400' } }] } as const;
    const journaled = aJournaledSaga({}, later(1, { type: 'Planned', plan: aPlan({ csms: [aCsmsSecret('a')] }) }), ...aCall(2, 1, aBatchDeletion(), { type: 'CallSucceeded', number: 1, told: { batch } }));
    expect(texts(journaled).at(-1)).toContain('done, the reply counts 3, names as deleted: a, b; c failed (CSMS.0400)');
  });

  it('a second life after it was opened again', () => {
    const parked = aJournaledSaga({}, later(1, { type: 'Settled', state: 'parked', reason: 'nothing-seen' }), later(60, { ...reopening(), by: 'replay' }));
    expect(only(parked).phases.map(({ state }) => state)).toEqual(['received', 'parked', 'received']);
    expect(texts(parked).at(-1)).toBe('Opened again in immediate mode by replay');
  });
});

const reopening = (): Extract<Parameters<typeof later>[1], { type: 'Reopened' }> => {
  const [first] = aJournaledSaga({}).entries;
  if (first?.fact.type !== 'Opened') throw new Error('a journal begins with Opened');
  const { request, mode, planFor, soakSeconds, recoveryWindowDays, policyDigest } = first.fact;
  return { type: 'Reopened', event: null, request, mode, planFor, soakSeconds, recoveryWindowDays, policyDigest, by: 'a person' };
};

const statesIn = (from: number, to: number): readonly string[] =>
  makeReport(aContent([aGoneSaga(), aRestoredSaga()]), { from: OPENED + from * SECOND, to: OPENED + to * SECOND }, OPENED + 30 * DAY).sagas.map(({ state }) => state);

describe('a report as a whole', () => {
  const parked = aJournaledSaga({ instance: GATEWAY, at: OPENED + 5 * SECOND }, later(9, { type: 'Settled', state: 'parked', reason: 'nothing-seen' }));

  it('adds up sagas, outcomes, calls and the time until they were gone', () => {
    expect(aReport([aGoneSaga(), aRestoredSaga(), parked]).totals).toEqual({
      sagas: 3,
      byState: { gone: 1, restored: 1, parked: 1 },
      byOutcome: { deleted: 2, restored: 1, kept: 1 },
      needPerson: 2,
      calls: { csms: 9, sae: 2 },
      throttled: 1,
      secondsToGone: { median: 76, longest: 76 },
    });
  });

  it('begins with what needs a person, the most urgent first, be it the oldest', () => {
    const failed = aJournaledSaga({}, later(1, { type: 'Settled', state: 'compensation-failed', reason: 'not restored: db-app (CSMS.0302)' }));
    expect(aReport([aGoneSaga(), aRestoredSaga(), parked, failed]).sagas.map(({ state }) => state)).toEqual(['compensation-failed', 'parked', 'restored', 'gone']);
    expect(aReport([failed, parked, aRestoredSaga(), aGoneSaga()]).sagas.map(({ state }) => state)).toEqual(['compensation-failed', 'parked', 'restored', 'gone']);
  });

  it('says so when the ledger is empty', () => {
    const report = aReport([]);
    expect(report).toMatchObject({ sagas: [], totals: { sagas: 0, byState: {}, secondsToGone: null } });
    expect(reportPage(report)).toContain('The ledger holds no saga at all: no event has been taken in yet');
  });

  it('keeps to its period, counting a saga for as long as it was at work', () => {
    expect([statesIn(-100, -1), statesIn(-100, 1), statesIn(76, 80), statesIn(77, 86_400), statesIn(700_000, 900_000)]).toEqual([[], ['restored', 'gone'], ['restored', 'gone'], ['restored'], []]);
    expect(reportPage(makeReport(aContent([aGoneSaga()]), { from: null, to: OPENED - 1 }, OPENED))).toContain('The ledger holds no saga that was at work in this period');
  });

  it('names events that made no saga, messages set aside, and what people stopped', () => {
    const part = { digest: 'sha256:0', instances: 1, accepted: false, reason: 'too-old: the event is older than 14 days' };
    const report = aReport([], {
      events: [{ source: 'urn:cmdb', id: 'evt-9', time: OPENED, parts: { '1': part, '2': { ...part, accepted: true, reason: null } } }],
      parked: [{ queue: 'decommissions', reason: 'not JSON', body: 'anything at all', hash: 'x', parkedAt: OPENED, messageId: 'm-1', attempts: 1 }],
      controls: { pause: aHold({ reason: 'audit' }), holds: { [keyOf('db-app')]: aHold() }, closedKeys: ['fingerprint'] },
    });
    expect(report.notAccepted).toEqual([{ source: 'urn:cmdb', id: 'evt-9', part: 1, time: at(0), reason: part.reason }]);
    expect(report.parkedMessages).toEqual([{ queue: 'decommissions', messageId: 'm-1', reason: 'not JSON', parkedAt: at(0) }]);
    expect(report.stops.map(({ target, reason }) => [target, reason])).toEqual([
      ['everything', 'audit'],
      [keyOf('db-app'), 'somebody asked'],
    ]);
  });

  it('H58: prints no field of the ledger that it does not name', () => {
    const canary = 'CANARY-3f9c';
    const planted = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(planted);
      if (value === null || typeof value !== 'object') return value;
      return { ...Object.fromEntries(Object.entries(value).map(([key, field]) => [key, planted(field)])), secretValue: canary };
    };
    // Records by key would take the canary for one more secret, which no ledger could hold.
    const untouched = ({ saga, entries }: JournaledSaga): JournaledSaga => {
      const everywhere: JournaledSaga = JSON.parse(JSON.stringify(planted({ saga, entries })));
      const { secrets, stages, failures } = saga;
      const records = Object.fromEntries(Object.entries(secrets).map(([key, record]) => [key, JSON.parse(JSON.stringify(planted(record)))]));
      const facts = everywhere.entries.map((entry, index) => {
        const fact = entries[index]?.fact;
        return fact?.type === 'Looked' ? { ...entry, fact: { ...fact, secretValue: canary } } : entry;
      });
      return { saga: { ...everywhere.saga, secrets: records, stages, failures }, entries: facts };
    };
    const report = aReport([untouched(aGoneSaga()), untouched(aRestoredSaga())], {
      parked: [{ queue: 'decommissions', reason: 'not JSON', body: canary, hash: canary, parkedAt: OPENED, messageId: 'm-1', attempts: 1 }],
      controls: { pause: null, holds: {}, closedKeys: [canary] },
    });
    expect(report.totals.byState).toEqual({ gone: 1, restored: 1 });
    expect(JSON.stringify(report)).not.toContain(canary);
    expect(reportPage(report)).not.toContain(canary);
  });
});
