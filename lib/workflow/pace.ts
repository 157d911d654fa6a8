import type { Api } from '../ports/clouds.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Policy } from '../saga/policy.ts';
import type { State } from '../saga/saga.ts';
import { changeItem } from './item.ts';
import { type Hint, type Lesson, lessonOf, spacingAt } from './tempo.ts';

/** What presses more is served first: turning back has a date, a proof waits for nobody, a deletion can wait, and a sweep's own looks longest. */
export type Urgency = 0 | 1 | 2 | 3;
export const LEAST_URGENT: Urgency = 3;

/** How urgent the calls of a saga in that state are. */
export const urgencyOf = (state: State): Urgency => {
  switch (state) {
    case 'compensating':
      return 0;
    case 'verifying':
      return 1;
    case 'received':
    case 'planned':
    case 'quarantined':
    case 'purging':
    case 'gone':
    case 'restored':
    case 'refused':
    case 'parked':
    case 'compensation-failed':
      return 2;
  }
};

export interface Pace {
  /** Reserves the next free moment for one call (epoch ms): calls go out evenly spaced, since a burst overruns a sliding window. Of those who ask at once the most urgent comes first. */
  reserve(api: Api, urgency: Urgency): Promise<number>;
  /** The moment for a call whose own was waited for by a message: now, or a little later where several come back at once. */
  redeem(api: Api): number;
  /** Tells that the API throttled us: everybody slows down, to the vendor's own figures where it gave any. */
  slowDown(api: Api, hint: Hint): Promise<void>;
}

/** The state of one account's budget for one API, shared by all workers through the ledger. */
interface Budget {
  /** When the next call that nobody has reserved yet may go out. */
  readonly nextAt: number;
  /** The same for calls that pass all others; each puts off the others by one. */
  readonly expressAt: number;
  readonly lesson: Lesson | null;
}

/** Moments of the budget that this worker has taken at once. */
interface Block {
  readonly spacingMs: number;
  readonly endsAt: number;
  nextAt: number;
}

interface Ask {
  readonly urgency: Urgency;
  readonly granted: (at: number) => void;
  readonly failed: (error: unknown) => void;
}

/** A worker reserves about this much of the budget at once, so that the ledger is not asked before every call. */
const BLOCK_MS = 1_000;
/** A call that turns back does not wait behind more than this of others'. */
const PATIENCE_MS = 2_000;

export interface PaceParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly accountOf: (api: Api) => string;
}

export const makePace = (parts: PaceParts): Pace => {
  const lanes: Readonly<Record<Api, Lane>> = { csms: laneOf(parts, 'csms'), sae: laneOf(parts, 'sae') };
  return {
    reserve: (api, urgency) => lanes[api].reserve(urgency),
    redeem: (api) => lanes[api].redeem(),
    slowDown: (api, hint) => lanes[api].slowDown(hint),
  };
};

/** The pace of one API. */
interface Lane {
  reserve(urgency: Urgency): Promise<number>;
  redeem(): number;
  slowDown(hint: Hint): Promise<void>;
}

const laneOf = ({ ledger, clock, policy, accountOf }: PaceParts, api: Api): Lane => {
  const baseMs = (policy.pace[api].perSeconds * 1_000) / policy.pace[api].calls;
  const asking: Ask[] = [];
  let block: Block | null = null;
  let isServing = false;
  let redeemedUntil = 0;

  const change = <T>(next: (budget: Budget, now: number) => { readonly body: Budget; readonly answer: T }): Promise<T> =>
    changeItem<Budget, T>(ledger, 'pace', `${api}/${accountOf(api)}`, (budget) => next(budget ?? { nextAt: 0, expressAt: 0, lesson: null }, clock.now()));

  /** A block for whoever asks next, or one moment before all others for a call that cannot wait behind them. */
  const lease = (urgency: Urgency): Promise<Block> =>
    change((budget, now) => {
      const spacingMs = spacingAt(baseMs, budget.lesson, now);
      const from = Math.max(now, budget.nextAt);
      if (urgency === 0 && from - now > PATIENCE_MS) {
        const at = Math.max(now, budget.expressAt);
        return { body: { ...budget, nextAt: from + spacingMs, expressAt: at + spacingMs }, answer: { spacingMs, nextAt: at, endsAt: at + spacingMs } };
      }
      const endsAt = from + spacingMs * Math.max(1, Math.floor(BLOCK_MS / spacingMs));
      return { body: { ...budget, nextAt: endsAt }, answer: { spacingMs, nextAt: from, endsAt } };
    });

  const moment = async (urgency: Urgency): Promise<number> => {
    const open = block !== null && Math.max(block.nextAt, clock.now()) < block.endsAt ? block : await lease(urgency);
    block = open;
    const at = Math.max(open.nextAt, clock.now());
    open.nextAt = at + open.spacingMs;
    return at;
  };

  const serve = async (): Promise<void> => {
    isServing = true;
    // Whoever asks in the same breath is there before the first is served.
    await Promise.resolve();
    for (let next = mostUrgent(asking); next !== null; next = mostUrgent(asking)) await moment(next.urgency).then(next.granted, next.failed);
    isServing = false;
  };

  return {
    reserve: (urgency) =>
      new Promise((granted, failed) => {
        asking.push({ urgency, granted, failed });
        if (!isServing) void serve();
      }),
    redeem: () => {
      const at = Math.max(clock.now(), redeemedUntil);
      redeemedUntil = at + (block?.spacingMs ?? baseMs);
      return at;
    },
    slowDown: async (hint) => {
      block = null;
      await change((budget, now) => {
        const lesson = lessonOf(baseMs, budget.lesson, hint, now);
        const at = now + (hint.retryAfterMs ?? lesson.spacingMs);
        return { body: { nextAt: Math.max(budget.nextAt, at), expressAt: Math.max(budget.expressAt, at), lesson }, answer: undefined };
      });
    },
  };
};

/** Takes the most urgent ask out, the first of its kind; null when there is none. */
const mostUrgent = (asking: Ask[]): Ask | null => {
  const [first] = asking.toSorted((a, b) => a.urgency - b.urgency);
  if (first === undefined) return null;
  asking.splice(asking.indexOf(first), 1);
  return first;
};
