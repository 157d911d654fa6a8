import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const ARN = /^arn:aws[\w-]*:secretsmanager:([\w-]+):\d{12}:secret:\S+$/;

/** A cold start waits for this, so a service that does not answer must end it and not hold it. */
const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true } as const;

/**
 * The text of a secret in AWS Secrets Manager, from the region its ARN names; throws for anything that is no such ARN and
 * for whatever the service refuses (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html).
 */
export const fetchSecret = async (arn: string): Promise<string> => {
  const region = ARN.exec(arn)?.[1];
  if (region === undefined) throw new Error(`${JSON.stringify(arn)} is no ARN of a secret in Secrets Manager`);
  const client = new SecretsManagerClient({ region, requestHandler: TIMEOUTS });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString === undefined) throw new Error(`${arn} holds no text`);
    return SecretString;
  } finally {
    client.destroy();
  }
};
