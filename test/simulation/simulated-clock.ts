import type { Clock } from '../../lib/ports/clock.ts';
import { type Life, deliver } from './life.ts';
import { BEGINNING, type Timeline } from './timeline.ts';

/** The wall clock of the machine the workers share: it may be set forth and back while true time goes on. */
export interface Wall {
  offsetMs: number;
}

export const wallTime = (timeline: Timeline, { offsetMs }: Wall): number => BEGINNING + timeline.now() + offsetMs;

/** Time as one process sees it. */
export const simulatedClock = (timeline: Timeline, wall: Wall, life: Life): Clock => ({
  now: () => wallTime(timeline, wall),
  monotonic: () => timeline.now(),
  alarm: (milliseconds, ring) => timeline.at(timeline.now() + milliseconds, () => deliver(timeline, life, ring)),
  sleep: (milliseconds, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (): void => reject(new Error('sleep ended early'));
    if (signal?.aborted) fail();
    const takeOff = timeline.at(timeline.now() + milliseconds, () => deliver(timeline, life, resolve));
    signal?.addEventListener('abort', () => {
      takeOff();
      fail();
    });
    return promise;
  },
});
