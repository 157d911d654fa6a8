import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAwsSettings } from '../../lib/adapters/aws/settings.ts';
import { ATTRIBUTE_DEFINITIONS, DUE_INDEX, KEY_SCHEMA } from '../../lib/adapters/aws/table.ts';
import { openStore } from '../../lib/workflow/wiring/open-store.ts';

const good = { AWS_REGION: 'eu-west-1', PROBATE_STAGE: 'prod' };
const SQS = 'http://127.0.0.1:4599';
const DYNAMODB = 'http://localhost:8000';

describe('the settings of a stage', () => {
  it.each([
    { what: 'none but region and stage are AWS\'s own', env: {}, endpoints: { sqs: null, dynamodb: null }, isLoopback: false },
    { what: 'blank ones count as absent', env: { AWS_ENDPOINT_URL_SQS: ' ' }, endpoints: { sqs: null, dynamodb: null }, isLoopback: false },
    { what: 'an endpoint of a private network', env: { AWS_ENDPOINT_URL_SQS: 'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com' }, endpoints: { sqs: 'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com', dynamodb: null }, isLoopback: false },
    { what: 'both services on this machine', env: { AWS_ENDPOINT_URL_SQS: SQS, AWS_ENDPOINT_URL_DYNAMODB: DYNAMODB }, endpoints: { sqs: SQS, dynamodb: DYNAMODB }, isLoopback: true },
    { what: 'one endpoint for both', env: { AWS_ENDPOINT_URL: SQS }, endpoints: { sqs: SQS, dynamodb: SQS }, isLoopback: true },
    { what: 'a service\'s own endpoint before that for both', env: { AWS_ENDPOINT_URL: SQS, AWS_ENDPOINT_URL_DYNAMODB: DYNAMODB }, endpoints: { sqs: SQS, dynamodb: DYNAMODB }, isLoopback: true },
  ])('$what', ({ env, endpoints, isLoopback }) => {
    expect(readAwsSettings({ ...good, ...env })).toEqual({ region: 'eu-west-1', stage: 'prod', endpoints, isLoopback });
  });

  it.each([
    { env: { AWS_REGION: undefined }, named: ['AWS_REGION'] },
    { env: { AWS_REGION: '', PROBATE_STAGE: undefined }, named: ['AWS_REGION', 'PROBATE_STAGE'] },
    { env: { AWS_REGION: 'Ireland' }, named: ['AWS_REGION'] },
    { env: { PROBATE_STAGE: 'prod/eu' }, named: ['PROBATE_STAGE'] },
    { env: { PROBATE_STAGE: 'x'.repeat(41) }, named: ['PROBATE_STAGE'] },
    { env: { AWS_ENDPOINT_URL_SQS: 'http://sqs.example.com' }, named: ['AWS_ENDPOINT_URL_SQS'] },
    { env: { AWS_ENDPOINT_URL_DYNAMODB: 'dynamodb' }, named: ['AWS_ENDPOINT_URL_DYNAMODB'] },
    { env: { AWS_ENDPOINT_URL_SQS: SQS }, named: ['AWS_ENDPOINT_URL_DYNAMODB'] },
    { env: { AWS_ENDPOINT_URL_DYNAMODB: DYNAMODB, AWS_ENDPOINT_URL_SQS: 'https://sqs.example.com' }, named: ['AWS_ENDPOINT_URL_SQS'] },
  ])('are refused by name: $named of $env', ({ env, named }) => {
    expect(() => readAwsSettings({ ...good, ...env })).toThrow(
      expect.objectContaining({ name: 'AwsSettingsRefused', problems: named.map((variable): unknown => expect.objectContaining({ variable })) }),
    );
  });
});

describe('a cold start', () => {
  it.each([
    { env: { PROBATE_STACK: 'azure' }, refusal: /PROBATE_STACK is "azure": set it to embedded or aws/ },
    { env: { PROBATE_STACK: 'aws', PROBATE_STAGE: 'prod' }, refusal: /AWS_REGION is not set/ },
    { env: { PROBATE_STACK: 'aws', AWS_REGION: 'eu-west-1' }, refusal: /PROBATE_STAGE is not set/ },
    { env: { PROBATE_STACK: 'embedded' }, refusal: /PROBATE_STATE is not set: name the directory/ },
    { env: {}, refusal: /PROBATE_STATE is not set: name the directory/ },
  ])('fails with the name of what it lacks: $env', async ({ env, refusal }) => {
    await expect(openStore(env)).rejects.toThrow(refusal);
  });
});

it('the table that is deployed is the one the ledger is written to', () => {
  const template: { Resources: { Ledger: { Properties: unknown } } } = parse(readFileSync(new URL('../../deploy/table.yml', import.meta.url), 'utf8'));
  expect(template.Resources.Ledger.Properties).toMatchObject({
    TableName: 'probate-${sls:stage}',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: KEY_SCHEMA,
    AttributeDefinitions: ATTRIBUTE_DEFINITIONS,
    GlobalSecondaryIndexes: [DUE_INDEX],
  });
});
