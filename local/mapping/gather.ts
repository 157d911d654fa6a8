import type { Clock } from '../../lib/ports/clock.ts';
import type { Queue } from '../../lib/ports/queue.ts';
import type { FunctionMapping } from '../serverless/function-mapping.ts';
import type { Delivery } from './event.ts';

/** SQS's longest wait for a first message. */
const LONGEST_WAIT_SECONDS = 20;

/**
 * The next batch: as soon as there is a message, and where a batching window is set, until the batch is full or the window,
 * which opens with the first message, is over. Nothing when none came; what was gathered so far when the signal aborts.
 */
export const gather = async (queue: Queue, clock: Clock, mapping: FunctionMapping, signal: AbortSignal): Promise<Delivery[]> => {
  const { queue: name, batchSize, windowSeconds, visibilitySeconds } = mapping;
  const receive = async (max: number, waitSeconds: number): Promise<Delivery[]> => {
    const messages = await queue.receive(name, { max, visibilitySeconds, waitSeconds, signal });
    const receivedAt = clock.now();
    return messages.map((message) => ({ message, receivedAt }));
  };
  const batch = await receive(batchSize, LONGEST_WAIT_SECONDS);
  const closesAt = clock.monotonic() + windowSeconds * 1_000;
  while (batch.length > 0 && batch.length < batchSize && !signal.aborted) {
    const leftMs = closesAt - clock.monotonic();
    if (leftMs <= 0) break;
    batch.push(...(await receive(batchSize - batch.length, Math.min(Math.ceil(leftMs / 1_000), LONGEST_WAIT_SECONDS))));
  }
  return batch;
};
