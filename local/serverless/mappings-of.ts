import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { QUEUE_NAMES, type QueueName } from '../../events/messages.ts';
import { type Parsed, type Problem, validate } from '../../events/problems.ts';
import type { FunctionMapping } from './function-mapping.ts';
import { type FunctionEntry, type ServerlessFile, SqsTrigger, TriggerQueue } from './schema.ts';

/** AWS's visibility rule for a trigger (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). */
const VISIBILITY_TIMEOUTS = 6;

/** Owns every queue of a laptop. */
const LOCAL_ACCOUNT = '000000000000';

type Problems = readonly Omit<Problem, 'file'>[];

interface Place {
  readonly serverless: ServerlessFile;
  readonly file: string;
  readonly root: string;
  readonly stage: string;
  readonly name: string;
}

const handlerOf = (handler: string, root: string): FunctionMapping['handler'] => {
  const dot = handler.lastIndexOf('.');
  return { file: join(root, `${handler.slice(0, dot)}.ts`), export: handler.slice(dot + 1) };
};

const queueOf = (physicalName: string, { serverless, stage }: Place): QueueName | null =>
  QUEUE_NAMES.find((name) => physicalName === `${serverless.service}-${stage}-${name}`) ?? null;

const mappingOf = (place: Place, entry: FunctionEntry, sqs: unknown, at: string): Parsed<FunctionMapping> => {
  const { serverless, file, root, stage, name } = place;
  const refuse = (...problems: Problems): Parsed<never> => ({ kind: 'refused', problems: problems.map((problem) => ({ file, ...problem })) });
  const { provider } = serverless;
  const triggered = validate(SqsTrigger, sqs, file, at);
  if (triggered.kind === 'refused') return triggered;
  const trigger = triggered.value;

  const resource = serverless.resources[trigger.arn];
  if (resource?.Type !== 'AWS::SQS::Queue') {
    return refuse({ path: `${at}.arn`, message: `names ${trigger.arn}, which is no AWS::SQS::Queue under resources`, remedy: 'name the resource of the queue' });
  }
  const properties = `${resource.path}.Properties`;
  const judged = validate(TriggerQueue, resource.Properties, file, properties);
  if (judged.kind === 'refused') return judged;
  const { QueueName: physicalName, VisibilityTimeout: visibilitySeconds, RedrivePolicy } = judged.value;

  const queue = queueOf(physicalName, place);
  const handler = handlerOf(entry.handler, root);
  const timeoutSeconds = entry.timeout ?? provider.timeout;
  const leastSeconds = VISIBILITY_TIMEOUTS * timeoutSeconds + trigger.maximumBatchingWindow;
  const problems: Problems = [
    ...(existsSync(handler.file) ? [] : [{ path: `functions.${name}.handler`, message: `names ${handler.file}, which does not exist`, remedy: 'name a module without its .ts' }]),
    ...(visibilitySeconds >= leastSeconds
      ? []
      : [{ path: `${properties}.VisibilityTimeout`, message: `is ${visibilitySeconds}`, remedy: `it must be at least ${leastSeconds}: 6 times the timeout of ${name}, and its batching window` }]),
  ];
  if (queue === null) {
    const known = QUEUE_NAMES.map((known) => `${serverless.service}-${stage}-${known}`).join(', ');
    return refuse(...problems, { path: `${properties}.QueueName`, message: `is "${physicalName}"`, remedy: `it must be one of ${known}` });
  }
  if (problems.length > 0) return refuse(...problems);
  return {
    kind: 'parsed',
    value: {
      functionName: `${serverless.service}-${stage}-${name}`,
      handler,
      memoryMegabytes: entry.memorySize ?? provider.memorySize,
      queue,
      queueArn: `arn:aws:sqs:${provider.region}:${LOCAL_ACCOUNT}:${physicalName}`,
      batchSize: trigger.batchSize,
      windowSeconds: trigger.maximumBatchingWindow,
      maximumConcurrency: trigger.maximumConcurrency,
      timeoutSeconds,
      visibilitySeconds,
      maxReceiveCount: RedrivePolicy.maxReceiveCount,
    },
  };
};

/** The mappings of a file whose form is right already, or what its parts say against each other. */
export const mappingsOf = (serverless: ServerlessFile, file: string, root: string, stage: string): Parsed<readonly FunctionMapping[]> => {
  const parsed = Object.entries(serverless.functions).flatMap(([name, entry]) =>
    entry.events.flatMap(({ sqs }, index) => {
      const place = { serverless, file, root, stage, name };
      return sqs === undefined ? [] : [mappingOf(place, entry, sqs, `functions.${name}.events[${index}].sqs`)];
    }),
  );
  const problems = parsed.flatMap((one) => (one.kind === 'refused' ? one.problems : []));
  const mappings = parsed.flatMap((one) => (one.kind === 'parsed' ? [one.value] : []));
  const twice = QUEUE_NAMES.filter((queue) => mappings.filter((mapping) => mapping.queue === queue).length > 1);
  const shared = twice.map((queue) => ({ file, path: 'functions', message: `has two triggers on the queue ${queue}`, remedy: 'let each queue trigger one function: two would take each other\'s messages' }));
  return problems.length + shared.length > 0 ? { kind: 'refused', problems: [...problems, ...shared] } : { kind: 'parsed', value: mappings };
};
