import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { QUEUE_NAMES } from '../../../events/messages.ts';
import { UnusableServerless, readServerless } from '../../../local/serverless/read.ts';
import { cloudFormationTags } from '../../../local/serverless/tags.ts';
import { temporaryDirectory } from '../../contract/temporary.ts';

const OURS = fileURLToPath(new URL('../../../serverless.yml', import.meta.url));
const DEV = { stage: 'dev', env: {} };

/** Our file with one text exchanged for another, beside empty modules for its handlers. */
const changed = (from: string | RegExp, to: string): string => {
  const directory = temporaryDirectory();
  const text = readFileSync(OURS, 'utf8');
  const other = text.replace(from, to);
  if (other === text) throw new Error(`serverless.yml holds no ${String(from)}`);
  mkdirSync(join(directory, 'functions'));
  for (const name of ['intake', 'delete', 'verify', 'compensate']) writeFileSync(join(directory, 'functions', `${name}.ts`), '');
  const file = join(directory, 'serverless.yml');
  writeFileSync(file, other);
  return file;
};

const problemsOf = (file: string): string[] => {
  try {
    readServerless(file, DEV);
    return [];
  } catch (fault) {
    if (!(fault instanceof UnusableServerless)) throw fault;
    expect(fault.message).toContain(file);
    return fault.problems.map(({ path, message, remedy }) => `${path}: ${message}; ${remedy}`);
  }
};

describe('our serverless.yml', () => {
  it('triggers one function from each queue, with the rules the design asks for', () => {
    const mappings = readServerless(OURS, DEV);
    expect(mappings.map(({ functionName, queue }) => `${queue} -> ${functionName}`)).toEqual([
      'decommissions -> probate-dev-intake',
      'deletions -> probate-dev-delete',
      'verifications -> probate-dev-verify',
      'compensations -> probate-dev-compensate',
    ]);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({ batchSize: 10, windowSeconds: 0, timeoutSeconds: 60, visibilitySeconds: 360, maxReceiveCount: 5, memoryMegabytes: 512 });
      expect(mapping.queueArn).toBe(`arn:aws:sqs:us-east-1:000000000000:probate-dev-${mapping.queue}`);
    }
  });

  it.each(QUEUE_NAMES)('H31: hides a message of %s for at least six timeouts, and keeps its dead letters longer than the living', (queue) => {
    const document: unknown = parse(readFileSync(OURS, 'utf8'), { customTags: cloudFormationTags });
    const name = `${queue.charAt(0).toUpperCase()}${queue.slice(1)}`;
    expect(document).toMatchObject({
      resources: {
        0: {
          Resources: {
            [name]: { Properties: { VisibilityTimeout: 360, MessageRetentionPeriod: 345_600, RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [`${name}Dead`, 'Arn'] } } } },
            [`${name}Dead`]: { Properties: { MessageRetentionPeriod: 1_209_600 } },
          },
        },
      },
    });
  });

  it('carries the stage and the region in the names of what is deployed', () => {
    const [intake] = readServerless(OURS, { stage: 'prod', env: { AWS_REGION: 'eu-west-1' } });
    expect(intake).toMatchObject({ functionName: 'probate-prod-intake', queueArn: 'arn:aws:sqs:eu-west-1:000000000000:probate-prod-decommissions' });
  });

  it('leaves functions that a schedule triggers to whoever keeps schedules', () => {
    expect(readFileSync(OURS, 'utf8')).toContain('replay:');
    expect(readServerless(OURS, DEV).map(({ functionName }) => functionName)).not.toContain('probate-dev-replay');
  });

  it('names modules that stand in the checkout', () => {
    const [intake] = readServerless(OURS, DEV);
    expect(intake?.handler).toEqual({ file: fileURLToPath(new URL('../../../functions/intake.ts', import.meta.url)), export: 'handler' });
  });
});

describe('a serverless.yml that cannot be carried out', () => {
  it.each([
    { what: 'a misspelt setting', from: 'batchSize: 10', to: 'batchsize: 10', problem: /functions\.intake\.events\[0\]\.sqs\.batchsize: is not a known key; did you mean "batchSize"/ },
    { what: 'a setting that is not carried out here', from: 'batchSize: 10', to: 'batchSize: 10\n          filterPatterns: []', problem: /sqs\.filterPatterns: is not a known key/ },
    { what: 'a batch size of 0', from: 'batchSize: 10', to: 'batchSize: 0', problem: /functions\.intake\.events\[0\]\.sqs\.batchSize: is the number 0; it must be at least 1/ },
    { what: 'a batch above 10 without a window', from: 'batchSize: 10', to: 'batchSize: 100', problem: /sqs\.maximumBatchingWindow: .*must not be 0 with a batchSize above 10/ },
    { what: 'no partial batch reply', from: /functionResponseType: .*\n/, to: '\n', problem: /sqs\.functionResponseType: is missing/ },
    { what: 'a concurrency Lambda refuses', from: 'maximumConcurrency: 5', to: 'maximumConcurrency: 1', problem: /sqs\.maximumConcurrency: is the number 1; it must be at least 2/ },
    { what: 'a timeout above Lambda\'s', from: 'timeout: 60', to: 'timeout: 901', problem: /provider\.timeout: is the number 901; it must be at most 900/ },
    { what: 'a visibility below six timeouts', from: 'VisibilityTimeout: 360', to: 'VisibilityTimeout: 359', problem: /resources\[0\]\.Resources\.Decommissions\.Properties\.VisibilityTimeout: is 359; it must be at least 360/ },
    { what: 'a queue without dead letters', from: /RedrivePolicy: .*\n/, to: '\n', problem: /resources\[0\]\.Resources\.Decommissions\.Properties\.RedrivePolicy: is missing/ },
    { what: 'a queue of another name', from: 'sls:stage}-decommissions', to: 'sls:stage}-events', problem: /Decommissions\.Properties\.QueueName: is "probate-dev-events"; it must be one of probate-dev-decommissions, / },
    { what: 'a trigger by what is no queue', from: 'Decommissions.Arn', to: 'Nothing.Arn', problem: /functions\.intake\.events\[0\]\.sqs\.arn: names Nothing, which is no AWS::SQS::Queue/ },
    { what: 'two functions on one queue', from: 'Decommissions.Arn', to: 'Deletions.Arn', problem: /functions: has two triggers on the queue deletions/ },
    { what: 'a handler that is not there', from: 'functions/intake.handler', to: 'functions/nobody.handler', problem: /functions\.intake\.handler: names .*nobody\.ts, which does not exist/ },
    { what: 'a handler without an export', from: 'functions/intake.handler', to: 'functions', problem: /functions\.intake\.handler: is "functions"; it must be a module and its export/ },
    { what: 'a variable without a value', from: "${env:AWS_REGION, 'us-east-1'}", to: '${env:AWS_REGION}', problem: /provider\.region: holds \$\{env:AWS_REGION\}, which has no value here/ },
    { what: 'a variable of a source not known here', from: "${env:AWS_REGION, 'us-east-1'}", to: '${ssm:region}', problem: /provider\.region: holds \$\{ssm:region\}/ },
    { what: 'a parameter nobody set', from: 'memorySize: 512', to: 'memorySize: ${param:memory}', problem: /provider\.memorySize: holds \$\{param:memory\}, which has no value here/ },
    { what: 'a parameter that is no text', from: "alarmTopicArn: ''", to: 'alarmTopicArn: 5', problem: /params\.default\.alarmTopicArn: is the number 5; write it as text/ },
    { what: 'resources in a file outside deploy', from: 'deploy/table.yml', to: 'table.yml', problem: /resources\[1\]/ },
    { what: 'text that is not YAML', from: 'service: probate', to: 'service: [probate', problem: /is not YAML/ },
    { what: 'a tag nobody knows', from: '!GetAtt', to: '!GetArt', problem: /is not YAML that can be read: .*!GetArt/ },
  ])('because of $what is refused by file and field', ({ from, to, problem }) => {
    expect(problemsOf(changed(from, to))).toEqual([expect.stringMatching(problem)]);
  });
});

describe('CloudFormation in YAML', () => {
  it.each([
    { yaml: '!Ref Table', long: { Ref: 'Table' } },
    { yaml: '!GetAtt Table.Stream.Arn', long: { 'Fn::GetAtt': ['Table', 'Stream.Arn'] } },
    { yaml: '!GetAtt [Table, Arn]', long: { 'Fn::GetAtt': ['Table', 'Arn'] } },
    { yaml: "!Sub 'arn:aws:sqs:${AWS::Region}:x'", long: { 'Fn::Sub': 'arn:aws:sqs:${AWS::Region}:x' } },
    { yaml: "!Join ['-', [a, !Ref B]]", long: { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] } },
    { yaml: '!If [Prod, !GetAtt A.Arn, none]', long: { 'Fn::If': ['Prod', { 'Fn::GetAtt': ['A', 'Arn'] }, 'none'] } },
    { yaml: '!Transform { Name: x }', long: { 'Fn::Transform': { Name: 'x' } } },
  ])('$yaml is read into its long form', ({ yaml, long }) => {
    expect(parse(yaml, { customTags: cloudFormationTags })).toEqual(long);
  });

  it('keeps its own variables as they are', () => {
    const file = changed('description: One saga per instance of each event, each with its plan', "description: '${AWS::Region} ${Name}'");
    expect(readServerless(file, DEV)).toHaveLength(4);
  });
});
