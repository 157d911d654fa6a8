import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../ports/clock.ts';
import type { Item, Kind } from '../../ports/ledger.ts';
import { portionsOf } from './batches.ts';
import { type Row, itemOf, keyOf } from './row.ts';

/** DynamoDB's most keys of one BatchGetItem; it gives 16 MB at most and names the keys it left out. */
const MOST_KEYS = 100;
const FIRST_PAUSE_MS = 25;
/** So many answers in a row without a single row are no throttling any more. */
const MOST_EMPTY = 6;

const readPortion = async (client: DynamoDBClient, clock: Clock, table: string, asked: readonly Row[]): Promise<Row[]> => {
  const rows: Row[] = [];
  let keys: Row[] = [...asked];
  let empty = 0;
  while (keys.length > 0) {
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }));
    const found = Responses?.[table] ?? [];
    rows.push(...found);
    keys = UnprocessedKeys?.[table]?.Keys ?? [];
    empty = found.length > 0 ? 0 : empty + 1;
    if (keys.length > 0 && empty > MOST_EMPTY) throw new Error(`DynamoDB left ${keys.length} keys of ${table} unread ${empty} times in a row`);
    if (keys.length > 0 && empty > 0) await clock.sleep(Math.random() * FIRST_PAUSE_MS * 2 ** empty);
  }
  return rows;
};

/** Items of one kind in the order asked for, null for what is not there; each as it stands now, never stale. */
export const readItems = async (client: DynamoDBClient, clock: Clock, table: string, kind: Kind, ids: readonly string[]): Promise<(Item | null)[]> => {
  const found = new Map<string, Item>();
  // BatchGetItem refuses the same key twice.
  for (const portion of portionsOf([...new Set(ids)], MOST_KEYS)) {
    for (const row of await readPortion(client, clock, table, portion.map((id) => keyOf(kind, id)))) {
      const item = itemOf(kind, row);
      found.set(item.id, item);
    }
  }
  return ids.map((id) => found.get(id) ?? null);
};
