import { isDeepStrictEqual } from 'node:util';
import { QUEUE_NAMES } from '../../../events/messages.ts';
import { deadQueueNameOf, queueNameOf } from '../../../lib/adapters/aws/names.ts';
import { WORK } from './role-rules.ts';
import { type Template, at, listOf, ofType, targetOf } from './template.ts';

const LEAST_TRIES = 5;
const VISIBILITY_TIMEOUTS = 6;
/** SQS's longest, fourteen days. */
const LONGEST_RETENTION_SECONDS = 1_209_600;

const queues = (template: Template): [string, Readonly<Record<string, unknown>>][] => ofType(template, 'AWS::SQS::Queue').map(([name, { Properties }]) => [name, Properties]);

const deadLettersOf = (properties: unknown): string | null => targetOf(at(properties, 'RedrivePolicy', 'deadLetterTargetArn'));

/** Dead letters behind every queue, kept as long as can be since their age counts from the first sending, after enough tries. */
const deadLetters = (template: Template): string[] => {
  const all = new Map(queues(template));
  const dead = new Set([...all.values()].map(deadLettersOf));
  return [...all].flatMap(([name, properties]) => {
    if (dead.has(name)) return [];
    const target = all.get(deadLettersOf(properties) ?? '');
    if (target === undefined) return [`${name} has no dead letters`];
    return [
      ...(target['MessageRetentionPeriod'] === LONGEST_RETENTION_SECONDS ? [] : [`${name} does not keep its dead letters as long as it could`]),
      ...(Number(at(properties, 'RedrivePolicy', 'maxReceiveCount')) >= LEAST_TRIES ? [] : [`${name} gives up before ${LEAST_TRIES} tries`]),
    ];
  });
};

const encrypted = (template: Template): string[] =>
  queues(template).flatMap(([name, properties]) => (properties['SqsManagedSseEnabled'] === true || properties['KmsMasterKeyId'] !== undefined ? [] : [`${name} is not encrypted`]));

const tlsOnly = (queue: string): unknown => ({
  Sid: 'TlsOnly',
  Effect: 'Deny',
  Principal: '*',
  Action: 'sqs:*',
  Resource: { 'Fn::GetAtt': [queue, 'Arn'] },
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/** Nobody without TLS, and nobody let in from outside but those who send events (template.test.ts says who). */
const guarded = (template: Template): string[] => {
  const statements = (queue: string): unknown[] =>
    ofType(template, 'AWS::SQS::QueuePolicy')
      .filter(([, { Properties }]) => listOf(Properties['Queues']).some((one) => targetOf(one) === queue))
      .flatMap(([, { Properties }]) => listOf(at(Properties, 'PolicyDocument', 'Statement')));
  return queues(template).flatMap(([name]) => {
    const [first, ...others] = statements(name);
    return [
      ...(isDeepStrictEqual(first, tlsOnly(name)) ? [] : [`${name} can be used without TLS`]),
      ...(others.length === 0 || name === 'Decommissions' ? [] : [`${name} lets in somebody from outside`]),
    ];
  });
};

/** The names by which the adapter asks for them. */
const named = (template: Template, stage: string): string[] => {
  const known = QUEUE_NAMES.flatMap((queue) => [queueNameOf(stage, queue), deadQueueNameOf(stage, queue)]);
  const found = new Set(queues(template).map(([, properties]) => properties['QueueName']));
  return known.filter((name) => !found.has(name)).map((name) => `there is no queue ${name}`);
};

/** What is sent to a queue is worked off, by the function that is there for it. */
const worked = (template: Template): string[] => {
  const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping').filter(([, { Properties }]) => Properties['Enabled'] !== false);
  return Object.entries(WORK).flatMap(([name, { takes }]) => {
    const isWorked = mappings.some(([, { Properties }]) => targetOf(Properties['EventSourceArn']) === takes && targetOf(Properties['FunctionName']) === `${name}LambdaFunction`);
    return takes === undefined || isWorked ? [] : [`${name}LambdaFunction is not given what ${takes} has`];
  });
};

/** What Lambda's event source mappings need of their queues (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). */
const triggers = (template: Template): string[] => {
  const all = new Map(queues(template));
  return ofType(template, 'AWS::Lambda::EventSourceMapping').flatMap(([name, { Properties }]) => {
    const queue = all.get(targetOf(Properties['EventSourceArn']) ?? '');
    const lambda = template.Resources[targetOf(Properties['FunctionName']) ?? ''];
    if (queue === undefined || lambda === undefined) return [`${name} joins no queue to a function`];
    const windowSeconds = Number(Properties['MaximumBatchingWindowInSeconds'] ?? 0);
    const least = VISIBILITY_TIMEOUTS * Number(lambda.Properties['Timeout']) + windowSeconds;
    return [
      ...(listOf(Properties['FunctionResponseTypes']).includes('ReportBatchItemFailures') ? [] : [`${name} takes a batch for done whatever the function replies`]),
      ...(Number(queue['VisibilityTimeout'] ?? 30) >= least ? [] : [`${name}: the queue hides its messages for less than ${least} seconds`]),
      ...(Number(Properties['BatchSize'] ?? 10) <= 10 || windowSeconds > 0 ? [] : [`${name} has a batch above ten without a window`]),
      ...(Number(at(Properties, 'ScalingConfig', 'MaximumConcurrency')) >= 2 ? [] : [`${name} has no limit of concurrency`]),
    ];
  });
};

export const queueProblems = (template: Template, stage: string): string[] => [deadLetters, encrypted, guarded, worked, triggers].flatMap((rule) => rule(template)).concat(named(template, stage));
