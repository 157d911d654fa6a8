import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../lib/ports/clock.ts';

export const realTime: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
};
