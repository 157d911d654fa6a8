import { DatabaseSync } from 'node:sqlite';
import type * as z from 'zod/mini';

/** Named records, held in memory in the order they were first put and written through to the file, if there is one. */
export interface Shelf<T> {
  readonly size: number;
  get(key: string): T | undefined;
  put(key: string, record: T): void;
  remove(key: string): void;
  values(): IterableIterator<T>;
  entries(): IterableIterator<[string, T]>;
  clear(): void;
}

export interface Store {
  shelf<T>(name: string, schema: z.ZodMiniType<T>): Shelf<T>;
  /** Makes everything put and removed since the last commit durable, all of it or nothing. */
  commit(): void;
  close(): void;
}

type Change = readonly [shelf: string, key: string, body: string | null];

interface Backing {
  load(shelf: string): readonly { readonly key: string; readonly body: string }[];
  write(changes: readonly Change[]): void;
  close(): void;
}

const IN_MEMORY: Backing = { load: () => [], write: () => undefined, close: () => undefined };

const openFile = (path: string): Backing => {
  const database = new DatabaseSync(path);
  // WAL with synchronous NORMAL hands each commit to the operating system: a killed process loses nothing, and a write
  // costs microseconds instead of a disk flush. EXCLUSIVE refuses a second emulator on the same file.
  database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;');
  database.exec('CREATE TABLE IF NOT EXISTS record (place INTEGER PRIMARY KEY, shelf TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (shelf, key))');
  const select = database.prepare('SELECT key, body FROM record WHERE shelf = ? ORDER BY place');
  const upsert = database.prepare('INSERT INTO record (shelf, key, body) VALUES (?, ?, ?) ON CONFLICT (shelf, key) DO UPDATE SET body = excluded.body');
  const remove = database.prepare('DELETE FROM record WHERE shelf = ? AND key = ?');
  return {
    load: (shelf) => select.all(shelf).map(({ key, body }) => ({ key: String(key), body: String(body) })),
    write: (changes) => {
      database.exec('BEGIN IMMEDIATE');
      for (const [shelf, key, body] of changes) {
        if (body === null) remove.run(shelf, key);
        else upsert.run(shelf, key, body);
      }
      database.exec('COMMIT');
    },
    close: () => database.close(),
  };
};

/** Opens the file, or a store that lives as long as the process; throws when another emulator owns the file. */
export const openStore = (path: string | undefined): Store => {
  const backing = path === undefined ? IN_MEMORY : openFile(path);
  let changes: Change[] = [];
  let closed = false;
  const changed = (...change: Change): void => {
    if (backing !== IN_MEMORY) changes.push(change);
  };
  return {
    shelf: <T>(name: string, schema: z.ZodMiniType<T>): Shelf<T> => {
      const records = new Map<string, T>(backing.load(name).map(({ key, body }) => [key, schema.parse(JSON.parse(body))]));
      return {
        get size() {
          return records.size;
        },
        get: (key) => records.get(key),
        put: (key, record) => {
          records.set(key, record);
          changed(name, key, backing === IN_MEMORY ? '' : JSON.stringify(record));
        },
        remove: (key) => {
          if (records.delete(key)) changed(name, key, null);
        },
        values: () => records.values(),
        entries: () => records.entries(),
        clear: () => {
          for (const key of records.keys()) changed(name, key, null);
          records.clear();
        },
      };
    },
    commit: () => {
      // Closed, the content can still be looked at, and what looking settles is settled again at the next start.
      if (closed || changes.length === 0) return;
      backing.write(changes);
      changes = [];
    },
    close: () => {
      closed = true;
      backing.close();
    },
  };
};
