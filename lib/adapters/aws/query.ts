import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item, Kind } from '../../ports/ledger.ts';
import { type Row, idOf, itemOf } from './row.ts';
import { DUE_INDEX, partitionsOf } from './table.ts';

/** Every row of one query, page after page as they are asked for. */
async function* rowsOf(client: DynamoDBClient, query: QueryCommandInput): AsyncGenerator<Row, undefined> {
  let from: Row | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand({ ...query, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }));
    yield* Items;
    from = LastEvaluatedKey;
  } while (from !== undefined);
}

const named = (...names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [`#${name}`, name]));

const firstDue = async (client: DynamoDBClient, table: string, pk: string, before: number, limit: number): Promise<{ id: string; wakeAt: number }[]> => {
  const due: { id: string; wakeAt: number }[] = [];
  const query = {
    TableName: table,
    IndexName: DUE_INDEX.IndexName,
    KeyConditionExpression: '#pk = :pk AND #wakeAt <= :before',
    ExpressionAttributeNames: named('pk', 'wakeAt'),
    ExpressionAttributeValues: { ':pk': { S: pk }, ':before': { N: String(before) } },
    Limit: limit,
  };
  for await (const row of rowsOf(client, query)) {
    due.push({ id: idOf(row), wakeAt: Number(row['wakeAt']?.N) });
    if (due.length >= limit) break;
  }
  return due;
};

/** The soonest of every shard, and of those the soonest. */
export const dueItems = async (client: DynamoDBClient, table: string, kind: Kind, before: number, limit: number): Promise<{ id: string; wakeAt: number }[]> => {
  const shards = await Promise.all(partitionsOf(kind).map((pk) => firstDue(client, table, pk, before, limit)));
  return shards
    .flat()
    .sort((a, b) => a.wakeAt - b.wakeAt)
    .slice(0, limit);
};

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Every item of a kind by id: each shard is sorted already, so the next one is the first of what the shards have next. */
export async function* listItems(client: DynamoDBClient, table: string, kind: Kind, prefix: string): AsyncGenerator<Item> {
  const within = prefix === '' ? '' : ' AND begins_with(#id, :prefix)';
  const shards = partitionsOf(kind).map((pk) =>
    rowsOf(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: `#pk = :pk${within}`,
      ExpressionAttributeNames: named('pk', ...(prefix === '' ? [] : ['id'])),
      ExpressionAttributeValues: { ':pk': { S: pk }, ...(prefix === '' ? {} : { ':prefix': { S: prefix } }) },
    }),
  );
  const firsts = await Promise.all(shards.map(async (rows) => ({ rows, next: await rows.next() })));
  for (;;) {
    const ready = firsts.flatMap(({ next }, shard) => (next.done === true ? [] : [{ shard, row: next.value }]));
    const [first] = ready.sort((a, b) => byBytes(idOf(a.row), idOf(b.row)));
    if (first === undefined) return;
    yield itemOf(kind, first.row);
    const from = firsts[first.shard];
    if (from !== undefined) from.next = await from.rows.next();
  }
}
