import type { Clock } from '../../lib/ports/clock.ts';
import type { FunctionMapping } from '../serverless/function-mapping.ts';
import { contextOf } from './context.ts';
import { type Delivery, eventOf } from './event.ts';
import type { SqsHandler } from './handler.ts';
import { judgeReply } from './reply.ts';

/** What one invocation made of its batch; `fault` is why all of it failed, where all of it did. */
export interface BatchOutcome {
  readonly done: readonly Delivery[];
  readonly failed: readonly Delivery[];
  readonly fault: BatchFault | null;
}

/** Why a whole batch failed, or what the queue refused; `cause` is what was thrown, null where nothing was. */
export interface BatchFault {
  readonly kind: 'threw' | 'timed-out' | 'malformed-reply' | 'queue';
  readonly functionName: string;
  readonly message: string;
  readonly cause: unknown;
}

const TIMED_OUT = Symbol('timed out');

/** A reply leaves Lambda as JSON: what JSON cannot hold fails the invocation, `undefined` is null. */
const throughJson = (reply: unknown): unknown => JSON.parse(JSON.stringify(reply) ?? 'null');

export interface Invocation {
  readonly handler: SqsHandler;
  readonly mapping: FunctionMapping;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
}

/** Hands a batch to the handler and judges what it answers within the timeout; after that the handler may run on, and its answer is ignored. */
export const invoke = async ({ handler, mapping, clock, stopping }: Invocation, batch: readonly Delivery[]): Promise<BatchOutcome> => {
  const { functionName, timeoutSeconds } = mapping;
  const allFailed = (kind: BatchFault['kind'], message: string, cause: unknown): BatchOutcome => ({ done: [], failed: batch, fault: { kind, functionName, message, cause } });
  const over = new AbortController();
  const run = async (): Promise<unknown> => throughJson(await handler(eventOf(batch, mapping), contextOf(mapping, clock, stopping)));
  const timeout = async (): Promise<typeof TIMED_OUT> => {
    await clock.sleep(timeoutSeconds * 1_000, over.signal);
    return TIMED_OUT;
  };
  try {
    const reply = await Promise.race([run(), timeout()]);
    if (reply === TIMED_OUT) return allFailed('timed-out', `timed out after ${timeoutSeconds} s`, null);
    const judgement = judgeReply(reply, batch.map(({ message }) => message.messageId));
    if (judgement.kind === 'malformed') return allFailed('malformed-reply', judgement.why, null);
    const hasFailed = ({ message }: Delivery): boolean => judgement.failed.has(message.messageId);
    return { done: batch.filter((delivery) => !hasFailed(delivery)), failed: batch.filter(hasFailed), fault: null };
  } catch (cause) {
    return allFailed('threw', cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause), cause);
  } finally {
    over.abort();
  }
};
