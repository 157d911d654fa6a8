import type { Clock } from '../../../lib/ports/clock.ts';

/** A clock that only moves when told; whoever sleeps on it moves it. */
export interface StillClock extends Clock {
  move(milliseconds: number): void;
}

export const stillClock = (start: number): StillClock => {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now,
    alarm: () => () => undefined,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    move: (milliseconds) => {
      now += milliseconds;
    },
  };
};
