import type { Clock } from '../../lib/ports/clock.ts';
import type { Queue } from '../../lib/ports/queue.ts';
import type { FunctionMapping } from '../serverless/function-mapping.ts';
import { makeActivity } from './activity.ts';
import type { SqsHandler } from './handler.ts';
import { type Idle, whenIdle } from './idle.ts';
import type { BatchFault } from './invoke.ts';
import { poll } from './poller.ts';

export interface MappingParts {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly mappings: readonly FunctionMapping[];
  readonly loadHandler: (mapping: FunctionMapping) => Promise<SqsHandler>;
  /** Told of every invocation that failed as a whole and every fault of the queue; the messages come back by themselves. */
  readonly onFault?: (fault: BatchFault) => void;
}

export interface Mapping {
  /** Resolves once nothing is ready or in flight on any mapped queue; rejects with the signal's reason, or when the mapping is stopped. */
  idle(signal?: AbortSignal): Promise<Idle>;
  /** Takes no further message and resolves when the invocations in flight have ended. */
  stop(): Promise<void>;
}

/**
 * Drives handlers from their queues as Lambda's event source mapping does: batches, window, concurrency, timeout, partial
 * failures, dead letters (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). Rejects, before any message is
 * taken, when a handler cannot be loaded.
 */
export const startMapping = async ({ queue, clock, mappings, loadHandler, onFault = () => undefined }: MappingParts): Promise<Mapping> => {
  const loaded = await Promise.all(mappings.map(async (mapping) => ({ mapping, handler: await loadHandler(mapping) })));
  const stopping = new AbortController();
  const activity = makeActivity();
  const pollers = Promise.all(loaded.map((one) => poll({ ...one, queue, clock, activity, onFault, stopping: stopping.signal })));
  const names = mappings.map((mapping) => mapping.queue);
  return {
    idle: (signal) => whenIdle(queue, clock, names, activity, signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal])),
    stop: async () => {
      stopping.abort(new Error('the mapping was stopped'));
      await pollers;
    },
  };
};
