import * as z from 'zod/mini';

const GetArn = z.pipe(
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  z.transform((reference) => reference['Fn::GetAtt'][0]),
);

/** Strict, so that a misspelt or an unsupported setting is not simply left out on one machine (https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html). */
export const SqsTrigger = z
  .strictObject({
    arn: GetArn,
    batchSize: z.int().check(z.minimum(1), z.maximum(10_000)),
    maximumBatchingWindow: z._default(z.int().check(z.minimum(0), z.maximum(300)), 0),
    functionResponseType: z.literal('ReportBatchItemFailures'),
    maximumConcurrency: z.int().check(z.minimum(2), z.maximum(1_000)),
  })
  .check(
    z.refine(({ batchSize, maximumBatchingWindow }) => batchSize <= 10 || maximumBatchingWindow > 0, {
      message: 'must not be 0 with a batchSize above 10',
      path: ['maximumBatchingWindow'],
    }),
  );
export type SqsTrigger = z.infer<typeof SqsTrigger>;

const FunctionEntry = z.looseObject({
  handler: z.string().check(z.regex(/^[\w./-]+\.[A-Za-z_$][\w$]*$/, 'must be a module and its export, such as functions/intake.handler')),
  timeout: z.optional(z.int().check(z.minimum(1), z.maximum(900))),
  memorySize: z.optional(z.int().check(z.minimum(128), z.maximum(10_240))),
  events: z._default(z.array(z.looseObject({ sqs: z.optional(z.unknown()) })), []),
});

/** What osls takes where nothing is said. */
const Provider = z.looseObject({
  region: z._default(z.string().check(z.minLength(1)), 'us-east-1'),
  timeout: z._default(z.int().check(z.minimum(1), z.maximum(900)), 6),
  memorySize: z._default(z.int().check(z.minimum(128), z.maximum(10_240)), 1_024),
});

const Resources = z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() }));

/** Other files hold what has no counterpart on one machine: the table, roles, policies of queues and alarms. */
const OtherFile = z.string().check(z.regex(/^\$\{file\(deploy\/[\w-]+\.yml\)\}$/, 'must be a file of deploy/, such as ${file(deploy/roles.yml)}'));

/** The resources that stand in the file itself, by name, each with its own place. */
const ResourceList = z.pipe(
  z.array(z.union([z.looseObject({ Resources }), OtherFile])),
  z.transform((parts) =>
    Object.fromEntries(
      parts.flatMap((part, index) =>
        typeof part === 'string' ? [] : Object.entries(part.Resources).map(([name, { Type, Properties }]) => [name, { Type, Properties, path: `resources[${index}].Resources.${name}` }] as const),
      ),
    ),
  ),
);

/** Parameters by stage; `default` holds for every stage that does not set one itself. */
export const Params = z.looseObject({ params: z._default(z.record(z.string(), z.record(z.string(), z.string())), {}) });

export const ServerlessFile = z.looseObject({
  service: z.string().check(z.minLength(1)),
  provider: Provider,
  functions: z.record(z.string(), FunctionEntry),
  resources: ResourceList,
});
export type ServerlessFile = z.infer<typeof ServerlessFile>;
export type FunctionEntry = z.infer<typeof FunctionEntry>;

/** The properties of a queue that triggers a function; its defaults are SQS's own. */
export const TriggerQueue = z.looseObject({
  QueueName: z.string().check(z.minLength(1), z.maxLength(80)),
  VisibilityTimeout: z._default(z.int().check(z.minimum(0), z.maximum(43_200)), 30),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: GetArn, maxReceiveCount: z.int().check(z.minimum(1), z.maximum(1_000)) }),
});
export type TriggerQueue = z.infer<typeof TriggerQueue>;
