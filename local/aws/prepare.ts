import { BillingMode, CreateTableCommand, DescribeTableCommand, type DynamoDBClient, ResourceInUseException, ResourceNotFoundException, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs';
import { makeClients } from '../../lib/adapters/aws/clients.ts';
import { deadQueueNameOf, queueNameOf, tableNameOf } from '../../lib/adapters/aws/names.ts';
import type { AwsSettings } from '../../lib/adapters/aws/settings.ts';
import { ATTRIBUTE_DEFINITIONS, DUE_INDEX, KEY_SCHEMA } from '../../lib/adapters/aws/table.ts';
import type { FunctionMapping } from '../serverless/function-mapping.ts';

const TABLE_DEADLINE_SECONDS = 30;

const urlOf = async (client: SQSClient, name: string): Promise<string | undefined> => {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
};

const queue = async (client: SQSClient, name: string, attributes: Record<string, string>): Promise<string> => {
  const url = (await urlOf(client, name)) ?? (await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl;
  if (url === undefined) throw new Error(`the stand-in for SQS gave no URL for ${name}`);
  return url;
};

const arnOf = async (client: SQSClient, url: string): Promise<string> => {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  if (Attributes?.QueueArn === undefined) throw new Error(`the stand-in for SQS gave no ARN for ${url}`);
  return Attributes.QueueArn;
};

const queueWithDeadLetters = async (client: SQSClient, stage: string, { queue: name, visibilitySeconds, maxReceiveCount }: FunctionMapping): Promise<void> => {
  const deadLetterTargetArn = await arnOf(client, await queue(client, deadQueueNameOf(stage, name), {}));
  await queue(client, queueNameOf(stage, name), {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
  });
};

const table = async (client: DynamoDBClient, name: string): Promise<void> => {
  try {
    await client.send(new DescribeTableCommand({ TableName: name }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    const definition = {
      TableName: name,
      BillingMode: BillingMode.PAY_PER_REQUEST,
      KeySchema: [...KEY_SCHEMA],
      AttributeDefinitions: [...ATTRIBUTE_DEFINITIONS],
      GlobalSecondaryIndexes: [{ ...DUE_INDEX, KeySchema: [...DUE_INDEX.KeySchema] }],
    };
    await client.send(new CreateTableCommand(definition)).catch((fault: unknown) => {
      // Another process of this machine was faster.
      if (!(fault instanceof ResourceInUseException)) throw fault;
    });
  }
  await waitUntilTableExists({ client, maxWaitTime: TABLE_DEADLINE_SECONDS, minDelay: 1, maxDelay: 1 }, { TableName: name });
};

/**
 * Creates, where it is missing, everything of a stage that a deployment would have made on AWS: queues as serverless.yml
 * has them, and the table. Throws for settings that do not point at this machine: a real account is deployed to, never
 * changed from here.
 */
export const prepareStage = async (settings: AwsSettings, env: Readonly<Record<string, string | undefined>>, mappings: readonly FunctionMapping[]): Promise<void> => {
  if (!settings.isLoopback) throw new Error(`the stage ${settings.stage} is not on this machine: deploy it`);
  const { sqs, dynamodb } = makeClients(settings, env);
  try {
    for (const mapping of mappings) await queueWithDeadLetters(sqs, settings.stage, mapping);
    await table(dynamodb, tableNameOf(settings.stage));
  } finally {
    sqs.destroy();
    dynamodb.destroy();
  }
};
