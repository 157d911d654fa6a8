import { type Template, at, branches, isObject, listOf, ofType, targetOf } from './template.ts';

const LEAST_TRIES = 5;
const VISIBILITY_TIMEOUTS = 6;

const queues = (template: Template): [string, Readonly<Record<string, unknown>>][] => ofType(template, 'AWS::SQS::Queue').map(([name, { Properties }]) => [name, Properties]);

const deadLettersOf = (properties: unknown): string | null => targetOf(at(properties, 'RedrivePolicy', 'deadLetterTargetArn'));

/** Dead letters behind every queue, kept longer than the living, after enough tries. */
const deadLetters = (template: Template): string[] => {
  const all = new Map(queues(template));
  const dead = new Set([...all.values()].map(deadLettersOf));
  return [...all].flatMap(([name, properties]) => {
    if (dead.has(name)) return [];
    const target = all.get(deadLettersOf(properties) ?? '');
    if (target === undefined) return [`${name} has no dead letters`];
    const [kept, keptDead] = [Number(properties['MessageRetentionPeriod'] ?? 345_600), Number(target['MessageRetentionPeriod'] ?? 345_600)];
    return [
      ...(keptDead > kept ? [] : [`${name} keeps its dead letters no longer than the living`]),
      ...(Number(at(properties, 'RedrivePolicy', 'maxReceiveCount')) >= LEAST_TRIES ? [] : [`${name} gives up before ${LEAST_TRIES} tries`]),
    ];
  });
};

const encrypted = (template: Template): string[] =>
  queues(template).flatMap(([name, properties]) => (properties['SqsManagedSseEnabled'] === true || properties['KmsMasterKeyId'] !== undefined ? [] : [`${name} is not encrypted`]));

const hasOneCondition = (condition: unknown): boolean => isObject(condition) && Object.keys(condition).length === 1;

const isTlsOnly = (statement: unknown, queue: string): boolean =>
  at(statement, 'Effect') === 'Deny' &&
  at(statement, 'Principal') === '*' &&
  at(statement, 'Action') === 'sqs:*' &&
  targetOf(at(statement, 'Resource')) === queue &&
  at(statement, 'Condition', 'Bool', 'aws:SecureTransport') === 'false' &&
  hasOneCondition(at(statement, 'Condition'));

/** Nobody without TLS, and nobody let in without a condition that names them. */
const guarded = (template: Template): string[] => {
  const statements = (queue: string): unknown[] =>
    ofType(template, 'AWS::SQS::QueuePolicy')
      .filter(([, { Properties }]) => listOf(Properties['Queues']).some((one) => targetOf(one) === queue))
      .flatMap(([, { Properties }]) => branches(at(Properties, 'PolicyDocument', 'Statement')));
  return queues(template).flatMap(([name]) => {
    const all = statements(name);
    const open = all.filter((statement) => at(statement, 'Effect') === 'Allow' && !isObject(at(statement, 'Condition', 'ArnLike')));
    const senders = all.filter((statement) => at(statement, 'Effect') === 'Allow' && at(statement, 'Action') !== 'sqs:SendMessage');
    return [
      ...(all.some((statement) => isTlsOnly(statement, name)) ? [] : [`${name} can be used without TLS`]),
      ...(open.length === 0 ? [] : [`${name} lets in somebody who is not named`]),
      ...(senders.length === 0 ? [] : [`${name} lets somebody from outside do more than send`]),
    ];
  });
};

/** Events come from those named, whatever else an identity of the account may be allowed. */
const decommissionsClosed = (template: Template): string[] => {
  const statements = ofType(template, 'AWS::SQS::QueuePolicy').flatMap(([, { Properties }]) => branches(at(Properties, 'PolicyDocument', 'Statement')));
  const closed = statements.some(
    (statement) =>
      at(statement, 'Effect') === 'Deny' &&
      at(statement, 'Action') === 'sqs:SendMessage' &&
      targetOf(at(statement, 'Resource')) === 'Decommissions' &&
      at(statement, 'Condition', 'ArnNotLike', 'aws:PrincipalArn') !== undefined,
  );
  return closed ? [] : ['Decommissions takes events from any identity of the account'];
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

export const queueProblems = (template: Template): string[] => [deadLetters, encrypted, guarded, decommissionsClosed, triggers].flatMap((rule) => rule(template));
