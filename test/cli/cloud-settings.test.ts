import { expect, it, onTestFinished, vi } from 'vitest';
import { readSettings } from '../../cli/run/cloud-settings.ts';
import { redactor } from '../../cli/terminal/redact.ts';
import type { Terminal } from '../../cli/terminal/terminal.ts';
import { startSecretsService } from '../deploy/secrets-service.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:alibaba-AbCdEf';

it('H58: a key that was fetched is kept off the terminal like one of the environment, which stays off it', async () => {
  const service = await startSecretsService({ [ARN]: '{"ALIBABA_CLOUD_ACCESS_KEY_ID":"canary-key-id","ALIBABA_CLOUD_ACCESS_KEY_SECRET":"canary-secret"}' });
  onTestFinished(() => service.close());
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', service.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  const own = { HUAWEICLOUD_SDK_AK: 'canary-own-key', HUAWEICLOUD_SDK_SK: 'canary-own-secret', PROBATE_ALIBABA_CREDENTIALS: ARN };
  const known: Terminal['env'][] = [own];
  await readSettings({ env: own, conceal: (env) => void known.push(env) });
  expect(redactor(...known)('canary-key-id canary-secret canary-own-key canary-own-secret')).toBe('*** *** *** ***');
});
