import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../ports/ledger.ts';
import { checkItem } from '../check-item.ts';
import { keyOf, rowOf } from './row.ts';

const conditionOf = (version: number): { ConditionExpression: string; ExpressionAttributeNames: Record<string, string>; ExpressionAttributeValues?: Record<string, { N: string }> } =>
  version === 1
    ? { ConditionExpression: 'attribute_not_exists(#id)', ExpressionAttributeNames: { '#id': 'id' } }
    : { ConditionExpression: '#version = :before', ExpressionAttributeNames: { '#version': 'version' }, ExpressionAttributeValues: { ':before': { N: String(version - 1) } } };

const isOurs = async (client: DynamoDBClient, table: string, { kind, id }: Item, writer: string): Promise<boolean> => {
  const { Item: row } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(kind, id), ConsistentRead: true }));
  return row?.['writer']?.S === writer;
};

/**
 * One conditional write of one item. When a reply is lost the SDK writes again, and the second try meets the first: a
 * conflict after more than one try is looked into before it is told.
 */
export const writeItem = async (client: DynamoDBClient, table: string, item: Item): Promise<'written' | 'conflict'> => {
  checkItem(item);
  const writer = randomUUID();
  try {
    await client.send(new PutItemCommand({ TableName: table, Item: rowOf(item, writer), ...conditionOf(item.version) }));
    return 'written';
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const wasTriedAgain = (error.$metadata.attempts ?? 1) > 1;
    return wasTriedAgain && (await isOurs(client, table, item, writer)) ? 'written' : 'conflict';
  }
};
