import { type Controls, holdOn, isInForce, stopOf } from '../../saga/controls.ts';
import type { Hold, Saga } from '../../saga/saga.ts';
import { targetsOf } from './targets.ts';

const longest = (holds: readonly Hold[]): Hold | null => holds.toSorted((a, b) => (b.until ?? Infinity) - (a.until ?? Infinity))[0] ?? null;

/** The targets on hold at `now` that a saga answers to. */
export const heldTargetsOf = (saga: Saga, controls: Controls, now: number): string[] => targetsOf(saga).filter((target) => holdOn(controls, target, now) !== null);

const holdsOn = (saga: Saga, controls: Controls, now: number): Hold[] => heldTargetsOf(saga, controls, now).map((target) => holdOn(controls, target, now)).filter((hold) => hold !== null);

/** The longest of the holds on record that concern a saga, whatever is written on the saga itself. */
export const recordedHoldOn = (saga: Saga, controls: Controls, now: number): Hold | null => longest(holdsOn(saga, controls, now));

/** What holds a saga at `now`: a hold may be older than the saga, and is over at its end whether or not the saga has looked since. */
export const holdOf = (saga: Saga, controls: Controls, now: number): Hold | null =>
  longest([...(saga.hold !== null && isInForce(saga.hold, now) ? [saga.hold] : []), ...holdsOn(saga, controls, now)]);

/** Why a saga waits, as of `now`; null when it waits for nothing, or for the end of a stop that is over. */
export const whyWaiting = (saga: Saga, controls: Controls, now: number): string | null => {
  const why = saga.wait?.why ?? null;
  const isOver = why !== null && /^(held|paused)/.test(why) && stopOf(saga, controls, now) === null && holdOf(saga, controls, now) === null;
  return isOver ? null : why;
};
