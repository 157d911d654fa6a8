import type { Clock } from '../ports/clock.ts';
import type { CloudReaders, CloudWriters } from '../ports/clouds.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Queue } from '../ports/queue.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Policy } from '../saga/policy.ts';
import type { CsmsSecret, SaeSecret } from '../saga/seen.ts';
import { type Allowance, makeAllowance } from './pace/allowance.ts';
import { type KeyGate, keyGate } from './pace/key-gate.ts';
import { type Pace, makePace } from './pace/pace.ts';
import { closeKey } from './records/controls.ts';
import { type UnwrittenCalls, unwrittenCalls } from './turn/counted-calls.ts';
import { type SharedList, sharedList } from './turn/shared-list.ts';

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

/** What a person's commands need: the ledger, the queues and the time, but no cloud. */
export type Store = Pick<Workflow, 'ledger' | 'queue' | 'clock'>;

/** What works on events, rows and stops needs no cloud. */
export type CloudlessParts = Pick<Workflow, 'ledger' | 'queue' | 'clock' | 'policy' | 'telemetry'>;

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
