import type { Stage } from '../../events/decommissioned-instance.ts';
import type { NamespaceId, Region, SecretName } from '../../events/ids.ts';
import type { Controls } from './controls.ts';
import type { Dated, Told } from './facts.ts';
import type { Attempt, Saga } from './saga.ts';
import type { CsmsSecret, SaeSecret } from './seen.ts';
import type { Failure, Verdict } from './verdict.ts';

export interface Claim {
  readonly key: string;
  readonly take: boolean;
}

/** What `decide` wants to see before it goes on; a part already seen late enough is not read again. */
export interface LookRequest {
  /** Reads must begin after this moment (epoch ms). */
  readonly begunAfter: number;
  readonly csms: boolean;
  readonly show: readonly SecretName[];
  readonly stages: readonly Stage[];
  readonly sae: readonly { readonly region: Region; readonly namespaceId: NamespaceId }[];
  /** Secrets this saga means to delete and wants to be the only one to; `take` also bars others from them. */
  readonly claims: readonly Claim[];
  /** How many planned secrets to count against the hour's cap, by cloud. */
  readonly allowance: { readonly huawei: number; readonly alibaba: number } | null;
}

/** What has been seen so far in this turn, each part with the moment its reading began. */
export interface Sight {
  /** `readMs`: how long it took to read to its end. */
  readonly csms: { readonly begunAt: number; readonly readMs: number; readonly secrets: readonly CsmsSecret[] } | null;
  readonly shown: Readonly<Record<string, { readonly begunAt: number; readonly answer: CsmsSecret | 'not-found' }>>;
  readonly stages: Readonly<Record<string, { readonly begunAt: number; readonly present: boolean }>>;
  readonly sae: Readonly<Record<string, { readonly begunAt: number; readonly readMs: number; readonly secrets: readonly SaeSecret[] }>>;
  /** By key, the open saga that claimed it first. */
  readonly claimed: { readonly begunAt: number; readonly by: Readonly<Record<string, string>>; readonly keys: readonly string[] } | null;
  readonly allowance: { readonly granted: true } | { readonly granted: false; readonly until: number } | null;
  /** The first read of the last look that failed, and what it was of. */
  readonly failure: { readonly of: string; readonly failure: Failure } | null;
}

export const NOTHING_SEEN: Sight = { csms: null, shown: {}, stages: {}, sae: {}, claimed: null, allowance: null, failure: null };

export interface Reply {
  readonly verdict: Verdict;
  readonly told: Told;
}

/** What has just come about, as the shell tells it. */
export type Occurrence =
  | { readonly kind: 'woken' }
  | { readonly kind: 'committed' }
  | { readonly kind: 'looked' }
  | { readonly kind: 'replied'; readonly number: number; readonly reply: Reply }
  /** The intent stands in the ledger, and its writer states that it did not call. */
  | { readonly kind: 'withdrawn'; readonly number: number; readonly why: string }
  /** The API's pace leaves no room before `until`. */
  | { readonly kind: 'paced'; readonly until: number };

export interface Input {
  readonly occurrence: Occurrence;
  readonly sight: Sight;
  readonly controls: Controls;
  /** Whether the generation before this one is still at work. */
  readonly previousOpen: boolean;
}

/** What the shell does next. Whatever it is, it first writes the decision's facts where a crash must not lose them. */
export type Next =
  | { readonly do: 'look'; readonly look: LookRequest }
  /** Write the facts, then ask again. */
  | { readonly do: 'commit' }
  /** The facts end in this attempt's intent: write them, make the call, tell the reply. */
  | { readonly do: 'call'; readonly attempt: Attempt }
  /** The saga's `wait` says until when and where. */
  | { readonly do: 'wait' }
  | { readonly do: 'end' };

export interface Decision {
  readonly facts: readonly Dated[];
  /** The saga as it stands once they are facts. */
  readonly saga: Saga;
  readonly next: Next;
}
