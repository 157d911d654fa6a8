import type { Clock } from '../../ports/clock.ts';
import type { Api } from '../../ports/clouds.ts';
import type { Controls } from '../../saga/controls.ts';
import { evolveAll } from '../../saga/evolve.ts';
import type { Dated } from '../../saga/facts.ts';
import { type Decision, NOTHING_SEEN, type Occurrence, type Sight } from '../../saga/input.ts';
import type { Saga } from '../../saga/saga.ts';
import type { TurnPace } from '../pace/turn-pace.ts';
import type { StoredSaga } from '../records/saga-store.ts';
import type { Workflow } from '../workflow.ts';
import { type Calls, NO_CALLS, plus } from './counted-calls.ts';

/** Who works on a saga: the same from the beginning of a turn to its end. */
export interface Worker {
  readonly workflow: Workflow;
  /** Names this worker's lease. */
  readonly token: string;
  readonly pace: TurnPace;
}

/** The saga as its worker has it at one moment of a turn: what the ledger holds, plus facts not written yet. */
export interface Work {
  readonly stored: StoredSaga;
  readonly facts: readonly Dated[];
  /** As it stands with those facts. */
  readonly saga: Saga;
  readonly calls: Calls;
  readonly sight: Sight;
  readonly controls: Controls;
  readonly occurrence: Occurrence;
  /** A reply that is not in the ledger yet: it must survive a write of somebody else's coming in between. */
  readonly unwrittenReply: Occurrence | null;
  /** How far the wall clock was from the monotonic one when this was seen. */
  readonly drift: number;
  /** Whose pace let the next call go, and when (monotonic ms); null when none did. */
  readonly admitted: { readonly api: Api; readonly at: number } | null;
  /** Whether the call's place went to a list that it turned out to need first. */
  readonly gaveItsPlace: boolean;
}

const driftOf = (clock: Clock): number => clock.now() - clock.monotonic();

/** How a turn begins, with what the ledger holds. */
export const begin = (stored: StoredSaga, controls: Controls, clock: Clock): Work => ({
  stored,
  facts: [],
  saga: stored.saga,
  calls: NO_CALLS,
  sight: NOTHING_SEEN,
  controls,
  occurrence: { kind: 'woken' },
  unwrittenReply: null,
  drift: driftOf(clock),
  admitted: null,
  gaveItsPlace: false,
});

/** Apart from being set, a wall clock stays this close to the monotonic one over a turn. */
const CLOCK_SET_MS = 1_000;

/** Once the wall clock was set, the age of what was seen before cannot be told from it: that is seen anew. */
export const withTrustedSight = (work: Work, clock: Clock): Work => {
  const drift = driftOf(clock);
  return Math.abs(drift - work.drift) < CLOCK_SET_MS ? work : { ...work, sight: NOTHING_SEEN, drift };
};

/** With what a decision states. */
export const withDecision = (work: Work, { facts, saga }: Decision): Work => ({ ...work, facts: [...work.facts, ...facts], saga });

/** With what a decision states, but for the intent that it ends in: that call is not going out now. */
export const withoutIntent = (work: Work, decision: Decision, occurrence: Occurrence): Work => {
  if (decision.next.do !== 'call') return { ...withDecision(work, decision), occurrence };
  const facts = decision.facts.slice(0, -1);
  return { ...work, facts: [...work.facts, ...facts], saga: evolveAll(work.saga, facts), occurrence };
};

/** With so many further HTTP requests, which its next write counts. */
export const withCalls = (work: Work, calls: Calls): Work => ({ ...work, calls: plus(work.calls, calls) });
