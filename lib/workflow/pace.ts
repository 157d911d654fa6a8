import type { Api } from '../ports/clouds.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Policy } from '../saga/policy.ts';
import type { Quota } from '../saga/verdict.ts';
import { type InTurn, inTurn } from './in-turn.ts';
import { changeItem } from './item.ts';

/** The state of one account's budget for one API, shared by all workers through the ledger. */
interface Budget {
  /** When the next call that nobody has reserved yet may go out. */
  readonly nextAt: number;
  readonly spacingMs: number;
  readonly slowedAt: number;
}

interface Block {
  readonly spacingMs: number;
  readonly endsAt: number;
  nextAt: number;
}

/** A worker reserves about this much of the budget at once, so that the ledger is not asked before every call. */
const BLOCK_MS = 1_000;
const SLOWEST_MS = 60_000;
/** The spacing creeps back by this factor with each block once a throttling lies this far back. */
const CREEP = 0.8;
const CREEP_AFTER_MS = 2_000;

export interface Pace {
  /** Reserves the next free moment for one call: calls go out evenly spaced, since a burst overruns a sliding window. */
  reserve(api: Api): Promise<number>;
  /** Tells that the API throttled us: everybody slows down, to the vendor's own figures where it gave any. */
  slowDown(api: Api, hint: { readonly retryAfterMs: number | null; readonly quota: Quota | null }): Promise<void>;
}

export interface PaceParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly accountOf: (api: Api) => string;
}

export const makePace = ({ ledger, clock, policy, accountOf }: PaceParts): Pace => {
  const blocks = new Map<Api, Block>();
  const turns: Readonly<Record<Api, InTurn>> = { csms: inTurn(), sae: inTurn() };
  const baseSpacing = (api: Api): number => (policy.pace[api].perSeconds * 1_000) / policy.pace[api].calls;
  const idOf = (api: Api): string => `${api}/${accountOf(api)}`;

  const lease = (api: Api): Promise<Block> =>
    changeItem<Budget, Block>(ledger, 'pace', idOf(api), (budget) => {
      const now = clock.now();
      const base = baseSpacing(api);
      const slowed = budget !== null && now - budget.slowedAt < CREEP_AFTER_MS;
      const spacingMs = budget === null ? base : Math.max(base, slowed ? budget.spacingMs : budget.spacingMs * CREEP);
      const from = Math.max(now, budget?.nextAt ?? 0);
      const endsAt = from + spacingMs * Math.max(1, Math.floor(BLOCK_MS / spacingMs));
      return { body: { nextAt: endsAt, spacingMs, slowedAt: budget?.slowedAt ?? 0 }, answer: { spacingMs, endsAt, nextAt: from } };
    });

  const take = async (api: Api): Promise<number> => {
    const known = blocks.get(api);
    const at = known === undefined ? Infinity : Math.max(known.nextAt, clock.now());
    if (known !== undefined && at < known.endsAt) {
      known.nextAt = at + known.spacingMs;
      return at;
    }
    const block = await lease(api);
    blocks.set(api, block);
    const first = block.nextAt;
    block.nextAt += block.spacingMs;
    return first;
  };

  return {
    reserve: (api) => turns[api](() => take(api)),
    slowDown: async (api, { retryAfterMs, quota }) => {
      blocks.delete(api);
      await changeItem<Budget, void>(ledger, 'pace', idOf(api), (budget) => {
        const now = clock.now();
        const spacing = budget?.spacingMs ?? baseSpacing(api);
        const asked = quota === null ? spacing * 2 : (quota.perSeconds * 1_000) / quota.calls;
        // One burst of refusals is one throttling: it halves the pace once.
        const spacingMs = budget !== null && now - budget.slowedAt < CREEP_AFTER_MS ? spacing : Math.min(SLOWEST_MS, Math.max(spacing, asked));
        return { body: { nextAt: Math.max(budget?.nextAt ?? 0, now + (retryAfterMs ?? spacingMs)), spacingMs, slowedAt: now }, answer: undefined };
      });
    },
  };
};
