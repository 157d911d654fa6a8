import type { Clock } from '../../ports/clock.ts';

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

export const advancingClock = (wall: Clock, stored: Offset): AdvancingClock => {
  let offset = stored.read();
  // Counted apart from the offset, which another process may have raised meanwhile: `monotonic` must show our own jumps only.
  let jumped = 0;
  const naps = new Set<AbortController>();
  const monotonic = (): number => wall.monotonic() + jumped;

  const nap = async (milliseconds: number, signal: AbortSignal | undefined): Promise<void> => {
    const waking = new AbortController();
    const wake = (): void => waking.abort();
    signal?.addEventListener('abort', wake, { once: true });
    naps.add(waking);
    try {
      await wall.sleep(milliseconds, waking.signal);
    } catch (fault) {
      signal?.throwIfAborted();
      if (!waking.signal.aborted) throw fault;
    } finally {
      naps.delete(waking);
      signal?.removeEventListener('abort', wake);
    }
  };

  return {
    now: () => wall.now() + offset,
    monotonic,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      const due = monotonic() + milliseconds;
      for (let left = milliseconds; left > 0; left = due - monotonic()) await nap(left, signal);
    },
    advance: (milliseconds) => {
      if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) throw new RangeError(`a clock moves forward by whole milliseconds, not by ${milliseconds}`);
      offset = stored.add(milliseconds);
      jumped += milliseconds;
      for (const waking of naps) waking.abort();
    },
  };
};
