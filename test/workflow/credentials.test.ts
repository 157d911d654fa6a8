import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fetchSecret } from '../../lib/adapters/secrets-manager/fetch-secret.ts';
import { CredentialsRefused, withCredentials } from '../../lib/workflow/wiring/credentials.ts';
import { startSecretsService } from '../deploy/secrets-service.ts';

const HUAWEI = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:huawei-AbCdEf';
const ALIBABA = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:alibaba-AbCdEf';

const holding = (secrets: Readonly<Record<string, string>>) => async (arn: string): Promise<string> => secrets[arn] ?? '';

describe('credentials by reference', () => {
  it('take the place of the variables they stand for; everything else stays', async () => {
    const env = { PROBATE_STAGE: 'prod', HUAWEICLOUD_SDK_AK: 'old', PROBATE_HUAWEI_CREDENTIALS: HUAWEI, PROBATE_ALIBABA_CREDENTIALS: ALIBABA };
    const secrets = { [HUAWEI]: '{"HUAWEICLOUD_SDK_AK":"ak","HUAWEICLOUD_SDK_SK":"sk"}', [ALIBABA]: '{"ALIBABA_CLOUD_ACCESS_KEY_ID":"id","ALIBABA_CLOUD_ACCESS_KEY_SECRET":"secret"}' };
    expect(await withCredentials(env, holding(secrets))).toEqual({ ...env, HUAWEICLOUD_SDK_AK: 'ak', HUAWEICLOUD_SDK_SK: 'sk', ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' });
  });

  it('take the place of all that they stand for: a token or a user left over beside them is no part of theirs', async () => {
    const left = { HUAWEICLOUD_SDK_AK: 'old', HUAWEICLOUD_SDK_SK: 'old', HUAWEICLOUD_SDK_SECURITY_TOKEN: 'old', ALIBABA_CLOUD_SECURITY_TOKEN: 'mine' };
    const user = { HUAWEICLOUD_IAM_DOMAIN: 'domain', HUAWEICLOUD_IAM_USER: 'user', HUAWEICLOUD_IAM_PASSWORD: 'password' };
    const env = await withCredentials({ ...left, PROBATE_HUAWEI_CREDENTIALS: HUAWEI }, holding({ [HUAWEI]: JSON.stringify(user) }));
    expect(env).toEqual({ ...user, ALIBABA_CLOUD_SECURITY_TOKEN: 'mine', PROBATE_HUAWEI_CREDENTIALS: HUAWEI });
  });

  it('are not asked for where nothing refers to them', async () => {
    const env = { HUAWEICLOUD_SDK_AK: 'ak', PROBATE_HUAWEI_CREDENTIALS: '', PROBATE_ALIBABA_CREDENTIALS: ' ' };
    expect(await withCredentials(env, () => Promise.reject(new Error('asked')))).toEqual(env);
  });

  it.each([
    { what: 'is no JSON', text: 'canary-1' },
    { what: 'is a list', text: '["canary-1"]' },
    { what: 'holds something other than texts', text: '{"HUAWEICLOUD_SDK_AK":{"canary-1":1}}' },
    { what: 'would set an endpoint', text: '{"HUAWEICLOUD_SDK_AK":"canary-1","HUAWEICLOUD_CSMS_ENDPOINT":"https://canary-1.example"}' },
    { what: "holds the other cloud's", text: '{"ALIBABA_CLOUD_ACCESS_KEY_ID":"canary-1"}' },
    { what: 'is empty', text: '' },
  ])('are refused when the secret $what, and nothing of it is quoted', async ({ text }) => {
    const refused = await withCredentials({ PROBATE_HUAWEI_CREDENTIALS: HUAWEI }, async () => text).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CredentialsRefused);
    expect(String(refused)).toContain('PROBATE_HUAWEI_CREDENTIALS');
    expect(JSON.stringify([String(refused), refused])).not.toContain('canary');
  });
});

it.each([
  { what: 'is named by something that is no ARN', fetchSecret: () => fetchSecret('huawei-credentials'), told: /^CredentialsNotFetched: PROBATE_HUAWEI_CREDENTIALS: .*"huawei-credentials" is no ARN of a secret/ },
  { what: 'is where nobody can be reached', fetchSecret: () => Promise.reject(new Error('connect ECONNREFUSED')), told: /^CredentialsNotFetched: PROBATE_HUAWEI_CREDENTIALS: .*ECONNREFUSED/ },
])('a secret that $what ends the start with the name of the setting', async ({ fetchSecret: fetched, told }) => {
  const failure = await withCredentials({ PROBATE_HUAWEI_CREDENTIALS: HUAWEI }, fetched).catch((error: unknown) => error);
  expect(String(failure)).toMatch(told);
});

const serving = async (secrets: Readonly<Record<string, string | null>>): Promise<void> => {
  const service = await startSecretsService(secrets);
  onTestFinished(() => service.close());
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', service.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
};

describe('a secret in Secrets Manager', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is fetched by its ARN, in the region the ARN names', async () => {
    await serving({ [HUAWEI]: '{"a":"b"}' });
    expect(await fetchSecret(HUAWEI)).toBe('{"a":"b"}');
  });

  it.each([
    { what: 'is not there', arn: ALIBABA, told: /no such secret/ },
    { what: 'holds bytes instead of text', arn: HUAWEI, told: /holds no text/ },
    { what: 'is named by something that is no ARN', arn: 'huawei-credentials', told: /"huawei-credentials" is no ARN of a secret/ },
    { what: "is another service's", arn: 'arn:aws:ssm:eu-west-1:111122223333:parameter/x', told: /is no ARN of a secret/ },
  ])('that $what ends the start', async ({ arn, told }) => {
    await serving({ [HUAWEI]: null });
    await expect(fetchSecret(arn)).rejects.toThrow(told);
  });
});
