import type { JournaledSaga } from '../../../cli/report/reported-saga.ts';
import { makeReport, type LedgerContent } from '../../../cli/report/make-report.ts';
import type { Report } from '../../../cli/report/report.ts';
import { SecretId } from '../../../events/ids.ts';
import { NO_CONTROLS } from '../../../lib/saga/controls.ts';
import { evolveAll, openedSaga } from '../../../lib/saga/evolve.ts';
import type { Dated, Fact } from '../../../lib/saga/facts.ts';
import { GENESIS, chain } from '../../../lib/saga/journal.ts';
import type { Call } from '../../../lib/saga/saga.ts';
import { DAY, OPENED, SECOND, aCopyDeletion, aCancelOf, aBatchDeletion, aCsmsSecret, aPlan, aRequest, aScheduleOf, anOpening, anSaeSecret, keyOf } from '../../saga/builders.ts';

type Opening = Parameters<typeof anOpening>[0];

/** A fact some seconds after the saga was opened. */
export const later = (seconds: number, fact: Fact): Dated => ({ ...fact, at: OPENED + seconds * SECOND });

/** An intent and, unless the reply was lost, the success that answered it two seconds later. */
export const aCall = (seconds: number, number: number, call: Call, reply: Fact | null = { type: 'CallSucceeded', number, told: {} }): Dated[] => {
  const at = OPENED + seconds * SECOND;
  const attempt = { number, call, at, notAfter: at + 15 * SECOND, settledAt: at + 20 * SECOND, undo: null, unknownBecause: null };
  return [later(seconds, { type: 'CallIntended', attempt }), ...(reply === null ? [] : [later(seconds + 2, reply)])];
};

export const aJournaledSaga = (opening: Opening, ...facts: readonly Dated[]): JournaledSaga => {
  const opened = anOpening(opening);
  return { saga: evolveAll(openedSaga(opened), facts), entries: chain(GENESIS, [opened, ...facts]) };
};

/** Two secrets deleted at once, proven by two looks. */
export const aGoneSaga = (opening: Opening = {}): JournaledSaga => {
  const csms = [aCsmsSecret('db-app'), aCsmsSecret('db-admin')];
  const looked = { [keyOf('db-app')]: { kind: 'gone', detail: null }, [keyOf('db-admin')]: { kind: 'gone', detail: null } } as const;
  return aJournaledSaga(
    opening,
    later(1, { type: 'Planned', plan: aPlan({ csms }) }),
    later(2, { type: 'PurgeStarted' }),
    ...aCall(3, 1, aBatchDeletion(), { type: 'CallSucceeded', number: 1, told: { batch: { total: 2, succeeded: ['db-app', 'db-admin'], failed: [] } } }),
    later(6, { type: 'VerifyingStarted', parkAfterwards: null }),
    later(7, { type: 'CallsCounted', csms: 4, sae: 0 }),
    later(40, { type: 'Looked', begunAt: OPENED, proofsNeeded: 2, secrets: looked }),
    later(75, { type: 'Looked', begunAt: OPENED, proofsNeeded: 2, secrets: looked }),
    later(76, { type: 'Settled', state: 'gone', reason: null }),
  );
};

/** Scheduled, then blocked by a job that uses the copy, and cancelled. */
export const aRestoredSaga = (opening: Opening = {}): JournaledSaga => {
  const plan = aPlan({ csms: [aCsmsSecret('db-app')], sae: [anSaeSecret('17')], request: aRequest({ copies: ['17'] }), mode: 'recoverable' });
  const blocked: Fact = { type: 'Blocked', blockers: [{ secretId: SecretId.parse('17'), kind: 'job', name: 'nightly', code: 'DependencyViolation.Job', seenBy: 'DeleteSecret' }] };
  const day = DAY / SECOND;
  return aJournaledSaga(
    { mode: 'recoverable', ...opening },
    later(1, { type: 'Planned', plan }),
    ...aCall(2, 1, aScheduleOf('db-app'), { type: 'CallSucceeded', number: 1, told: { eraseAt: OPENED + 7 * DAY } }),
    later(5, { type: 'SoakStarted', until: OPENED + 6 * DAY }),
    later(5, { type: 'Waited', wait: { until: OPENED + 6 * DAY, queue: 'deletions', why: 'soak' } }),
    later(6 * day, { type: 'PurgeStarted' }),
    ...aCall(6 * day + 1, 2, aCopyDeletion('17'), { type: 'CallFailed', number: 2, failure: { kind: 'blocked', code: 'DependencyViolation.Job', blocker: { kind: 'job', name: 'nightly' } } }),
    later(6 * day + 4, blocked),
    later(6 * day + 5, { type: 'Throttled', code: 'Throttling.User' }),
    later(6 * day + 6, blocked),
    later(6 * day + 9, { type: 'CompensationStarted', compensation: { since: OPENED, cause: 'dependency-violation: job nightly', endsIn: 'restored' } }),
    ...aCall(6 * day + 10, 3, aCancelOf('db-app')),
    later(6 * day + 20, { type: 'CallsCounted', csms: 5, sae: 2 }),
    later(6 * day + 21, { type: 'Settled', state: 'restored', reason: 'dependency-violation: job nightly' }),
  );
};

export const aContent = (sagas: readonly JournaledSaga[], content: Partial<LedgerContent> = {}): LedgerContent => ({ sagas, events: [], parked: [], controls: NO_CONTROLS, newer: [], ...content });

export const aReport = (sagas: readonly JournaledSaga[], content: Partial<LedgerContent> = {}, now = OPENED + 30 * DAY): Report => makeReport(aContent(sagas, content), { from: null, to: null }, now);
