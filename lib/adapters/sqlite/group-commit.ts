import type { DatabaseSync } from 'node:sqlite';
import { atomically } from './database.ts';

/** Gathers what is asked for in one turn of the event loop into one transaction, so that many writers share one flush to the disk. */
export interface GroupCommit {
  /** Resolves with what `work` gave back once it is committed; rejects when the transaction failed, and then nothing of it stands. */
  run<T>(work: () => T): Promise<T>;
  /** Commits at once what was gathered. */
  flush(): void;
}

interface Gathered {
  /** Does the work inside the transaction; what it answers settles the promise after the commit. */
  readonly work: () => () => void;
  readonly fail: (fault: unknown) => void;
}

export const groupCommit = (database: DatabaseSync): GroupCommit => {
  let gathered: Gathered[] = [];
  const flush = (): void => {
    const group = gathered;
    gathered = [];
    if (group.length === 0) return;
    try {
      for (const settle of atomically(database, () => group.map(({ work }) => work()))) settle();
    } catch (fault) {
      for (const { fail } of group) fail(fault);
    }
  };
  return {
    run: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        if (gathered.length === 0) setImmediate(flush);
        gathered.push({
          work: () => {
            const result = work();
            return () => resolve(result);
          },
          fail: reject,
        });
      }),
    flush,
  };
};
