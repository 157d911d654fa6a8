import { LARGEST_BODY_BYTES, type OutgoingMessage } from '../../ports/queue.ts';

/** A message and its place among those the caller gave. */
export interface BatchEntry {
  readonly index: number;
  readonly message: OutgoingMessage;
}

/** SQS's most entries of one request; all of them together may be no larger than one message. */
export const LARGEST_BATCH = 10;

/** The messages in order, in as few requests as SQS's limits on count and total size allow. */
export const batchesOf = (messages: readonly OutgoingMessage[]): BatchEntry[][] => {
  const batches: BatchEntry[][] = [];
  let room = 0;
  for (const [index, message] of messages.entries()) {
    const bytes = Buffer.byteLength(message.body);
    const last = batches.at(-1);
    if (last === undefined || last.length === LARGEST_BATCH || bytes > room) {
      batches.push([{ index, message }]);
      room = LARGEST_BODY_BYTES - bytes;
    } else {
      last.push({ index, message });
      room -= bytes;
    }
  }
  return batches;
};

/** In portions of at most `size`. */
export const portionsOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, portion) => all.slice(portion * size, (portion + 1) * size));
