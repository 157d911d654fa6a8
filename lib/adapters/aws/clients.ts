import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsSettings, Environment } from './settings.ts';

export interface AwsClients {
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
}

// The SDK waits for ever unless told otherwise; a ledger, queue or topic that does not answer must fail inside an invocation.
// The longest answer is a second of long polling away (receive.ts).
export const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true } as const;

/** A stand-in asks for no real key, and a machine without one must not go looking for it. */
const LOCAL_KEY = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

const at = (endpoint: string | null): { endpoint?: string } => (endpoint === null ? {} : { endpoint });

/** Clients of the SDK; what is not set here (retries, credentials, profiles) is the SDK's own and its environment's. */
export const makeClients = ({ region, endpoints, isLoopback }: AwsSettings, env: Environment): AwsClients => {
  const credentials = isLoopback && env['AWS_ACCESS_KEY_ID'] === undefined ? { credentials: LOCAL_KEY } : {};
  const common = { region, requestHandler: TIMEOUTS, ...credentials };
  return {
    // Without an endpoint said outright the SDK asks the host that a queue's URL names, and a stand-in's does not resolve.
    sqs: new SQSClient({ ...common, ...at(endpoints.sqs) }),
    dynamodb: new DynamoDBClient({ ...common, ...at(endpoints.dynamodb) }),
  };
};
