import { type Controls, inForce } from '../../lib/saga/controls.ts';
import { iso, isoOrNull } from '../../lib/workflow/iso.ts';
import { type Need, mostUrgentFirst, needOf } from '../../lib/workflow/needs/needs.ts';
import { generationOf } from '../../lib/saga/instance.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import type { SeenEvent } from '../../lib/workflow/records/event-store.ts';
import type { ParkedMessage } from '../../lib/workflow/replay/parked.ts';
import { totalsOf } from '../../lib/workflow/result.ts';
import { type Period, overlaps } from './period.ts';
import { REPORT_FORMAT, type NotAccepted, type Report, type ReportedSaga, type ReportedStop } from './report.ts';
import { type JournaledSaga, reportedSaga } from './reported-saga.ts';

/** What of a ledger a report is made from. */
export interface LedgerContent {
  readonly sagas: readonly JournaledSaga[];
  readonly events: readonly SeenEvent[];
  readonly parked: readonly ParkedMessage[];
  readonly controls: Controls;
  /** Ids of sagas that a newer Probate wrote; when they were at work this one cannot tell. */
  readonly newer: readonly string[];
}

/** From its opening to its last fact, or still. */
export const isInPeriod = ({ saga, entries }: JournaledSaga, period: Period): boolean =>
  overlaps(period, saga.startedAt, saga.finishedAt === null ? null : (entries.at(-1)?.fact.at ?? saga.finishedAt));

const notAcceptedIn = ({ source, id, time, parts }: SeenEvent): NotAccepted[] =>
  Object.entries(parts).flatMap(([part, { accepted, reason }]) => (accepted ? [] : [{ source, id, part: Number(part), time: iso(time), reason: reason ?? '' }]));

const stopsOf = ({ pause, holds }: Controls): ReportedStop[] =>
  [...(pause === null ? [] : [{ target: 'everything', hold: pause }]), ...Object.entries(holds).map(([target, hold]) => ({ target, hold }))].map(({ target, hold }) => ({
    target,
    reason: hold.reason,
    until: isoOrNull(hold.until),
    by: hold.by,
  }));

const timesToGone = (sagas: readonly ReportedSaga[]): Report['totals']['secondsToGone'] => {
  const seconds = sagas.flatMap(({ goneAfterSeconds }) => (goneAfterSeconds === null ? [] : [goneAfterSeconds])).sort((a, b) => a - b);
  const [longest, median] = [seconds.at(-1), seconds[Math.floor((seconds.length - 1) / 2)]];
  return longest === undefined || median === undefined ? null : { median, longest };
};

const RANK = { person: 0, waiting: 1, over: 2 } as const;

interface Ranked {
  readonly reported: ReportedSaga;
  readonly need: Need | null;
  readonly startedAt: number;
}

/** Whatever waits for a person comes first, by how much it presses, then what is under way; among equals the latest. */
const byUrgency = (a: Ranked, b: Ranked): number => RANK[a.reported.attention] - RANK[b.reported.attention] || mostUrgentFirst(a.need, b.need) || b.startedAt - a.startedAt;

/** The generations that came after a saga and were carried out, from all that the ledger holds. */
const laterAmong = (all: readonly JournaledSaga[]): ((saga: Saga) => readonly Saga[]) => {
  const byIdentity = Map.groupBy(all.map(({ saga }) => saga).filter(({ mode }) => mode !== 'plan'), ({ sagaId }) => generationOf(sagaId).identity);
  return ({ sagaId }) => {
    const { identity, generation } = generationOf(sagaId);
    return (byIdentity.get(identity) ?? []).filter((one) => generationOf(one.sagaId).generation > generation);
  };
};

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** The report of a ledger's content as of `now` (epoch milliseconds), with the sagas at work in the period; pure. */
export const makeReport = ({ sagas: all, events, parked, controls, newer }: LedgerContent, period: Period, now: number): Report => {
  const laterOf = laterAmong(all);
  const ranked = all
    .filter((one) => isInPeriod(one, period))
    .map((one): Ranked => {
      const need = needOf(one.saga, controls, now, laterOf(one.saga));
      return { reported: reportedSaga(one, need, controls, now), need, startedAt: one.saga.startedAt };
    });
  const sagas = ranked.toSorted(byUrgency).map(({ reported }) => reported);
  const { byState, byOutcome } = totalsOf(sagas.map((saga) => ({ ...saga, eventIds: [] })));
  return {
    format: REPORT_FORMAT,
    writtenAt: iso(now),
    period: { from: isoOrNull(period.from), to: isoOrNull(period.to) },
    totals: {
      sagas: sagas.length,
      byState,
      byOutcome,
      needPerson: sagas.filter(({ attention }) => attention === 'person').length,
      calls: { csms: sum(sagas.map(({ calls }) => calls.csms)), sae: sum(sagas.map(({ calls }) => calls.sae)) },
      throttled: sum(sagas.map(({ throttled }) => throttled)),
      secondsToGone: timesToGone(sagas),
    },
    stops: stopsOf(inForce(controls, now)),
    sagas,
    notAccepted: events.filter(({ time }) => overlaps(period, time, time)).flatMap(notAcceptedIn),
    parkedMessages: parked
      .filter(({ parkedAt }) => overlaps(period, parkedAt, parkedAt))
      .map(({ queue, messageId, reason, parkedAt }) => ({ queue, messageId, reason, parkedAt: iso(parkedAt) })),
    newer,
  };
};
