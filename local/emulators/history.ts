import type { Shelf } from './store.ts';

/** A shelf that also knows what it held earlier, as a list that lags behind would still show it (hazard H45). */
export interface RememberingShelf<T> extends Shelf<T> {
  /** Every record as it stood at that moment (epoch ms), as far back as this start. */
  asOf(moment: number): IterableIterator<T>;
}

interface Change<T> {
  readonly at: number;
  readonly key: string;
  readonly before: T | undefined;
}

/** `now` is read with each change; it must not go back. */
export const remembering = <T>(shelf: Shelf<T>, now: () => number): RememberingShelf<T> => {
  const history: Change<T>[] = [];
  const remember = (key: string): void => {
    history.push({ at: now(), key, before: shelf.get(key) });
  };
  return {
    get size() {
      return shelf.size;
    },
    get: (key) => shelf.get(key),
    values: () => shelf.values(),
    entries: () => shelf.entries(),
    put: (key, record) => {
      remember(key);
      shelf.put(key, record);
    },
    remove: (key) => {
      remember(key);
      shelf.remove(key);
    },
    clear: () => {
      history.length = 0;
      shelf.clear();
    },
    asOf: (moment) => {
      const then = new Map<string, T>(shelf.entries());
      for (const { at, key, before } of history.toReversed()) {
        if (at <= moment) break;
        if (before === undefined) then.delete(key);
        else then.set(key, before);
      }
      return then.values();
    },
  };
};
