import type { CloudReaders, CloudWriters } from '../ports/clouds.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Queue } from '../ports/queue.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Policy } from '../saga/policy.ts';
import type { CsmsSecret, SaeSecret } from '../saga/seen.ts';
import { type Allowance, makeAllowance } from './allowance.ts';
import { closeKey } from './controls.ts';
import { type UnwrittenCalls, unwrittenCalls } from './counted-calls.ts';
import { type KeyGate, keyGate } from './key-gate.ts';
import { type Pace, makePace } from './pace.ts';
import { type SharedList, sharedList } from './shared-list.ts';

/** What a workflow is made of; everything of it is a port, so a test or a laptop can stand in for a cloud. */
export interface WorkflowParts {
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly clouds: CloudReaders;
  /** null in a plan run, which then could not change anything if it tried. */
  readonly writers: CloudWriters | null;
  readonly clock: Clock;
  readonly policy: Policy;
  /** A token nobody else has: it names a worker's lease. */
  readonly newToken: () => string;
  /** Without it nothing is told. */
  readonly telemetry?: Telemetry;
}

/** What all sagas that this process works on share. */
export interface Workflow extends WorkflowParts {
  readonly pace: Pace;
  readonly gate: KeyGate;
  readonly allowance: Allowance;
  readonly csmsLists: SharedList<CsmsSecret>;
  readonly saeLists: SharedList<SaeSecret>;
  readonly unwritten: UnwrittenCalls;
  readonly telemetry: Telemetry;
}

/** What works on events, rows and stops needs no cloud. */
export type Office = Pick<Workflow, 'ledger' | 'queue' | 'clock' | 'policy' | 'telemetry'>;

export const SILENT: Telemetry = { tell: () => undefined };

export const makeWorkflow = (parts: WorkflowParts): Workflow => {
  const { ledger, clouds, clock, policy } = parts;
  return {
    ...parts,
    pace: makePace({ ledger, clock, policy, accountOf: (api) => clouds.account(api).account }),
    gate: keyGate(clock, (api) => closeKey(ledger, clouds.account(api).keyFingerprint)),
    allowance: makeAllowance(ledger),
    csmsLists: sharedList(clock),
    saeLists: sharedList(clock),
    unwritten: unwrittenCalls(),
    telemetry: parts.telemetry ?? SILENT,
  };
};
