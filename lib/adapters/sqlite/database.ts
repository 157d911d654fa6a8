import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, SCHEMA_VERSION, TABLES } from './schema.ts';

/** The file is no state of ours, or one that a newer program wrote; nothing in it was changed. */
export class UnusableState extends Error {
  override readonly name = 'UnusableState';
}

const BUSY_TIMEOUT_MS = 5_000;

/** Runs `work` as one write transaction that takes the lock first, so that what it reads cannot be overtaken; throws what `work` throws, after undoing it. */
export const atomically = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (fault) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw fault;
  }
};

const pragma = (database: DatabaseSync, name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];

const isEmpty = (database: DatabaseSync): boolean => database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;

const prepareTables = (database: DatabaseSync, path: string): void => {
  atomically(database, () => {
    if (isEmpty(database)) return database.exec(TABLES);
    if (pragma(database, 'application_id') !== APPLICATION_ID) throw new UnusableState(`${path} is a SQLite file of another program, not a Probate state`);
    const version = Number(pragma(database, 'user_version'));
    if (version > SCHEMA_VERSION) {
      throw new UnusableState(`${path} has schema version ${version}, this Probate knows versions up to ${SCHEMA_VERSION}: run the newer Probate that wrote it, or name another state directory`);
    }
  });
};

const isCode = (fault: unknown, errcode: number): boolean => fault instanceof Error && 'errcode' in fault && fault.errcode === errcode;
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

/** The mode stays in the file, so only the first opening enters it; for that change SQLite does not wait for others who open at the same moment, whatever the busy timeout. */
const enterWal = (database: DatabaseSync): void => {
  const giveUpAt = performance.now() + BUSY_TIMEOUT_MS;
  while (pragma(database, 'journal_mode') !== 'wal') {
    try {
      database.exec('PRAGMA journal_mode = WAL');
    } catch (fault) {
      if (!isCode(fault, SQLITE_BUSY) || performance.now() > giveUpAt) throw fault;
      pause(5);
    }
  }
};

/** Opens the file, its tables made if it is new; FULL flushes each commit to the disk, NORMAL only hands it to the operating system. */
export const openDatabase = (path: string, synchronous: 'FULL' | 'NORMAL'): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    prepareTables(database, path);
    enterWal(database);
    database.exec(`PRAGMA synchronous = ${synchronous}`);
    return database;
  } catch (fault) {
    database.close();
    if (isCode(fault, SQLITE_NOTADB)) throw new UnusableState(`${path} is not a Probate state: it is no SQLite file`, { cause: fault });
    throw fault;
  }
};
