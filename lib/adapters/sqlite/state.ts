import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Queue } from '../../ports/queue.ts';
import { type AdvancingClock, type Offset, advancingClock } from './advancing-clock.ts';
import { makeBells } from './bells.ts';
import { atomically, openDatabase } from './database.ts';
import { groupCommit } from './group-commit.ts';
import { makeLedger } from './ledger.ts';
import { makeQueue } from './queue.ts';
import { openReceivers } from './receivers.ts';
import { makeFolder } from '../make-folder.ts';
import { wallClock } from '../wall-clock.ts';

export interface OpenedState {
  readonly queue: Queue;
  readonly ledger: Ledger;
  readonly clock: AdvancingClock;
  /** Ends this holder's use; the last one ends waits, commits what is pending and closes the file. A second call does nothing. */
  close(): void;
}

export interface OpenStateOptions {
  /** What the state's offset is added to; this machine's time unless given. The first opening's stands. */
  readonly clock?: Clock;
}

/** The one file of a state inside its directory. */
export const STATE_FILE = 'probate.db';

interface Shared {
  readonly parts: Omit<OpenedState, 'close'>;
  readonly close: () => void;
  holders: number;
}

const open = new Map<string, Shared>();

const storedOffset = (database: DatabaseSync): Offset => {
  const select = database.prepare(`SELECT value FROM setting WHERE name = 'clock_offset_ms'`);
  const add = database.prepare(`INSERT INTO setting (name, value) VALUES ('clock_offset_ms', ?) ON CONFLICT DO UPDATE SET value = value + excluded.value`);
  const read = (): number => Number(select.get()?.['value'] ?? 0);
  return {
    read,
    add: (milliseconds) =>
      atomically(database, () => {
        add.run(milliseconds);
        return read();
      }),
  };
};

const openShared = (path: string, wall: Clock): Shared => {
  // Two connections, because SQLite's `synchronous` belongs to the connection: the ledger's commits reach the disk, the
  // queue's only the operating system, which is what a killed process needs and three times as fast (performance.md).
  const flushed = openDatabase(path, 'FULL');
  const fast = openDatabase(path, 'NORMAL');
  const closing = new AbortController();
  const commits = groupCommit(flushed);
  const clock = advancingClock(wall, storedOffset(flushed));
  const receivers = openReceivers(fast);
  receivers.freeDead(clock.now());
  const queue = makeQueue({ flushed, fast, clock, bells: makeBells(), receivers, closing: closing.signal });
  const close = (): void => {
    closing.abort();
    commits.flush();
    fast.close();
    flushed.close();
  };
  return { parts: { queue, ledger: makeLedger(flushed, commits), clock }, close, holders: 0 };
};

/**
 * Opens the ledger, the queues and the clock kept in `directory` (made if missing) on one SQLite file that several
 * processes may have open; twice in one process gives the same state. Throws UnusableState for a file that is no state
 * of ours or a newer Probate's (design.md, Two tiers).
 */
export const openState = (directory: string, options: OpenStateOptions = {}): OpenedState => {
  makeFolder(directory);
  const path = join(realpathSync(directory), STATE_FILE);
  const shared = open.get(path) ?? openShared(path, options.clock ?? wallClock);
  open.set(path, shared);
  shared.holders += 1;
  let closed = false;
  return {
    ...shared.parts,
    close: () => {
      if (closed) return;
      closed = true;
      shared.holders -= 1;
      if (shared.holders > 0) return;
      open.delete(path);
      shared.close();
    },
  };
};
