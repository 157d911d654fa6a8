/** When the simulated world begins, epoch milliseconds: a moment in no way special, so that no rounding falls out well by luck. */
export const BEGINNING = Date.UTC(2026, 10, 22, 6, 11, 13, 417);

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/** The one source of time: everything that takes time is an entry here, and true time moves only from entry to entry. */
export interface Timeline {
  /** Milliseconds since the beginning; no worker's clock, and it never jumps. */
  now(): number;
  /** Runs something at that moment, after everything put there before it; the answer takes it off again. */
  at(moment: number, run: () => void): () => void;
  /** Runs the next entry and lets everything that follows from it settle; false when there is none before `until`. */
  step(until: number): Promise<boolean>;
}

/** All promises that can settle have settled: microtasks run out before the next turn of the event loop begins. */
const settled = (): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
};

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export const createTimeline = (): Timeline => {
  const heap: Entry[] = [];
  let time = 0;
  let orders = 0;

  const swap = (i: number, j: number): void => {
    const [a, b] = [heap[i], heap[j]];
    if (a !== undefined && b !== undefined) [heap[i], heap[j]] = [b, a];
  };
  const comesFirst = (i: number, j: number): boolean => {
    const [a, b] = [heap[i], heap[j]];
    return a !== undefined && (b === undefined || isBefore(a, b));
  };
  const rise = (from: number): void => {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!comesFirst(index, parent)) return;
      swap(index, parent);
      index = parent;
    }
  };
  const sink = (): void => {
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const child = comesFirst(left + 1, left) ? left + 1 : left;
      if (!comesFirst(child, index)) return;
      swap(index, child);
      index = child;
    }
  };
  const take = (): void => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    sink();
  };

  return {
    now: () => time,
    at: (moment, run) => {
      if (!Number.isFinite(moment)) throw new RangeError(`${moment} is no moment`);
      const entry: Entry = { at: Math.max(time, Math.ceil(moment)), order: (orders += 1), run };
      heap.push(entry);
      rise(heap.length - 1);
      return () => {
        entry.run = null;
      };
    },
    step: async (until) => {
      for (;;) {
        const [entry] = heap;
        if (entry === undefined || entry.at > until) return false;
        take();
        const { run } = entry;
        if (run === null) continue;
        time = entry.at;
        run();
        await settled();
        return true;
      }
    },
  };
};
