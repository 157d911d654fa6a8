import type { Clock } from '../ports/clock.ts';

/** Runs one call with a signal that aborts after that long by the monotonic clock; the call itself must obey it. */
export const withDeadline = async <T>(clock: Clock, milliseconds: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const deadline = new AbortController();
  const silence = clock.alarm(Math.max(0, milliseconds), () => deadline.abort(new Error('deadline')));
  try {
    return await run(deadline.signal);
  } finally {
    silence();
  }
};
