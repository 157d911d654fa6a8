import type { Need } from '../../lib/workflow/needs/needs.ts';
import type { SagaResult, totalsOf } from '../../lib/workflow/result.ts';
import type { Finding } from '../../lib/workflow/sweep/findings.ts';
import type { Store } from '../../lib/workflow/workflow.ts';

/** A need as it is printed; `until` RFC 3339. */
export interface ShownNeed extends Omit<Need, 'occasion' | 'until'> {
  readonly until: string | null;
}

/** A saga as `status` prints it: its result, its next step, and what it needs a person for. */
export interface SagaStatus extends SagaResult {
  /** What it does next and when; null when nothing. */
  readonly next: { readonly step: string; readonly at: string | null } | null;
  readonly needs: ShownNeed | null;
}

/** What `status` prints with --json: a result document (interfaces.md, Result) and what stands beside the sagas. */
export interface Status {
  readonly clouds: { readonly csms: string; readonly sae: string };
  readonly events: readonly never[];
  readonly sagas: readonly SagaStatus[];
  readonly totals: ReturnType<typeof totalsOf>;
  readonly open: number;
  readonly parkedMessages: number;
  readonly queues: Readonly<Record<string, Awaited<ReturnType<Store['queue']['depth']>>>>;
  readonly pause: { readonly reason: string; readonly until: string | null; readonly by: string } | null;
  readonly holds: readonly { readonly target: string; readonly reason: string; readonly until: string | null; readonly by: string }[];
  readonly closedKeys: number;
  readonly findings: readonly Finding[];
  /** Ids of sagas that a newer Probate wrote, which may be what was asked for. */
  readonly newer: readonly string[];
}
