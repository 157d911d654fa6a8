import type { Clock } from '../ports/clock.ts';

/** Runs one call with a signal that aborts after that long by the monotonic clock; the call itself must obey it. */
export const withDeadline = async <T>(clock: Clock, milliseconds: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const deadline = new AbortController();
  const done = new AbortController();
  const timer = clock.sleep(Math.max(0, milliseconds), done.signal).then(
    () => deadline.abort(new Error('deadline')),
    () => undefined,
  );
  try {
    return await run(deadline.signal);
  } finally {
    done.abort();
    await timer;
  }
};
