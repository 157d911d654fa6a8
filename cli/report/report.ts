import type { SecretResult, SagaResult } from '../../lib/workflow/result.ts';
import type { TimelineEntry } from './timeline.ts';
import type { Phase } from './retrace.ts';

/** One secret of a saga with the dates of what happened to it (RFC 3339, UTC). */
export interface ReportedSecret extends SecretResult {
  readonly scheduledAt: string | null;
  readonly erasedAt: string | null;
  readonly provenAt: string | null;
  readonly restoredAt: string | null;
}

/** One saga as a report tells it: what `run --json` prints, and its story. */
export interface ReportedSaga extends Omit<SagaResult, 'secrets' | 'eventIds'> {
  /** Whether it goes on only after a person acted, goes on by itself, or is over. */
  readonly attention: 'person' | 'waiting' | 'over';
  readonly events: readonly { readonly source: string; readonly id: string; readonly part: number; readonly time: string; readonly reason: string | null }[];
  readonly waiting: { readonly until: string | null; readonly why: string } | null;
  readonly secrets: readonly ReportedSecret[];
  readonly phases: readonly { readonly state: Phase['state']; readonly since: string; readonly seconds: number | null }[];
  readonly timeline: readonly (Omit<TimelineEntry, 'at'> & { readonly at: string })[];
  /** From the event taken in to the last proof; null unless `gone`. */
  readonly goneAfterSeconds: number | null;
  /** How often the cloud asked this saga to slow down. */
  readonly throttled: number;
  readonly journal: { readonly lines: number; readonly lastHash: string };
}

/** An event that made no saga, and why. */
export interface NotAccepted {
  readonly source: string;
  readonly id: string;
  readonly part: number;
  readonly time: string;
  readonly reason: string;
}

/** A message that was set aside; its body may hold anything and is left out. */
export interface ReportedMessage {
  readonly queue: string;
  readonly messageId: string;
  readonly reason: string;
  readonly parkedAt: string;
}

/** A hold or the pause as the report tells it; `until` is RFC 3339, null where no moment ends it. */
export interface ReportedStop {
  readonly target: string;
  readonly reason: string;
  readonly until: string | null;
  readonly by: string;
}

/** By which a reader knows a report, and its version. */
export const REPORT_FORMAT = 'probate-report-v1';

/**
 * What was deleted, when, why and by which event, as of `writtenAt` (interfaces.md, `report`); printed with --format json.
 * Times are RFC 3339 in UTC. No field can hold a secret's value.
 */
export interface Report {
  readonly format: typeof REPORT_FORMAT;
  readonly writtenAt: string;
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly totals: {
    readonly sagas: number;
    readonly byState: Readonly<Record<string, number>>;
    readonly byOutcome: Readonly<Record<string, number>>;
    readonly needPerson: number;
    readonly calls: { readonly csms: number; readonly sae: number };
    readonly throttled: number;
    /** Over sagas that are gone; null when none is. */
    readonly secondsToGone: { readonly median: number; readonly longest: number } | null;
  };
  /** Pause and holds as they stand now. */
  readonly stops: readonly ReportedStop[];
  readonly sagas: readonly ReportedSaga[];
  readonly notAccepted: readonly NotAccepted[];
  readonly parkedMessages: readonly ReportedMessage[];
  /** Ids of sagas that a newer Probate wrote and of which nothing is told here, whatever the period (H32). */
  readonly newer: readonly string[];
}
