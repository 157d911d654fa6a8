import { once } from 'node:events';
import dynalite from 'dynalite';
import { buildApp } from 'fauxqs';

/** What stands in for SQS and DynamoDB, in memory, each on a free loopback port. */
export interface StandIns {
  /** What points Probate and the SDK at them. */
  readonly env: Readonly<Record<'AWS_REGION' | 'AWS_ENDPOINT_URL_SQS' | 'AWS_ENDPOINT_URL_DYNAMODB', string>>;
  close(): Promise<void>;
}

/** fauxqs' own start listens on every interface; its application on the one it is told. */
const startSqs = async (): Promise<{ endpoint: string; close: () => Promise<void> }> => {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  return { endpoint, close: async () => app.close() };
};

const startDynamoDb = async (): Promise<{ endpoint: string; close: () => Promise<void> }> => {
  const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('dynalite listens on no port');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  return { endpoint: `http://127.0.0.1:${address.port}`, close };
};

export const startStandIns = async (): Promise<StandIns> => {
  const sqs = await startSqs();
  const dynamodb = await startDynamoDb();
  return {
    env: { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_SQS: sqs.endpoint, AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint },
    close: async () => {
      await sqs.close();
      await dynamodb.close();
    },
  };
};
