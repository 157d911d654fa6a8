import type { DatabaseSync } from 'node:sqlite';
import { atomically } from './database.ts';
import { processSpace, processStart } from './process-start.ts';

/** The processes that receive from this state, so that what a dead one was working on need not wait for its visibility timeout. */
export interface Receivers {
  /** This process's row. */
  readonly ourselves: number;
  /** Makes what dead receivers of this machine held visible at `now`, and forgets them; looks at most once a second. */
  freeDead(now: number): void;
}

const LOOK_EVERY_MS = 1_000;

export const openReceivers = (database: DatabaseSync): Receivers => {
  const space = processSpace();
  const others = database.prepare('SELECT id, pid, started FROM receiver WHERE space = ? AND id <> ?');
  const free = database.prepare('UPDATE message SET visible_at = min(visible_at, ?1), receiver = NULL WHERE receiver = ?2');
  const forget = database.prepare('DELETE FROM receiver WHERE id = ?');
  const ourselves = atomically(database, () => {
    const started = processStart(process.pid) ?? '';
    database.prepare('INSERT INTO receiver (space, pid, started) VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(space, process.pid, started);
    return Number(database.prepare('SELECT id FROM receiver WHERE space = ? AND pid = ? AND started = ?').get(space, process.pid, started)?.['id']);
  });
  let lookedAt = Number.NEGATIVE_INFINITY;

  return {
    ourselves,
    freeDead: (now) => {
      // Whether a process lives is asked in real time, whatever the state's clock says.
      if (performance.now() - lookedAt < LOOK_EVERY_MS) return;
      lookedAt = performance.now();
      const dead = others.all(space, ourselves).filter(({ pid, started }) => processStart(Number(pid)) !== started);
      if (dead.length === 0) return;
      atomically(database, () => {
        for (const { id } of dead) {
          free.run(now, Number(id));
          forget.run(Number(id));
        }
      });
    },
  };
};
