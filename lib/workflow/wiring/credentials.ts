import * as z from 'zod/mini';
import { readJson } from '../../../events/json.ts';
import type { Environment } from './setting.ts';

/** Which variable refers to a secret, and which variables (interfaces.md, Environment) the secret may hold. */
export const REFERENCES = {
  PROBATE_HUAWEI_CREDENTIALS: [
    'HUAWEICLOUD_SDK_AK',
    'HUAWEICLOUD_SDK_SK',
    'HUAWEICLOUD_SDK_SECURITY_TOKEN',
    'HUAWEICLOUD_IAM_DOMAIN',
    'HUAWEICLOUD_IAM_USER',
    'HUAWEICLOUD_IAM_PASSWORD',
  ],
  PROBATE_ALIBABA_CREDENTIALS: ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'ALIBABA_CLOUD_SECURITY_TOKEN'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
type Reference = keyof typeof REFERENCES;

/** The secret that a variable refers to cannot be used; never quotes anything of it but the names of its keys. */
export class CredentialsRefused extends Error {
  override readonly name = 'CredentialsRefused';
  readonly reference: Reference;
  readonly problem: string;
  readonly remedy: string;

  constructor(reference: Reference, problem: string) {
    const remedy = `it must be a JSON object of texts, its keys among ${REFERENCES[reference].join(', ')}`;
    super(`the secret of ${reference} ${problem}: ${remedy}`);
    this.reference = reference;
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** The secret that a variable refers to could not be fetched; `cause` says why. */
export class CredentialsNotFetched extends Error {
  override readonly name = 'CredentialsNotFetched';
  readonly reference: Reference;

  constructor(reference: Reference, cause: unknown) {
    super(`${reference}: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`, { cause });
    this.reference = reference;
  }
}

const Texts = z.record(z.string(), z.string());

const variablesOf = (reference: Reference, text: string): Record<string, string> => {
  const json = readJson(text);
  const texts = Texts.safeParse(json.kind === 'value' ? json.value : null);
  if (!texts.success) throw new CredentialsRefused(reference, 'has another form');
  const known: readonly string[] = REFERENCES[reference];
  // Whoever may write this secret may set credentials, and no endpoint, policy or stage.
  const unknown = Object.keys(texts.data).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new CredentialsRefused(reference, `holds ${unknown.map((name) => JSON.stringify(name)).join(', ')}`);
  return texts.data;
};

/** Whatever keeps a secret from being fetched is told with the variable that refers to it. */
const fetchOf = async (reference: Reference, arn: string, fetchSecret: (arn: string) => Promise<string>): Promise<string> => {
  try {
    return await fetchSecret(arn);
  } catch (error) {
    throw new CredentialsNotFetched(reference, error);
  }
};

/** Half of what a secret stands for, left over in the environment, would make one set of credentials of two. */
const withoutThose = (reference: Reference): Record<string, undefined> => Object.fromEntries(REFERENCES[reference].map((name) => [name, undefined]));

/**
 * The environment with the clouds' credentials in it, fetched where it refers to them by ARN and left as it is where it
 * does not: on Lambda the variables themselves would be read by whoever may look at a function's configuration. Rejects
 * with CredentialsRefused or CredentialsNotFetched.
 */
export const withCredentials = async (env: Environment, fetchSecret: (arn: string) => Promise<string>): Promise<Environment> => {
  const fetched = (['PROBATE_HUAWEI_CREDENTIALS', 'PROBATE_ALIBABA_CREDENTIALS'] as const).map(async (reference) => {
    const arn = env[reference];
    return arn === undefined || arn.trim() === '' ? {} : { ...withoutThose(reference), ...variablesOf(reference, await fetchOf(reference, arn, fetchSecret)) };
  });
  return { ...env, ...Object.assign({}, ...(await Promise.all(fetched))) };
};
