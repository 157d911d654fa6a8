import { evolveAll } from './evolve.ts';
import type { Dated, Fact } from './facts.ts';
import type { Input, Next } from './input.ts';
import type { Policy } from './policy.ts';
import { type Attempt, type Call, type Saga, isBeforePivot, queueOf } from './saga.ts';
import { cancelBy, lookForUnseenBy, nextLastChance } from './schedules.ts';

/** One pass of `decide`: the saga as it would stand after the facts gathered so far, and all there is to decide by. */
export interface Turn {
  readonly saga: Saga;
  readonly facts: readonly Dated[];
  readonly input: Input;
  readonly policy: Policy;
  readonly now: number;
}

/** A step ends with what the shell does next, or with a turn to go on deciding from. */
export type TurnOutcome = { readonly turn: Turn; readonly next: Next | 'decide-again' };

/** States facts: they are folded at once, and written before anything is done about them. */
export const record = (turn: Turn, ...facts: readonly Fact[]): Turn => {
  const dated = facts.map((fact): Dated => ({ ...fact, at: turn.now }));
  return { ...turn, saga: evolveAll(turn.saga, dated), facts: [...turn.facts, ...dated] };
};

/** Goes on deciding at once, from the saga as it stands now. */
export const again = (turn: Turn): TurnOutcome => ({ turn, next: 'decide-again' });
/** Ends in a write of the facts so far, then decides anew. */
export const commit = (turn: Turn): TurnOutcome => ({ turn, next: { do: 'commit' } });
/** Nothing is left to do, and nothing to wait for. */
export const end = (turn: Turn): TurnOutcome => ({ turn, next: { do: 'end' } });
/** Waits as the saga's `wait` says already. */
export const stillWaiting = (turn: Turn): TurnOutcome => ({ turn, next: { do: 'wait' } });

/** A wait that is repeated without bound never gets shorter than this, or a zero in the policy would be a tight loop. */
const FLOOR_MS = 1_000;
export const atLeastFloor = (milliseconds: number): number => Math.max(FLOOR_MS, milliseconds);

/** How often a quarantine that was let run out is looked at in its last hours: until its date a hold or a pause still saves it. */
const LAST_HOURS_RECHECK_MS = 3_600_000;

/**
 * By when a saga must be awake for the sake of its schedules: to look for those that never got a reply, to look once more for
 * what it missed, or to decide its quarantine; in the last hours each hour, while that still helps.
 */
const awakeBy = ({ saga, policy, now }: Turn): number | null => {
  const decideBy = isBeforePivot(saga) && saga.state !== 'compensating' ? cancelBy(saga) : null;
  const inTime = [decideBy, lookForUnseenBy(saga, now)].flatMap((by) => (by === null ? [] : [by > now ? by : now + LAST_HOURS_RECHECK_MS]));
  const lastChance = saga.state === 'compensating' ? nextLastChance(saga, policy, now) : null;
  const first = Math.min(...inTime, lastChance ?? Infinity);
  return first === Infinity ? null : first;
};

/** Waits until then, but not past the moment by which its schedules need it awake. */
export const wait = (turn: Turn, until: number | null, why: string): TurnOutcome => {
  const { saga } = turn;
  const latest = awakeBy(turn);
  const bounded = latest === null ? until : Math.min(until ?? latest, latest);
  // Backoff and pace come in fractions; a date in the ledger is a whole millisecond.
  const whole = bounded === null ? null : Math.ceil(bounded);
  return stillWaiting(record(turn, { type: 'Waited', wait: { until: whole, queue: queueOf(saga.state), why } }));
};

/** Ends the saga in that state. */
export const settle = (turn: Turn, state: Extract<Fact, { type: 'Settled' }>['state'], reason: string | null): TurnOutcome =>
  again(record(turn, { type: 'Settled', state, reason }));

const UNDO: Readonly<Record<Call['op'], string | null>> = {
  schedule: 'cancel the scheduled deletion',
  cancel: 'schedule the deletion again',
  'delete-copy': null,
  'delete-stage': null,
  'batch-delete': null,
  'delete-named': null,
};

/** Intends one call: its intent and its undo are facts before anything is sent. */
export const intend = (turn: Turn, call: Call): TurnOutcome => {
  const { saga, now, policy } = turn;
  const notAfter = now + policy.retry.deadlineSeconds * 1_000;
  const attempt: Attempt = {
    number: saga.attempts + 1,
    call,
    at: now,
    notAfter,
    settledAt: notAfter + policy.retry.settleSeconds * 1_000,
    undo: UNDO[call.op],
    unknownBecause: null,
  };
  return { turn: record(turn, { type: 'CallIntended', attempt }), next: { do: 'call', attempt } };
};
