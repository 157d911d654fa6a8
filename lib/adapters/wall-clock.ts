import type { Clock } from '../ports/clock.ts';
import { sleepBy } from './sleep.ts';

/** A timer holds 31 bits of milliseconds; a longer one fires at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

const alarm: Clock['alarm'] = (milliseconds, ring) => {
  const due = performance.now() + milliseconds;
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    timer = setTimeout(() => (due > performance.now() ? wait(due - performance.now()) : ring()), Math.min(Math.max(0, Math.ceil(left)), LONGEST_TIMER_MS));
  };
  wait(milliseconds);
  return () => clearTimeout(timer);
};

/** This machine's own time. */
export const wallClock: Clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: sleepBy(alarm), alarm };
