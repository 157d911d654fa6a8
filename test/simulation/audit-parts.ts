import type { Findings } from './findings.ts';
import type { Records } from './records.ts';
import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';
import type { Truth } from './world-truth.ts';

/** What every auditor of a simulated world reads and writes. */
export interface AuditParts {
  readonly timeline: Timeline;
  readonly wallNow: () => number;
  readonly records: Records;
  readonly findings: Findings;
  readonly trace: Trace;
  readonly truth: Truth;
}
