import type { Controls } from '../../lib/saga/controls.ts';
import type { Entry } from '../../lib/saga/journal.ts';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { iso, isoOrNull } from '../../lib/workflow/iso.ts';
import { type SagaResult, sagaResult } from '../../lib/workflow/result.ts';
import { whyWaiting } from '../../lib/workflow/stops/held.ts';
import type { Need } from '../../lib/workflow/needs/needs.ts';
import { needsPerson } from '../run/results.ts';
import type { ReportedSaga, ReportedSecret } from './report.ts';
import { type Milestones, NO_MILESTONES, retrace } from './retrace.ts';
import { timelineOf } from './timeline.ts';

/** A saga and its whole journal, chapters included. */
export interface JournaledSaga {
  readonly saga: Saga;
  readonly entries: readonly Entry[];
}

const inSeconds = (milliseconds: number): number => Math.round(milliseconds / 1_000);

const withDates = ({ cloud, scope, id, name, outcome, detail }: SagaResult['secrets'][number], dates: Milestones): ReportedSecret => ({
  cloud,
  scope,
  id,
  name,
  outcome,
  detail,
  scheduledAt: isoOrNull(dates.scheduledAt),
  erasedAt: isoOrNull(dates.erasedAt),
  provenAt: isoOrNull(dates.provenAt),
  restoredAt: isoOrNull(dates.restoredAt),
});

const namedInstance = (instance: Saga['instance']): Saga['instance'] => {
  if (instance.cloud === 'alibaba') return { cloud: instance.cloud, region: instance.region, namespaceId: instance.namespaceId };
  const { cloud, region, projectId, instanceId, instanceType } = instance;
  return { cloud, region, projectId, instanceId, instanceType };
};

const attentionOf = (saga: Saga, result: SagaResult, need: Need | null): ReportedSaga['attention'] => {
  if (isTerminal(saga)) return need === null ? 'over' : 'person';
  return needsPerson(result) || saga.wait?.why === 'approval' ? 'person' : 'waiting';
};

/** One saga as a report has it, under the stops that are in force at `now`; pure. Every field is named here, so that nothing else the ledger may hold can slip through. */
export const reportedSaga = ({ saga, entries }: JournaledSaga, need: Need | null, controls: Controls, now: number): ReportedSaga => {
  const result = sagaResult(saga, controls, now);
  const why = whyWaiting(saga, controls, now);
  const { phases, milestones } = retrace(entries);
  const keys = Object.keys(saga.secrets);
  const { sagaId, mode, state, dueAt, undoUntil, reason, planDigest, notes, hold, stages, blockers, calls, startedAt, finishedAt } = result;
  return {
    sagaId,
    attention: attentionOf(saga, result, need),
    state,
    reason,
    mode,
    instance: namedInstance(saga.instance),
    events: saga.events.map((event) => ({ source: event.source, id: event.id, part: event.part, time: iso(event.time), reason: event.reason ?? null })),
    startedAt,
    finishedAt,
    goneAfterSeconds: saga.state === 'gone' && saga.finishedAt !== null ? inSeconds(saga.finishedAt - saga.startedAt) : null,
    waiting: why === null || isTerminal(saga) ? null : { until: isoOrNull(saga.wait?.until ?? null), why },
    dueAt,
    undoUntil,
    hold: hold === null ? null : { reason: hold.reason, until: hold.until, by: hold.by },
    planDigest,
    notes,
    secrets: result.secrets.map((secret, index) => withDates(secret, milestones[keys[index] ?? ''] ?? NO_MILESTONES)),
    stages: stages.map(({ secretName, stage, outcome, detail }) => ({ secretName, stage, outcome, detail })),
    blockers: blockers.map(({ secretId, kind, name, code, seenBy }) => ({ secretId, kind, name, code, seenBy })),
    calls: { csms: calls.csms, sae: calls.sae },
    throttled: entries.filter(({ fact }) => fact.type === 'Throttled').length,
    phases: phases.map((phase) => ({ state: phase.state, since: iso(phase.since), seconds: phase.until === null ? null : inSeconds(phase.until - phase.since) })),
    timeline: timelineOf(entries, saga).map(({ at, kind, text }) => ({ at: iso(at), kind, text })),
    journal: { lines: entries.length, lastHash: entries.at(-1)?.hash ?? '' },
  };
};
