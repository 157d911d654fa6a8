import type { Clock } from '../../lib/ports/clock.ts';
import type { Queue } from '../../lib/ports/queue.ts';
import type { FunctionMapping } from '../serverless/function-mapping.ts';
import type { Delivery } from './event.ts';
import type { BatchOutcome } from './invoke.ts';

/** Moves what was received too often to the dead letters, as SQS does before it would hand it out once more, and gives back the rest. */
export const setAside = async (queue: Queue, { queue: name, maxReceiveCount }: FunctionMapping, batch: readonly Delivery[]): Promise<Delivery[]> => {
  const fresh: Delivery[] = [];
  for (const delivery of batch) {
    if (delivery.message.receiveCount <= maxReceiveCount) fresh.push(delivery);
    else await queue.deadLetter(name, delivery.message, `received ${maxReceiveCount} times and never worked off`);
  }
  return fresh;
};

/** Removes what was done. What failed is released for what is left of its visibility: it comes back when it would have, but counts as waiting meanwhile, not as being worked on. */
export const settle = async (queue: Queue, clock: Clock, { queue: name, visibilitySeconds }: FunctionMapping, { done, failed }: BatchOutcome): Promise<void> => {
  if (done.length > 0) await queue.acknowledge(name, done.map(({ message }) => message.receipt));
  for (const { message, receivedAt } of failed) {
    const leftMs = receivedAt + visibilitySeconds * 1_000 - clock.now();
    await queue.release(name, message.receipt, Math.max(0, Math.ceil(leftMs / 1_000)));
  }
};
