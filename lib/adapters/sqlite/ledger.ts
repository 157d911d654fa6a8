import type { DatabaseSync } from 'node:sqlite';
import type { Item, Kind, Ledger } from '../../ports/ledger.ts';
import { checkItem } from '../check-item.ts';
import type { GroupCommit } from './group-commit.ts';

const PAGE = 50;

const itemOf = (kind: Kind, row: Readonly<Record<string, unknown>>): Item => ({
  kind,
  id: String(row['id']),
  version: Number(row['version']),
  body: String(row['body']),
  wakeAt: typeof row['wake_at'] === 'number' ? row['wake_at'] : null,
});

/** The ledger of one machine, on a connection that flushes each commit (design.md, Ledger). */
export const makeLedger = (database: DatabaseSync, commits: GroupCommit): Ledger => {
  const select = database.prepare('SELECT id, version, body, wake_at FROM item WHERE kind = ? AND id = ?');
  const insert = database.prepare('INSERT INTO item (kind, id, version, body, wake_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const update = database.prepare('UPDATE item SET version = ?, body = ?, wake_at = ? WHERE kind = ? AND id = ? AND version = ?');
  const due = database.prepare('SELECT id, wake_at FROM item WHERE kind = ? AND wake_at <= ? ORDER BY wake_at, id LIMIT ?');
  const firstPage = database.prepare('SELECT id, version, body, wake_at FROM item WHERE kind = ? AND id >= ? ORDER BY id LIMIT ?');
  const nextPage = database.prepare('SELECT id, version, body, wake_at FROM item WHERE kind = ? AND id > ? ORDER BY id LIMIT ?');

  const read = (kind: Kind, id: string): Item | null => {
    const row = select.get(kind, id);
    return row === undefined ? null : itemOf(kind, row);
  };

  const store = ({ kind, id, version, body, wakeAt }: Item): number | bigint =>
    version === 1 ? insert.run(kind, id, version, body, wakeAt).changes : update.run(version, body, wakeAt, kind, id, version - 1).changes;

  return {
    read: async (kind, id) => read(kind, id),
    readMany: async (kind, ids) => ids.map((id) => read(kind, id)),
    write: async (item) => {
      checkItem(item);
      return commits.run(() => (Number(store(item)) === 1 ? 'written' : 'conflict'));
    },
    due: async (kind, before, limit) => due.all(kind, before, limit).map((row) => ({ id: String(row['id']), wakeAt: Number(row['wake_at']) })),
    list: async function* list(kind, prefix = '') {
      let page = firstPage.all(kind, prefix, PAGE);
      while (page.length > 0) {
        for (const row of page) {
          const item = itemOf(kind, row);
          if (!item.id.startsWith(prefix)) return;
          yield item;
        }
        page = nextPage.all(kind, String(page.at(-1)?.['id']), PAGE);
      }
    },
  };
};
