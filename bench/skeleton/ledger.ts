import type { DatabaseSync } from 'node:sqlite';
import type { Step } from './trace.ts';

type Read = Extract<Step, { op: 'read' }>;
type Write = Extract<Step, { op: 'write' }>;

/** The statements of the embedded ledger on its table, and nothing around them. */
export interface BareLedger {
  read(step: Read): void;
  /** Resolves once it is on the disk; what is asked for in one turn of the event loop shares a transaction, as in the ledger itself. */
  write(step: Write): Promise<void>;
}

/** No item has it: an update that lost its race finds its row and changes nothing. */
const NO_VERSION = -1;

export const bareLedger = (flushed: DatabaseSync): BareLedger => {
  const select = flushed.prepare('SELECT id, version, body, wake_at FROM item WHERE kind = ? AND id = ?');
  const insert = flushed.prepare('INSERT INTO item (kind, id, version, body, wake_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  // Which write of a shared item comes first differs from run to run; that each of them changes the row must not.
  const update = flushed.prepare('UPDATE item SET version = ?, body = ?, wake_at = ? WHERE kind = ? AND id = ? AND version <> ?');
  const lost = flushed.prepare('UPDATE item SET version = ?, body = ?, wake_at = ? WHERE kind = ? AND id = ? AND version = ?');
  let filler = '';
  const bodyOf = (bytes: number): string => {
    while (filler.length < bytes) filler += filler === '' ? '.'.repeat(1_024) : filler;
    return filler.slice(0, bytes);
  };

  const run = ({ kind, id, version, bytes, wakeAt, written }: Write): void => {
    const body = bodyOf(bytes);
    if (version === 1) insert.run(kind, id, version, body, wakeAt);
    else (written ? update : lost).run(version, body, wakeAt, kind, id, NO_VERSION);
  };

  let gathered: { readonly step: Write; readonly done: () => void }[] = [];
  const flush = (): void => {
    const group = gathered;
    gathered = [];
    flushed.exec('BEGIN IMMEDIATE');
    for (const { step } of group) run(step);
    flushed.exec('COMMIT');
    for (const { done } of group) done();
  };

  return {
    read: ({ kind, ids }) => {
      for (const id of ids) select.get(kind, id);
    },
    write: (step) =>
      new Promise((done) => {
        if (gathered.length === 0) setImmediate(flush);
        gathered.push({ step, done });
      }),
  };
};
