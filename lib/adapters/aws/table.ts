import { crc32 } from 'node:zlib';
import type { Kind } from '../../ports/ledger.ts';

/**
 * The ledger's one table, the same for this machine's stand-in and for deploy/table.yml. An item's partition is its kind
 * and a shard, so that no kind is one hot partition; its sort key is its id. The index holds, by partition and time, the
 * keys of those items alone that have a wakeAt.
 */
export const KEY_SCHEMA = [
  { AttributeName: 'pk', KeyType: 'HASH' },
  { AttributeName: 'id', KeyType: 'RANGE' },
] as const;

export const ATTRIBUTE_DEFINITIONS = [
  { AttributeName: 'pk', AttributeType: 'S' },
  { AttributeName: 'id', AttributeType: 'S' },
  { AttributeName: 'wakeAt', AttributeType: 'N' },
] as const;

export const DUE_INDEX = {
  IndexName: 'due',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'wakeAt', KeyType: 'RANGE' },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' },
} as const;

/**
 * A partition takes 1,000 write units a second, and most writes of a saga need one: eight of them write thousands of
 * sagas a second, far more than the clouds' paces let through. A list and a sweep ask each. Never to be changed: an item
 * is looked for in the shard of its id alone.
 */
const SHARDS = 8;

const partition = (kind: Kind, shard: number): string => `${kind}#${shard}`;

export const partitionOf = (kind: Kind, id: string): string => partition(kind, crc32(id) % SHARDS);

export const partitionsOf = (kind: Kind): string[] => Array.from({ length: SHARDS }, (_, shard) => partition(kind, shard));
