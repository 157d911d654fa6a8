/** How much is under way in this process, and a way to await a change of it. */
export interface Activity {
  readonly running: number;
  /** One more with every piece of work begun or ended: unchanged means that nothing happened in between. */
  readonly changes: number;
  /** Counts `work` as running until it settles. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves at the next change. */
  changed(): Promise<void>;
}

export const makeActivity = (): Activity => {
  let running = 0;
  let changes = 0;
  let waiting: (() => void)[] = [];
  const step = (by: 1 | -1): void => {
    running += by;
    changes += 1;
    const heard = waiting;
    waiting = [];
    for (const resolve of heard) resolve();
  };
  return {
    get running() {
      return running;
    },
    get changes() {
      return changes;
    },
    during: async (work) => {
      step(1);
      try {
        return await work();
      } finally {
        step(-1);
      }
    },
    changed: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
  };
};
