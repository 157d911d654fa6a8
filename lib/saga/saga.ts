import type { Mode } from '../../events/decommission.ts';
import type { InstanceId, InstanceType, NamespaceId, Region, SecretId, SecretName, StageName } from '../../events/ids.ts';
import type { SagaId, WakeUpQueue } from '../../events/messages.ts';
import type { Instance, Request } from './instance.ts';
import type { Plan, PlannedSecret, PlannedStage } from './plan.ts';

/** The states of design.md, section The saga, in the order a saga can pass them; the last five are terminal (`planned` too, in plan mode). */
export type State =
  | 'received'
  | 'planned'
  | 'quarantined'
  | 'purging'
  | 'verifying'
  | 'compensating'
  | 'gone'
  | 'restored'
  | 'refused'
  | 'parked'
  | 'compensation-failed';

/** Those in which a saga of any mode is over. */
export type TerminalState = Extract<State, 'gone' | 'restored' | 'refused' | 'parked' | 'compensation-failed'>;

/** One call that changes something in a cloud; each variant carries all that is needed to make it and to read its effect later. */
export type Call =
  | { readonly op: 'schedule'; readonly key: string; readonly name: SecretName; readonly recoveryWindowDays: number }
  | { readonly op: 'cancel'; readonly key: string; readonly name: SecretName }
  | {
      readonly op: 'delete-copy';
      readonly key: string;
      readonly region: Region;
      readonly namespaceId: NamespaceId;
      readonly secretId: SecretId;
    }
  | { readonly op: 'delete-stage'; readonly key: string; readonly name: SecretName; readonly stage: StageName }
  | { readonly op: 'batch-delete'; readonly key: string; readonly instanceId: InstanceId; readonly instanceType: InstanceType }
  | { readonly op: 'delete-named'; readonly key: string; readonly name: SecretName };

/** An intent that has no reply of its own yet, or one that told nothing: until the cloud was read, its effect is unknown. */
export interface Attempt {
  readonly number: number;
  readonly call: Call;
  readonly at: number;
  /** Nothing of it can be sent after this moment. */
  readonly notAfter: number;
  /** From when a read tells its effect. */
  readonly settledAt: number;
  /** What would undo it, in words; null when nothing can. */
  readonly undo: string | null;
  /** The code of a reply that left the effect unknown; null when none was written. */
  readonly unknownBecause: string | null;
}

/** A scheduled deletion of a secret, as far as it is known. */
export interface Schedule {
  readonly by: 'us' | 'somebody else';
  /** null until a read has told the date. */
  readonly eraseAt: number | null;
  /** When we learned of it: an older list cannot show it. */
  readonly since: number;
}

/** A schedule that was intended between two moments (epoch ms); its window is its own, since a saga may go round again under another policy. */
export interface IntendedSchedule {
  readonly key: string;
  readonly at: number;
  readonly notAfter: number;
  readonly windowDays: number;
}

/** What is known of one secret, beside what the plan says of it. */
export interface SecretRecord {
  readonly target: PlannedSecret;
  /**
   * `planned`: the plan that stands names it; `earlier`: only one that stands no more did, so nothing is deleted of it any more;
   * `asked`: named, but absent when the plan was made; `raced`: erased though no plan named it; `unseen`: of a type that shows no links;
   * `stray`: scheduled though no plan named it, since it has the name of one that was.
   */
  readonly origin: 'planned' | 'earlier' | 'asked' | 'raced' | 'unseen' | 'stray';
  readonly schedule: Schedule | null;
  /** We cancelled a schedule of it, or found our schedule ended. */
  readonly restored: boolean;
  /** What came of our deletion: `retry` may be tried again, `refused` is the cloud's last word. */
  readonly erasure: 'none' | 'accepted' | 'unknown' | 'retry' | 'refused';
  /** Why no further try is made to cancel our schedule. */
  readonly cancelRefused: string | null;
  /** Our schedule's date came before it was cancelled. */
  readonly expired: boolean;
  /** Seen gone before we deleted it; what is found again is vanished no more. */
  readonly vanished: boolean;
  readonly code: string | null;
  /** Looks in a row that found it gone, and whether they are as many as the policy asked for. */
  readonly proofs: number;
  readonly proven: boolean;
  readonly seen: 'not looked' | 'gone' | 'pending' | 'present' | 'unknown';
  /** When the last look at it began (epoch ms). */
  readonly lookedAt: number | null;
  readonly detail: string | null;
}

/** What is known of one version stage that was asked to go. */
export interface StageRecord {
  readonly target: PlannedStage;
  readonly status: 'none' | 'accepted' | 'deleted' | 'already-gone' | 'refused';
  readonly code: string | null;
}

/** What still depends on an SAE secret, and who said so. */
export interface Blocker {
  readonly secretId: SecretId;
  readonly kind: 'application' | 'job';
  readonly name: string;
  readonly code: string | null;
  readonly seenBy: 'RelateApps' | 'DeleteSecret';
}

/** Why and how a saga turned back. */
export interface Compensation {
  readonly since: number;
  readonly cause: string;
  readonly endsIn: 'restored' | 'parked';
}

/** Until when a saga waits (epoch ms), which queue wakes it, and why. */
export interface Wait {
  /** null: until a person acts. */
  readonly until: number | null;
  readonly queue: WakeUpQueue;
  readonly why: string;
}

/** Which event, or which part of one, a saga belongs to; times are epoch ms. */
export interface EventName {
  readonly source: string;
  readonly id: string;
  /** 1 when the event was not split. */
  readonly part: number;
  /** The event's own time, or when it was received. */
  readonly time: number;
  /** Why the instance was decommissioned, as the event told it; for reports only. */
  readonly reason?: string;
}

/** A person's stop, until a moment (epoch ms) or until it is lifted. */
export interface Hold {
  readonly reason: string;
  readonly until: number | null;
  readonly by: string;
}

/** What a saga is opened for, and how far the policy of that moment lets it go. */
export interface Terms {
  readonly request: Request;
  readonly mode: Mode;
  /** The mode its plan is made for: a plan run shows, digest included, what a run in this mode would do. */
  readonly planFor: Exclude<Mode, 'plan'>;
  readonly soakSeconds: number;
  readonly recoveryWindowDays: number;
  readonly policyDigest: string;
}

/** Everything done for one instance in one generation: the fold of its facts. */
export interface Saga extends Terms {
  readonly sagaId: SagaId;
  readonly instance: Instance;
  readonly events: readonly EventName[];
  /** The generation before this one, which must have ended first. */
  readonly after: SagaId | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly state: State;
  readonly reason: string | null;
  /** Counts the saga's waits; a wake-up sent for an earlier one is a duplicate. */
  readonly turn: number;
  readonly wait: Wait | null;
  readonly hold: Hold | null;
  readonly plan: Plan | null;
  readonly planReturns: number;
  readonly approvedDigest: string | null;
  /** The plan whose secrets were counted against the hour's cap. */
  readonly allowedDigest: string | null;
  readonly secrets: Readonly<Record<string, SecretRecord>>;
  readonly stages: Readonly<Record<string, StageRecord>>;
  readonly blockers: readonly Blocker[];
  readonly blockedSince: number | null;
  readonly attempts: number;
  readonly attempt: Attempt | null;
  /** Schedules whose intent never got a reply; a restored saga goes on looking for their effect. */
  readonly unanswered: readonly IntendedSchedule[];
  readonly lastReplyAt: number | null;
  /** Failures in a row, by step. */
  readonly failures: Readonly<Record<string, number>>;
  readonly throttles: number;
  readonly soakUntil: number | null;
  readonly purgeStartedAt: number | null;
  readonly pivotAt: number | null;
  /** The number of the attempt that passed it. */
  readonly pivotAttempt: number | null;
  /** It passed its pivot in an earlier life: that can be undone no more, though what this one schedules can. */
  readonly pivotedBefore: boolean;
  readonly batch: {
    readonly calls: number;
    readonly answered: boolean;
    /** A reply of one was lost, so that nobody knows what it erased. */
    readonly untold: boolean;
    readonly namesSeen: number;
  };
  readonly verifyingSince: number | null;
  readonly lastLookAt: number | null;
  /** Set when a person must look once everything touched has been verified. */
  readonly parkAfterwards: string | null;
  readonly compensation: Compensation | null;
  readonly undoneBy: string | null;
  readonly calls: { readonly csms: number; readonly sae: number };
}

/** Whether the saga is over; a plan is, in plan mode. */
export const isTerminal = ({ state, mode }: Saga): boolean => {
  switch (state) {
    case 'gone':
    case 'restored':
    case 'refused':
    case 'parked':
    case 'compensation-failed':
      return true;
    case 'planned':
      return mode === 'plan';
    case 'received':
    case 'quarantined':
    case 'purging':
    case 'verifying':
    case 'compensating':
      return false;
  }
};

/** A terminal saga that a further event or a replay may open again under the same id. */
export const canReopen = (saga: Saga): boolean =>
  saga.state === 'refused' || saga.state === 'parked' || (saga.state === 'planned' && saga.mode === 'plan');

/** The queue whose function works on a saga in this state. */
export const queueOf = (state: State): WakeUpQueue => {
  switch (state) {
    case 'received':
    case 'planned':
    case 'quarantined':
    case 'purging':
      return 'deletions';
    case 'verifying':
    case 'gone':
    case 'parked':
      return 'verifications';
    case 'compensating':
    case 'restored':
    case 'refused':
    case 'compensation-failed':
      return 'compensations';
  }
};

/** Whether the plan that stands does not name a secret of ours, so that a schedule on it is cancelled even past the pivot. */
export const isUnplanned = (origin: SecretRecord['origin']): boolean => origin === 'earlier' || origin === 'stray';

/** Whether turning back is still possible: nothing irreversible of the purge's step 3 or later was ever intended. */
export const isBeforePivot = (saga: Saga): boolean => saga.pivotAt === null;
