/** Raised with every change of the tables; a state of a newer version is refused, never guessed at. */
export const SCHEMA_VERSION = 1;

/** "PROB": tells a state from any other SQLite file (https://sqlite.org/pragma.html#pragma_application_id). */
export const APPLICATION_ID = 0x50_52_4f_42;

// A dead letter is a message whose queue is its old one with `-dead` after it, so that the move is one update of one row.
// The index holds all that counting and receiving look at; bodies stay out of it.
export const TABLES = `
CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE receiver (id INTEGER PRIMARY KEY, space TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL, UNIQUE (space, pid, started)) STRICT;
CREATE TABLE message (
  place INTEGER PRIMARY KEY,
  queue TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  receive_count INTEGER NOT NULL DEFAULT 0,
  receiver INTEGER,
  reason TEXT
) STRICT;
CREATE INDEX message_visible ON message (queue, visible_at, receiver);
CREATE TABLE item (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  wake_at INTEGER,
  UNIQUE (kind, id)
) STRICT;
CREATE INDEX item_wake ON item (kind, wake_at, id) WHERE wake_at IS NOT NULL;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;
