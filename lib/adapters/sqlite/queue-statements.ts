import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface QueueStatements {
  readonly insert: StatementSync;
  readonly firstVisible: StatementSync;
  readonly take: StatementSync;
  readonly remove: StatementSync;
  readonly release: StatementSync;
  readonly bury: StatementSync;
  readonly depth: StatementSync;
  readonly count: StatementSync;
}

/** One delivery: a row used again, a later delivery or another queue's message must not match. */
const DELIVERY = 'place = ? AND id = ? AND receive_count = ? AND queue = ?';

export const queueStatements = (database: DatabaseSync): QueueStatements => ({
  insert: database.prepare('INSERT INTO message (queue, id, body, sent_at, visible_at) VALUES (?, ?, ?, ?, ?)'),
  firstVisible: database.prepare('SELECT min(visible_at) AS at FROM message WHERE queue = ?'),
  // A single statement that writes takes the write lock before it reads: it is its own BEGIN IMMEDIATE.
  take: database.prepare(
    `UPDATE message SET visible_at = ?, receive_count = receive_count + 1, receiver = ?
     WHERE place IN (SELECT place FROM message WHERE queue = ? AND visible_at <= ? ORDER BY visible_at LIMIT ?)
     RETURNING place, id, body, receive_count, sent_at, reason`,
  ),
  remove: database.prepare(`DELETE FROM message WHERE ${DELIVERY}`),
  release: database.prepare(`UPDATE message SET visible_at = ?, receiver = NULL WHERE ${DELIVERY}`),
  bury: database.prepare(`UPDATE message SET queue = ?, visible_at = ?, reason = ?, receiver = NULL WHERE ${DELIVERY}`),
  depth: database.prepare(
    `SELECT count(*) FILTER (WHERE visible_at <= ?1) AS ready,
            count(*) FILTER (WHERE visible_at > ?1 AND receiver IS NULL) AS delayed,
            count(*) FILTER (WHERE visible_at > ?1 AND receiver IS NOT NULL) AS in_flight,
            min(visible_at) FILTER (WHERE visible_at > ?1) AS next_at
     FROM message WHERE queue = ?2`,
  ),
  count: database.prepare('SELECT count(*) AS messages FROM message WHERE queue = ?'),
});
