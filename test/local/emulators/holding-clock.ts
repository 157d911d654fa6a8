import type { Clock } from '../../../lib/ports/clock.ts';

/** Real time, but whoever sleeps is held until released; `held` resolves once somebody is. */
export const holdingClock = (): { clock: Clock; held: Promise<void>; release: () => void } => {
  const holding = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const clock: Clock = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    alarm: () => () => undefined,
    sleep: async (_milliseconds, signal) => {
      const cut = Promise.withResolvers<never>();
      signal?.addEventListener('abort', () => cut.reject(new Error('cut short')), { once: true });
      holding.resolve();
      await Promise.race([released.promise, cut.promise]);
    },
  };
  return { clock, held: holding.promise, release: () => released.resolve() };
};
