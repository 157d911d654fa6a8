/**
 * What a reply means. Adapters turn every reply into one of these; nobody above them reads a status code or a message
 * (design.md, Verdicts). `code` is the vendor's own error code, or a word in lower case where the reply had none
 * (`deadline`, `connection-refused`, `unreadable-body`, `body-too-large`, `namespace-not-found`).
 */
export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'alreadyGone'; readonly code: string }
  | { readonly kind: 'pending'; readonly code: string }
  | { readonly kind: 'notPending'; readonly code: string }
  | { readonly kind: 'blocked'; readonly code: string; readonly blocker: { readonly kind: 'job' | 'application'; readonly name: string } }
  /** `retryAfterMs` and `quota` are hints read out of the reply, where it gave any; the clients bound them. */
  | { readonly kind: 'throttled'; readonly code: string; readonly retryAfterMs: number | null; readonly quota: Quota | null }
  | { readonly kind: 'unknown'; readonly code: string }
  | { readonly kind: 'retryable'; readonly code: string }
  | { readonly kind: 'unauthenticated'; readonly code: string }
  | { readonly kind: 'terminal'; readonly code: string };

/** A limit as a throttled reply named it. */
export interface Quota {
  readonly calls: number;
  readonly perSeconds: number;
}

/** Every verdict but success. */
export type Failure = Exclude<Verdict, { kind: 'done' }>;
