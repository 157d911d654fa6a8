import type { Clock } from '../../ports/clock.ts';

/** What is left to a call. */
export interface Deadline {
  /** Aborts when the time is over; the call itself must obey it. */
  readonly signal: AbortSignal;
  /** Waits for something that is not the call's to hurry: that time is not counted. */
  outside<T>(wait: () => Promise<T>): Promise<T>;
}

/** Runs one call that has that long by the monotonic clock. */
export const withDeadline = async <T>(clock: Clock, milliseconds: number, run: (deadline: Deadline) => Promise<T>): Promise<T> => {
  const ending = new AbortController();
  let leftMs = milliseconds;
  let since = clock.monotonic();
  const begin = (): (() => void) => clock.alarm(Math.max(0, leftMs), () => ending.abort(new Error('deadline')));
  let silence = begin();
  const outside = async <W>(wait: () => Promise<W>): Promise<W> => {
    silence();
    leftMs -= clock.monotonic() - since;
    try {
      return await wait();
    } finally {
      since = clock.monotonic();
      silence = begin();
    }
  };
  try {
    return await run({ signal: ending.signal, outside });
  } finally {
    silence();
  }
};
