import type { SagaId } from '../../events/messages.ts';
import type { Instance } from '../saga/instance.ts';
import type { EventName, State } from '../saga/saga.ts';
import type { Verdict } from '../saga/verdict.ts';
import type { Api } from './clouds.ts';

/** What an observation belongs to: a saga, or what a message says of itself. */
export interface Subject {
  readonly sagaId?: SagaId;
  readonly instance?: Instance;
  readonly events: readonly Pick<EventName, 'id'>[];
}

/**
 * What an operator is told while it happens: codes, counts and ids. No variant has room for a secret's value, a token, a
 * signed header or a reply's body (H58), and texts people wrote are left out.
 */
export type Observation =
  | { readonly kind: 'reached'; readonly state: State; readonly from: State | null; readonly reason: string | null }
  /** `until` is epoch ms, null when only a person's act ends the wait. */
  | { readonly kind: 'waits'; readonly why: string; readonly until: number | null; readonly delayMs: number | null }
  /** One call with its verdict, throttlings included; `requests` counts the HTTP requests it took. */
  | { readonly kind: 'called'; readonly api: Api; readonly operation: string; readonly verdict: Verdict; readonly requests: number; readonly milliseconds: number }
  /** Something a person must look at although the saga goes on, such as a raced secret. */
  | { readonly kind: 'alarm-raised'; readonly reason: string }
  | { readonly kind: 'message-parked'; readonly queue: string; readonly messageId: string }
  /** The message will be delivered again; `cause` is the fault's name and message. */
  | { readonly kind: 'message-failed'; readonly messageId: string; readonly cause: string }
  /** A sweep came upon a secret that no event told of: linked to an instance whose decommission is on record, or of a settled secret's name (H56). */
  | { readonly kind: 'found'; readonly how: 'returned' | 'late'; readonly linked: boolean; readonly scope: string; readonly secretId: string }
  /** A sweep woke a saga whose message was lost or never sent; `lateMs` after its time, null where it had none. */
  | { readonly kind: 'woken-late'; readonly lateMs: number | null }
  | { readonly kind: 'list-not-believed'; readonly scope: string; readonly why: string }
  /** A digest did not go out and is told again; `cause` is the notifier's. */
  | { readonly kind: 'nobody-told'; readonly cause: string };

/** Where observations go. It MUST NOT throw and MUST NOT wait: telling never changes what happens. */
export interface Telemetry {
  tell(observation: Observation, about: Subject | null): void;
}
