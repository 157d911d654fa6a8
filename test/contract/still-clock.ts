import type { Clock } from '../../lib/ports/clock.ts';

/** A clock that stands still, so that time goes by only where a test says so. */
export const stillClock = (at = Date.UTC(2026, 10, 22, 8)): Clock => ({
  now: () => at,
  monotonic: () => 0,
  alarm: () => () => undefined,
  sleep: async (_milliseconds, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
});
