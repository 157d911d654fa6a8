import type { Item } from '../ports/ledger.ts';

/** 380 KB, as the port has it: DynamoDB's item of 400 KB less its keys and numbers. */
const LARGEST_BODY_BYTES = 380 * 1_024;
/** DynamoDB's longest sort key (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html). */
const LONGEST_ID_BYTES = 1_024;

/** Throws RangeError, naming the item, for one that not every ledger could hold. */
export const checkItem = ({ kind, id, version, body, wakeAt }: Item): void => {
  const idBytes = Buffer.byteLength(id);
  if (idBytes < 1 || idBytes > LONGEST_ID_BYTES) throw new RangeError(`an id of ${kind} has ${idBytes} bytes, not 1 to ${LONGEST_ID_BYTES}: ${id.slice(0, 80)}`);
  const bytes = Buffer.byteLength(body);
  if (bytes > LARGEST_BODY_BYTES) throw new RangeError(`${kind} ${id} has ${bytes} bytes, at most ${LARGEST_BODY_BYTES} fit an item`);
  if (!Number.isSafeInteger(version) || version < 1) throw new RangeError(`${kind} ${id} has version ${version}, not a whole number from 1`);
  if (wakeAt !== null && !Number.isSafeInteger(wakeAt)) throw new RangeError(`${kind} ${id} has wakeAt ${wakeAt}, not epoch milliseconds`);
};
