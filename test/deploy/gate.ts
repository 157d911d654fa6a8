import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isRecord } from '../../events/shape.ts';
import { cloudFormationTags } from '../../local/serverless/tags.ts';
import { type Exchange, startMeddler } from '../stand-ins/meddler.ts';
import { ROOT } from './packaged.ts';
import { rightsOf } from './template/rights.ts';
import { at } from './template/template.ts';

const read = (...file: readonly string[]): unknown => parse(readFileSync(join(ROOT, ...file), 'utf8'), { customTags: cloudFormationTags, merge: true });

/** What the role of a function of serverless.yml allows it. */
const rightsOfFunction = (name: string): readonly string[] => rightsOf(at(read('deploy', 'roles.yml'), 'Resources', String(at(read('serverless.yml'), 'functions', name, 'role')), 'Properties'));

/** A queue's name in the template: `probate-STAGE-deletions-dead` is `DeletionsDead`. */
const queueOf = ({ QueueUrl: url, QueueName: name }: Exchange['request'], stage: string): string => {
  const [, queue = ''] = String(name ?? url).split(`probate-${stage}-`);
  return queue.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
};

/** The right that a request takes (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html): a batch has none of its own. */
const NEEDED = {
  sqs: ({ operation, request }: Exchange, stage: string): string => `sqs:${operation.replace(/Batch$/, '')} ${queueOf(request, stage)}`,
  dynamodb: ({ operation, request }: Exchange, stage: string): string => {
    const tables = isRecord(request['RequestItems']) ? Object.keys(request['RequestItems']) : [request['TableName']];
    const { IndexName: name } = request;
    const index = typeof name === 'string' ? `/index/${name}` : '';
    return `dynamodb:${operation} ${tables.join() === `probate-${stage}` ? 'Ledger' : tables.join()}${index}`;
  },
} as const;

/** Stands before a service and refuses a function what its role does not allow, as IAM would; `refused` tells what that was. */
export const startGate = async (service: keyof typeof NEEDED, endpoint: string, name: string, stage: string): Promise<{ readonly endpoint: string; readonly refused: readonly string[] }> => {
  const rights = rightsOfFunction(name);
  const refused: string[] = [];
  const gate = await startMeddler(endpoint, (exchange) => {
    const needed = NEEDED[service](exchange, stage);
    if (rights.includes(needed)) return 'as it is';
    refused.push(needed);
    return { status: 400, body: { __type: 'com.amazon.coral.service#AccessDeniedException', message: `not authorized to perform ${needed}` } };
  });
  return { endpoint: gate.endpoint, refused };
};
