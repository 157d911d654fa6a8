import type { Mode } from '../../events/decommission.ts';
import { DAY_MS } from './day.ts';
import type { Dated } from './facts.ts';
import { type Policy, moreCareful, policyDigest } from './policy.ts';
import { type Saga, type Terms, canReopen } from './saga.ts';

export type Reopening = { readonly kind: 'reopens'; readonly fact: Dated; readonly planOnly: boolean } | { readonly kind: 'stays'; readonly why: string };

/** Whether something decided at that time may no longer be carried out, only planned (H16). */
export const isStale = (time: number, policy: Policy, now: number): boolean => now - time > policy.maxEventAgeDays * DAY_MS;

/** The terms on which a saga goes round again: all it was opened for, and no less care than then, whatever is allowed or asked now. */
export const termsAgain = (saga: Saga, policy: Policy, asked?: Mode): Terms => {
  const allowed = moreCareful(policy.mode, asked);
  return {
    request: saga.request,
    mode: moreCareful(allowed, saga.mode),
    planFor: moreCareful(allowed, saga.planFor) === 'immediate' ? 'immediate' : 'recoverable',
    soakSeconds: policy.soakSeconds,
    recoveryWindowDays: policy.recoveryWindowDays,
    policyDigest: policyDigest(policy),
  };
};

/** Whether a person may send a parked or refused saga round again, and the fact that does it; `by` says who and why. */
export const reopeningOf = (saga: Saga, policy: Policy, by: string, now: number): Reopening => {
  if (saga.state === 'planned' || !canReopen(saga)) return { kind: 'stays', why: `it is ${saga.state}, neither parked nor refused` };
  // A plan run leaves no event behind.
  const decidedAt = saga.events.length === 0 ? saga.startedAt : Math.max(...saga.events.map(({ time }) => time));
  const terms = termsAgain(saga, policy);
  const mode = isStale(decidedAt, policy, now) ? 'plan' : terms.mode;
  return { kind: 'reopens', planOnly: mode === 'plan', fact: { type: 'Reopened', at: now, by, event: null, ...terms, mode } };
};
