/**
 * Time, as every part that is not pure gets it. `now` is epoch milliseconds and may jump; `monotonic` is milliseconds
 * since some fixed moment and never goes back, so deadlines are measured with it alone (design.md, Every step).
 */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Resolves after that many milliseconds, or rejects at once when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls `ring` after that many milliseconds, unless what it answers is called first: a deadline that is hardly ever met should cost next to nothing. */
  alarm(milliseconds: number, ring: () => void): () => void;
}
