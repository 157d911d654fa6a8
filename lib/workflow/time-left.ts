/** How long an invocation may still work. */
export interface TimeLeft {
  readonly remainingMs: () => number;
}

/** For a command on a terminal, which nothing ends. */
export const UNBOUNDED: TimeLeft = { remainingMs: () => Infinity };
