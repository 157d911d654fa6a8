import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item, Kind } from '../../ports/ledger.ts';
import { pack, unpack } from './pack.ts';
import { partitionOf } from './table.ts';

export type Row = Record<string, AttributeValue>;

export const keyOf = (kind: Kind, id: string): Row => ({ pk: { S: partitionOf(kind, id) }, id: { S: id } });

/** `writer` names this one write, so that it can be told from another's of the same version. */
export const rowOf = ({ kind, id, version, body, wakeAt }: Item, writer: string): Row => ({
  ...keyOf(kind, id),
  version: { N: String(version) },
  packed: { B: pack(body) },
  writer: { S: writer },
  // Without the attribute the row is not in the index, and costs nothing there.
  ...(wakeAt === null ? {} : { wakeAt: { N: String(wakeAt) } }),
});

export const idOf = ({ id }: Row): string => {
  if (id?.S === undefined) throw new Error('DynamoDB gave a row without its id');
  return id.S;
};

export const itemOf = (kind: Kind, row: Row): Item => {
  const { version, packed, wakeAt } = row;
  if (version?.N === undefined || packed?.B === undefined) throw new Error(`the ledger's ${kind} ${idOf(row)} is not in the form Probate writes`);
  return { kind, id: idOf(row), version: Number(version.N), body: unpack(packed.B), wakeAt: wakeAt?.N === undefined ? null : Number(wakeAt.N) };
};
