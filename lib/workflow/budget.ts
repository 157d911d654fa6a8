import { type Lesson, spacingAt } from './tempo.ts';

/** What presses more is served first: turning back has a date, a proof waits for nobody, a deletion can wait, and a sweep's own looks longest. */
export type Urgency = 0 | 1 | 2 | 3;
export const MOST_URGENT: Urgency = 0;
export const LEAST_URGENT: Urgency = 3;

/** One account's budget for one API, shared by all workers. All moments are epoch milliseconds. */
export interface Budget {
  /** When the next call that nobody has reserved yet may go out. */
  readonly nextAt: number;
  /** When whoever asks next may come back, if it cannot wait where it is: behind all who were told so before. */
  readonly ticketAt: number;
  /** When the next call that passes all others may go out; each puts off the others by one. */
  readonly expressAt: number;
  readonly lesson: Lesson | null;
}

export const UNUSED: Budget = { nextAt: 0, ticketAt: 0, expressAt: 0, lesson: null };

export interface Asked {
  readonly urgency: Urgency;
  /** Whether this call's moment was waited for by a message; `more` for what the same turn calls after it. */
  readonly ticket: 'none' | 'first' | 'more';
}

/** A moment for one call, or when to come back and ask with a ticket. */
export type Granted = { readonly kind: 'moment'; readonly at: number } | { readonly kind: 'ticket'; readonly until: number };

/** Moments that one worker has taken at once. */
export interface Block {
  readonly spacingMs: number;
  readonly endsAt: number;
  readonly nextAt: number;
}

/** So long a call waits where it is: no message could be delayed more finely. */
export const PATIENCE_MS = 2_000;
/** Whoever came back was promised a moment: it waits longer before it is sent off again. */
const PATIENCE_WITH_TICKET_MS = 5_000;
/** While nobody waits a worker takes this much of the budget at once, so that the ledger is not asked before every call. */
const BLOCK_MS = 1_000;

const grant = (budget: Budget, { urgency, ticket }: Asked, spacingMs: number, now: number): readonly [Budget, Granted] => {
  const at = Math.max(now, budget.nextAt);
  const ticketAt = Math.max(budget.ticketAt, at);
  const waitsMs = ticket === 'none' ? ticketAt - now : at - now;
  if (waitsMs <= (ticket === 'none' ? PATIENCE_MS : PATIENCE_WITH_TICKET_MS)) {
    // A ticket's own call was reckoned with when the ticket was given.
    const after = ticket === 'first' ? ticketAt : ticketAt + spacingMs;
    return [{ ...budget, nextAt: at + spacingMs, ticketAt: Math.max(after, at + spacingMs) }, { kind: 'moment', at }];
  }
  if (urgency === MOST_URGENT) {
    const express = Math.max(now, budget.expressAt);
    const after = { ...budget, nextAt: at + spacingMs, ticketAt: ticketAt + spacingMs, expressAt: express + spacingMs };
    return [after, express - now > PATIENCE_WITH_TICKET_MS ? { kind: 'ticket', until: express } : { kind: 'moment', at: express }];
  }
  return [{ ...budget, ticketAt: ticketAt + spacingMs }, { kind: 'ticket', until: ticketAt }];
};

/** Serves all who ask, in their order, and takes a block ahead for those who will ask next, unless others are waiting already. */
export const grantAll = (before: Budget, asked: readonly Asked[], baseMs: number, now: number): { readonly budget: Budget; readonly granted: readonly Granted[]; readonly block: Block | null } => {
  const spacingMs = spacingAt(baseMs, before.lesson, now);
  let budget = before;
  const granted = asked.map((one) => {
    const [next, answer] = grant(budget, one, spacingMs, now);
    budget = next;
    return answer;
  });
  const isCrowded = Math.max(budget.ticketAt, budget.nextAt) - now > PATIENCE_MS;
  const ahead = isCrowded ? 0 : Math.floor(BLOCK_MS / spacingMs) - asked.length;
  if (ahead <= 0) return { budget, granted, block: null };
  const from = Math.max(now, budget.nextAt);
  const endsAt = from + ahead * spacingMs;
  return { budget: { ...budget, nextAt: endsAt, ticketAt: Math.max(budget.ticketAt, endsAt) }, granted, block: { spacingMs, nextAt: from, endsAt } };
};

/** After a throttling: nobody goes before that moment. */
export const putOff = (budget: Budget, until: number, lesson: Lesson): Budget => ({
  nextAt: Math.max(budget.nextAt, until),
  ticketAt: Math.max(budget.ticketAt, until),
  expressAt: Math.max(budget.expressAt, until),
  lesson,
});
