import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { tableNameOf } from './names.ts';
import { dueItems, listItems } from './query.ts';
import { readItems } from './read-many.ts';
import { itemOf, keyOf } from './row.ts';
import { writeItem } from './write.ts';

/** The ledger of one stage on Amazon DynamoDB: single-item conditional writes, consistent reads, no transactions (design.md, Ledger). */
export const makeLedger = (client: DynamoDBClient, stage: string, clock: Clock): Ledger => {
  const table = tableNameOf(stage);
  return {
    read: async (kind, id) => {
      const { Item: row } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(kind, id), ConsistentRead: true }));
      return row === undefined ? null : itemOf(kind, row);
    },
    readMany: (kind, ids) => readItems(client, clock, table, kind, ids),
    write: (item) => writeItem(client, table, item),
    due: (kind, before, limit) => dueItems(client, table, kind, before, limit),
    list: (kind, prefix = '') => listItems(client, table, kind, prefix),
  };
};
