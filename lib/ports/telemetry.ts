import type { Saga, State } from '../saga/saga.ts';
import type { Verdict } from '../saga/verdict.ts';
import type { Api } from './clouds.ts';

/** The saga an observation belongs to. */
export type Subject = Pick<Saga, 'sagaId' | 'instance' | 'events'>;

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
  | { readonly kind: 'message-failed'; readonly messageId: string; readonly cause: string };

/** Where observations go. It MUST NOT throw and MUST NOT wait: telling never changes what happens. */
export interface Telemetry {
  tell(observation: Observation, about: Subject | null): void;
}
