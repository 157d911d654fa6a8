import type { SagaId } from '../../events/messages.ts';
import type { Instance } from './instance.ts';
import type { Plan, PlannedSecret } from './plan.ts';
import type { Attempt, Blocker, Compensation, EventName, Hold, TerminalState, Terms, Wait } from './saga.ts';
import type { BatchReply } from './seen.ts';
import type { Failure } from './verdict.ts';

/** One look at one secret (design.md, Verification). */
export type SecretLook =
  | { readonly kind: 'gone'; readonly detail: string | null }
  | { readonly kind: 'pending'; readonly eraseAt: number | null }
  | { readonly kind: 'present'; readonly state: string }
  | { readonly kind: 'unknown'; readonly code: string };

/** What a reply told beyond its verdict. */
export interface Told {
  /** The id of the secret that a call by name reached. */
  readonly id?: string;
  readonly eraseAt?: number | null;
  readonly batch?: BatchReply;
}

/** What happened, in the past tense; a saga is the fold of these and its journal is their chain. */
export type Fact =
  | ({ readonly type: 'Opened'; readonly sagaId: SagaId; readonly instance: Instance; readonly event: EventName | null; readonly after: SagaId | null } & Terms)
  | { readonly type: 'EventJoined'; readonly event: EventName }
  | ({ readonly type: 'Reopened'; readonly event: EventName | null; readonly by: string } & Terms)
  | { readonly type: 'Planned'; readonly plan: Plan }
  | { readonly type: 'PlanChanged'; readonly difference: string }
  | { readonly type: 'Approved'; readonly digest: string; readonly by: string }
  | { readonly type: 'AllowanceGranted'; readonly digest: string }
  | { readonly type: 'Held'; readonly hold: Hold }
  | { readonly type: 'Released' }
  | { readonly type: 'UndoRequested'; readonly by: string }
  | { readonly type: 'Waited'; readonly wait: Wait }
  | { readonly type: 'CallIntended'; readonly attempt: Attempt }
  /** The attempt's own writer states that it did not call. */
  | { readonly type: 'CallWithdrawn'; readonly number: number; readonly why: string }
  | { readonly type: 'CallSucceeded'; readonly number: number; readonly told: Told }
  | { readonly type: 'CallFailed'; readonly number: number; readonly failure: Failure }
  /** The reply, or its absence, leaves the effect open until the cloud was read. */
  | { readonly type: 'EffectUnknown'; readonly number: number; readonly code: string; readonly settledAt: number }
  | { readonly type: 'EffectSeen'; readonly number: number; readonly happened: boolean; readonly told: Told }
  /** Its effect is left to the looks that follow, so that what presses need not wait for it. */
  | { readonly type: 'AttemptSetAside'; readonly number: number; readonly code: string }
  | { readonly type: 'ScheduleSeen'; readonly key: string; readonly by: 'us' | 'somebody else'; readonly eraseAt: number | null }
  /** A schedule of ours was meant for another secret of that name, and runs on this one. */
  | { readonly type: 'ScheduleStrayed'; readonly target: PlannedSecret; readonly eraseAt: number | null }
  | { readonly type: 'ScheduleEnded'; readonly key: string; readonly detail: string }
  | { readonly type: 'CancelGivenUp'; readonly key: string; readonly code: string }
  | { readonly type: 'WindowEnded'; readonly key: string }
  | { readonly type: 'SecretVanished'; readonly key: string; readonly detail: string }
  | { readonly type: 'SecretAdded'; readonly target: PlannedSecret; readonly origin: 'raced' | 'unseen'; readonly failure: Failure | null }
  /** Left alone though planned, because it is no longer what was planned. */
  | { readonly type: 'SecretSpared'; readonly key: string; readonly detail: string }
  /** A person must look at this once everything touched has been verified. */
  | { readonly type: 'AlarmRaised'; readonly reason: string }
  | { readonly type: 'StageSeen'; readonly key: string; readonly present: boolean }
  /** Left alone though planned, because its secret is gone, or another has the name by now. */
  | { readonly type: 'StageSpared'; readonly key: string; readonly isGone: boolean }
  | { readonly type: 'Blocked'; readonly blockers: readonly Blocker[] }
  | { readonly type: 'SoakStarted'; readonly until: number }
  | { readonly type: 'PurgeStarted' }
  | { readonly type: 'VerifyingStarted'; readonly parkAfterwards: string | null }
  | { readonly type: 'Looked'; readonly begunAt: number; readonly proofsNeeded: number; readonly secrets: Readonly<Record<string, SecretLook>> }
  /** One more failure in a row of a call's or a look's own step. */
  | { readonly type: 'StepFailed'; readonly step: string; readonly code: string }
  | { readonly type: 'Throttled'; readonly code: string }
  | { readonly type: 'CompensationStarted'; readonly compensation: Compensation }
  /** Nothing this saga ever sent can take effect any more. */
  | { readonly type: 'WatchEnded' }
  | { readonly type: 'CallsCounted'; readonly csms: number; readonly sae: number }
  | { readonly type: 'Settled'; readonly state: TerminalState | 'planned'; readonly reason: string | null };

/** A fact and the moment it was written for, epoch milliseconds. */
export type Dated = Fact & { readonly at: number };
