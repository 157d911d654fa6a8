import type { Api } from '../ports/clouds.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Policy } from '../saga/policy.ts';
import type { State } from '../saga/saga.ts';
import { type Asked, type Block, type Budget, type Granted, UNUSED, type Urgency, grantAll, putOff } from './budget.ts';
import { changeItem } from './item.ts';
import { type Hint, lessonOf } from './tempo.ts';

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
  /** Asks for the next free moment: calls go out evenly spaced, since a burst overruns a sliding window. Of those who ask at once the most urgent comes first. */
  reserve(api: Api, asked: Asked): Promise<Granted>;
  /** Tells that the API throttled us: everybody slows down, to the vendor's own figures where it gave any. */
  slowDown(api: Api, hint: Hint): Promise<void>;
}

export interface PaceParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly accountOf: (api: Api) => string;
}

export const makePace = (parts: PaceParts): Pace => {
  const lanes: Readonly<Record<Api, Lane>> = { csms: laneOf(parts, 'csms'), sae: laneOf(parts, 'sae') };
  return {
    reserve: (api, asked) => lanes[api].reserve(asked),
    slowDown: (api, hint) => lanes[api].slowDown(hint),
  };
};

/** The pace of one API. */
interface Lane {
  reserve(asked: Asked): Promise<Granted>;
  slowDown(hint: Hint): Promise<void>;
}

interface Asking extends Asked {
  readonly granted: (answer: Granted) => void;
  readonly failed: (error: unknown) => void;
}

const laneOf = ({ ledger, clock, policy, accountOf }: PaceParts, api: Api): Lane => {
  const baseMs = (policy.pace[api].perSeconds * 1_000) / policy.pace[api].calls;
  const asking: Asking[] = [];
  let block: Block | null = null;
  let isServing = false;

  const change = <T>(next: (budget: Budget, now: number) => { readonly body: Budget; readonly answer: T }): Promise<T> =>
    changeItem<Budget, T>(ledger, 'pace', `${api}/${accountOf(api)}`, (budget) => next(budget ?? UNUSED, clock.now()));

  /** A moment of the block this worker has already; null when that is used up or its time is over. */
  const ownMoment = (): Granted | null => {
    const at = block === null ? Infinity : Math.max(block.nextAt, clock.now());
    if (block === null || at >= block.endsAt) return null;
    block = { ...block, nextAt: at + block.spacingMs };
    return { kind: 'moment', at };
  };

  const serveFromLedger = async (some: readonly Asking[]): Promise<void> => {
    try {
      const answer = await change((budget, now) => {
        const answers = grantAll(budget, some, baseMs, now);
        return { body: answers.budget, answer: answers };
      });
      block = answer.block;
      answer.granted.forEach((granted, index) => some[index]?.granted(granted));
    } catch (error) {
      for (const { failed } of some) failed(error);
    }
  };

  const serve = async (): Promise<void> => {
    isServing = true;
    // Whoever asks in the same breath is there before the first is served.
    await Promise.resolve();
    while (asking.length > 0) {
      const left: Asking[] = [];
      for (const one of asking.splice(0).sort((a, b) => a.urgency - b.urgency)) {
        const own = ownMoment();
        if (own === null) left.push(one);
        else one.granted(own);
      }
      if (left.length > 0) await serveFromLedger(left);
    }
    isServing = false;
  };

  return {
    reserve: (asked) =>
      new Promise((granted, failed) => {
        asking.push({ ...asked, granted, failed });
        if (!isServing) void serve();
      }),
    slowDown: async (hint) => {
      block = null;
      await change((budget, now) => {
        const lesson = lessonOf(baseMs, budget.lesson, hint, now);
        return { body: putOff(budget, now + (hint.retryAfterMs ?? lesson.spacingMs), lesson), answer: undefined };
      });
    },
  };
};
