import type { Clock } from '../../ports/clock.ts';
import { sleepBy } from '../sleep.ts';

/** Where the offset from wall time is kept, in milliseconds. */
export interface Offset {
  read(): number;
  /** Adds durably and gives back the sum. */
  add(milliseconds: number): number;
}

/** A clock that can be moved forward: both its readings jump, and whoever's sleep is over by then wakes (interfaces.md, State and clouds). */
export interface AdvancingClock extends Clock {
  /** Moves the clock forward by whole milliseconds, for every later opening of the state too; throws RangeError for a step back. */
  advance(milliseconds: number): void;
}

interface Armed {
  readonly due: number;
  readonly ring: () => void;
  silence: () => void;
}

export const advancingClock = (wall: Clock, stored: Offset): AdvancingClock => {
  let offset = stored.read();
  // Counted apart from the offset, which another process may have raised meanwhile: `monotonic` must show our own jumps only.
  let jumped = 0;
  const armed = new Set<Armed>();
  const monotonic = (): number => wall.monotonic() + jumped;

  const arm = (one: Armed): void => {
    one.silence = wall.alarm(Math.max(0, one.due - monotonic()), () => {
      armed.delete(one);
      one.ring();
    });
  };

  const alarm: Clock['alarm'] = (milliseconds, ring) => {
    const one: Armed = { due: monotonic() + milliseconds, ring, silence: () => undefined };
    armed.add(one);
    arm(one);
    return () => {
      armed.delete(one);
      one.silence();
    };
  };

  return {
    now: () => wall.now() + offset,
    monotonic,
    sleep: sleepBy(alarm),
    alarm,
    advance: (milliseconds) => {
      if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) throw new RangeError(`a clock moves forward by whole milliseconds, not by ${milliseconds}`);
      offset = stored.add(milliseconds);
      jumped += milliseconds;
      for (const one of armed) {
        one.silence();
        if (one.due > monotonic()) arm(one);
        else {
          armed.delete(one);
          one.ring();
        }
      }
    },
  };
};
