import { once } from 'node:events';
import { createServer } from 'node:http';

/** The one operation of Secrets Manager that is used, on loopback; `asked` are the ids it was asked for, in order. */
export interface SecretsService {
  readonly endpoint: string;
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Answers with the text of a secret by its ARN where it is asked in its region, and as the service does for one it does not have, or for `refusal`. */
export const startSecretsService = async (secrets: Readonly<Record<string, string | null>>, refusal = 'ResourceNotFoundException'): Promise<SecretsService> => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { SecretId }: { SecretId: string } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256') === true && request.headers.authorization.includes(`/${String(SecretId.split(':')[3])}/secretsmanager/aws4_request`);
      const isKnown = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue' && isSigned && Object.hasOwn(secrets, SecretId);
      asked.push(SecretId);
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.statusCode = isKnown ? 200 : 400;
      const text = secrets[SecretId];
      response.end(JSON.stringify(isKnown ? { ARN: SecretId, ...(text === null ? {} : { SecretString: text }) } : { __type: refusal, message: 'no such secret' }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the service listens on no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
