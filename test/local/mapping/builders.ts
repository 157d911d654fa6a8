import type { Context, SQSEvent } from 'aws-lambda';
import { onTestFinished } from 'vitest';
import { type OpenedState, openState } from '../../../lib/adapters/sqlite/state.ts';
import type { SqsHandler } from '../../../local/mapping/handler.ts';
import type { BatchFault } from '../../../local/mapping/invoke.ts';
import { type Mapping, startMapping } from '../../../local/mapping/mapping.ts';
import type { FunctionMapping } from '../../../local/serverless/function-mapping.ts';
import { stillClock } from '../../contract/still-clock.ts';
import { temporaryDirectory } from '../../contract/temporary.ts';

export const aMapping = (of: Partial<FunctionMapping> = {}): FunctionMapping => ({
  functionName: 'probate-dev-delete',
  handler: { file: 'nowhere.ts', export: 'handler' },
  memoryMegabytes: 512,
  queue: 'deletions',
  queueArn: 'arn:aws:sqs:eu-west-1:000000000000:probate-dev-deletions',
  batchSize: 10,
  windowSeconds: 0,
  maximumConcurrency: 2,
  timeoutSeconds: 60,
  visibilitySeconds: 360,
  maxReceiveCount: 5,
  ...of,
});

export interface Setting {
  readonly state: OpenedState;
  readonly mapping: Mapping;
  readonly faults: readonly BatchFault[];
  readonly send: (bodies: readonly string[], delaySeconds?: number) => Promise<void>;
}

/** A mapping that runs on a state of its own, whose time stands still until it is advanced, and which already holds the messages. */
export const running = async (handler: SqsHandler, of: Partial<FunctionMapping> = {}, bodies: readonly string[] = []): Promise<Setting> => {
  const state = openState(temporaryDirectory(), { clock: stillClock() });
  const send: Setting['send'] = async (bodies, delaySeconds = 0) => state.queue.send('deletions', bodies.map((body) => ({ body, delaySeconds })));
  await send(bodies);
  const faults: BatchFault[] = [];
  const mapping = await startMapping({
    queue: state.queue,
    clock: state.clock,
    mappings: [aMapping(of)],
    loadHandler: async () => handler,
    onFault: (fault) => faults.push(fault),
  });
  onTestFinished(async () => {
    await mapping.stop();
    state.close();
  });
  return { state, mapping, faults, send };
};

export interface Recorder {
  readonly handler: SqsHandler;
  /** The bodies of each invocation, sorted. */
  readonly batches: string[][];
  readonly events: SQSEvent[];
  readonly contexts: Context[];
}

/** A handler that remembers what it was given and then does what `answer` does. */
export const recording = (answer: SqsHandler = async () => null): Recorder => {
  const batches: string[][] = [];
  const events: SQSEvent[] = [];
  const contexts: Context[] = [];
  const handler: SqsHandler = async (event, context) => {
    events.push(event);
    contexts.push(context);
    batches.push(event.Records.map(({ body }) => body).sort());
    return answer(event, context);
  };
  return { handler, batches, events, contexts };
};

export const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `m${String(index).padStart(3, '0')}`);

/** A promise and its end, for handlers that wait until a test lets them go on. */
export const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
};
