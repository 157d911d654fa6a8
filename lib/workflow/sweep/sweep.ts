import type { Notifier } from '../../ports/notifier.ts';
import { tellNeeds } from '../needs/tell-needs.ts';
import { NewerSaga, orNewer } from '../records/saga-store.ts';
import type { TimeLeft } from '../time-left.ts';
import type { Workflow } from '../workflow.ts';
import { deleteFindings } from './delete-findings.ts';
import { sendDue } from './due.ts';
import { type LookForFindings, type ScopeFindings, lookForFindings } from './findings.ts';

/** How often sweeps come: the rate of the schedule in serverless.yml. A sweep by hand looks as far ahead as one of those. */
export const SWEEP_INTERVAL_SECONDS = 300;

export interface Sweep {
  /** How often sweeps come; this one looks two of them ahead, so that one that is missed is caught up with in time. */
  readonly intervalSeconds: number;
  readonly timeLeft: TimeLeft;
  readonly look: LookForFindings;
  /** null where another sweep of the same ledger tells people. */
  readonly notifier: Notifier | null;
}

export interface Swept {
  /** Wake-ups sent. */
  readonly sent: number;
  readonly looked: readonly ScopeFindings[];
  /** Ids of events sent for findings. */
  readonly events: readonly string[];
  readonly told: number;
  /** Why nobody could be told; the notices are kept for the next sweep. */
  readonly untold: string | null;
}

/**
 * The safety net: sends what falls due and what the queue lost, then tells people what waits for them, then looks for
 * secrets that came back. In this order, because dates pass and findings keep. Rejects with NewerSaga where a newer Probate
 * wrote one of the sagas: all others are sent and told by then, and without it no scope's history is whole enough to find
 * anything by (H32).
 */
export const sweep = async (workflow: Workflow, { intervalSeconds, timeLeft, look, notifier }: Sweep): Promise<Swept> => {
  const sent = await sendDue(workflow, 2 * intervalSeconds, timeLeft, workflow.telemetry).catch(orNewer);
  const { told, trouble, newer } = notifier === null ? { told: 0, trouble: null, newer: null } : await tellNeeds(workflow, notifier);
  if (trouble !== null) workflow.telemetry.tell({ kind: 'nobody-told', cause: trouble }, null);
  if (sent instanceof NewerSaga) throw sent;
  if (newer !== null) throw newer;
  const looked = await lookForFindings(workflow, look);
  const events = await deleteFindings(workflow, looked);
  return { sent, looked, events: events.map(({ id }) => id), told, untold: trouble };
};
