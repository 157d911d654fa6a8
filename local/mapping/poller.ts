import type { Clock } from '../../lib/ports/clock.ts';
import type { Queue } from '../../lib/ports/queue.ts';
import type { FunctionMapping } from '../serverless/function-mapping.ts';
import type { Activity } from './activity.ts';
import type { Delivery } from './event.ts';
import { gather } from './gather.ts';
import type { SqsHandler } from './handler.ts';
import { type BatchFault, invoke } from './invoke.ts';
import { setAside, settle } from './settle.ts';

export interface PollerParts {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly mapping: FunctionMapping;
  readonly handler: SqsHandler;
  readonly activity: Activity;
  readonly onFault: (fault: BatchFault) => void;
  readonly stopping: AbortSignal;
}

/** Before a queue that failed is asked again. */
const AFTER_FAULT_MS = 1_000;

/** Feeds one function from its queue until `stopping` aborts; resolves when its last invocation has ended. */
export const poll = async ({ queue, clock, mapping, handler, activity, onFault, stopping }: PollerParts): Promise<void> => {
  const invocations = new Set<Promise<void>>();
  const tell = (cause: unknown): void => {
    onFault({ kind: 'queue', functionName: mapping.functionName, message: cause instanceof Error ? cause.message : String(cause), cause });
  };

  const workOff = async (batch: readonly Delivery[]): Promise<void> => {
    try {
      const fresh = await setAside(queue, mapping, batch);
      if (fresh.length === 0) return;
      const outcome = await invoke({ handler, mapping, clock, stopping }, fresh);
      if (outcome.fault !== null) onFault(outcome.fault);
      await settle(queue, clock, mapping, outcome);
    } catch (cause) {
      tell(cause); // What was not settled comes back with its visibility timeout.
    }
  };

  const begin = (batch: readonly Delivery[]): void => {
    const invocation = activity.during(() => workOff(batch)).finally(() => invocations.delete(invocation));
    invocations.add(invocation);
  };

  while (!stopping.aborted) {
    if (invocations.size >= mapping.maximumConcurrency) {
      await Promise.race(invocations);
      continue;
    }
    try {
      const batch = await gather(queue, clock, mapping, stopping);
      if (batch.length > 0) begin(batch);
    } catch (cause) {
      tell(cause);
      await clock.sleep(AFTER_FAULT_MS, stopping).catch(() => undefined);
    }
  }
  await Promise.all(invocations);
};
