import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** A timer holds 31 bits of milliseconds; a longer one fires at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** This machine's own time; a sleep rejects with the signal's reason, as the port asks. */
export const wallClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    signal?.throwIfAborted();
    const due = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = due - performance.now()) {
      await wait(Math.min(Math.ceil(left), LONGEST_TIMER_MS), undefined, signal === undefined ? {} : { signal });
    }
  },
};
