/** How long an invocation may still work. */
export interface TimeLeft {
  readonly remainingMs: () => number;
}

/** Of whoever is not ended by anybody: a command on a terminal. */
export const UNBOUNDED: TimeLeft = { remainingMs: () => Infinity };
