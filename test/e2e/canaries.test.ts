import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import type { CsmsCredentials } from '../../local/emulators/credentials.ts';
import type { FaultsDocument } from '../../local/emulators/faults.ts';
import { startSaeEmulator } from '../../local/emulators/sae/server.ts';
import type { Seed } from '../../local/emulators/seed.ts';
import { aFolder, probate, type Ended } from '../cli/probate.ts';

/** The whole program as real processes, with a word that occurs nowhere else in every value, key, token and password it meets. */

const PROJECT = '0123456789abcdef0123456789abcdef';
const INSTANCE = '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01';
const NAMESPACE = 'cn-beijing:test';

/** One word for all, so that a piece of any of them is found, whatever stands around it. */
const WORD = `canary${randomBytes(8).toString('hex')}`;
const canary = (of: string): string => `${WORD}${of}`;

const CREDENTIALS: CsmsCredentials = {
  accessKey: { id: canary('ak'), secret: canary('sk'), securityToken: canary('token') },
  user: { domain: canary('domain'), name: canary('user'), password: canary('password') },
};
const SAE_CREDENTIALS = { accessKey: { id: canary('id'), secret: canary('secret'), securityToken: canary('sts') } };

const SAE_KEY = { ALIBABA_CLOUD_ACCESS_KEY_ID: canary('id'), ALIBABA_CLOUD_ACCESS_KEY_SECRET: canary('secret'), ALIBABA_CLOUD_SECURITY_TOKEN: canary('sts') };
const BY_KEY = { ...SAE_KEY, HUAWEICLOUD_SDK_AK: canary('ak'), HUAWEICLOUD_SDK_SK: canary('sk'), HUAWEICLOUD_SDK_SECURITY_TOKEN: canary('token') };
const BY_USER = { ...SAE_KEY, HUAWEICLOUD_IAM_DOMAIN: canary('domain'), HUAWEICLOUD_IAM_USER: canary('user'), HUAWEICLOUD_IAM_PASSWORD: canary('password') };

const linked = (name: string): NonNullable<Seed['secrets']>[number] => ({
  name,
  projectId: PROJECT,
  instance: { id: INSTANCE, type: 'RDS' },
  rotationConfig: JSON.stringify({ InstanceId: INSTANCE, SecretSubType: 'SingleUser', Password: canary('rotation') }),
  value: canary('value'),
});

const SEED: Seed = {
  secrets: [linked('db-1'), linked('db-2'), { name: 'copy', namespaceId: NAMESPACE, id: '16', value: { password: canary('copy') } }],
};

const EVENT = {
  specversion: '1.0',
  type: 'probate.instance.decommissioned.v1',
  source: 'urn:canaries',
  id: 'evt-1',
  data: {
    instances: [
      {
        cloud: 'huawei',
        region: 'cn-north-4',
        projectId: PROJECT,
        instanceId: INSTANCE,
        instanceType: 'RDS',
        copies: [{ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretId: '16' }],
      },
    ],
  },
};

const POLICY = {
  mode: 'immediate',
  scopes: [
    { cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT },
    { cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE },
  ],
  verify: { firstDelaySeconds: 0, proofs: 1, intervalSeconds: 0 },
  dependency: { retryAfterSeconds: 0, giveUpAfterSeconds: 0 },
  retry: { attempts: 4, baseSeconds: 0, capSeconds: 0, deadlineSeconds: 1, settleSeconds: 0 },
  pace: { csms: { calls: 100, perSeconds: 1 }, sae: { calls: 100, perSeconds: 1 } },
};

/** What was signed or asked for, quoted back, as both vendors' refusals can do. */
const ECHO = `verify aksk signature fail, canonicalRequest:POST|/v1/|x-security-token:${canary('token')}|${canary('password')}|${canary('value')}`;

const everyCall = (operation: string, effect: FaultsDocument['rules'][number]['effect'], nth = 1): FaultsDocument['rules'][number] => ({ match: { operation, nth }, effect });

const CSMS_FAULTS: FaultsDocument['rules'] = [
  everyCall('ListSecrets', { status: 500, body: `<html>${ECHO}</html>` }),
  everyCall('ListSecrets', { status: 400, body: { error_code: 'CSMS.0999', error_msg: ECHO } }, 2),
  everyCall('BatchDeleteSecrets', { status: 429, body: { error_code: 'APIGW.0308', error_msg: `${ECHO},limit:100,time:1 second` } }),
  everyCall('ShowSecret', { status: 200, body: { secret: { name: 'db-1', secret_string: canary('value') }, secret_string: ECHO } }),
  everyCall('ShowSecret', { reset: 'after' }, 3),
];
const SAE_FAULTS: FaultsDocument['rules'] = [
  everyCall('ListSecrets', { status: 200, body: { Success: true, Data: { Secrets: [{ SecretId: 16, SecretData: { password: canary('copy') } }] } } }),
  everyCall('DeleteSecret', { status: 500, body: { Code: 'OperationFailed.RPCError', Message: ECHO } }),
  everyCall('DeleteSecret', { status: 400, body: { Code: 'Unheard.Of', Message: ECHO } }, 2),
];

interface Scenario {
  readonly what: string;
  readonly env: Readonly<Record<string, string>>;
  readonly ends: string;
  readonly seed?: Seed;
  readonly credentials?: CsmsCredentials;
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly csmsFaults?: FaultsDocument['rules'];
  readonly saeFaults?: FaultsDocument['rules'];
}

const SCENARIOS: readonly Scenario[] = [
  { what: 'keys with temporary tokens, every call failing first', env: BY_KEY, ends: 'gone', csmsFaults: CSMS_FAULTS, saeFaults: SAE_FAULTS },
  { what: 'a password, its tokens ended and IAM failing', env: BY_USER, ends: 'gone', csmsFaults: [everyCall('CreateToken', { status: 500, body: { error: { message: ECHO } } }), everyCall('BatchDeleteSecrets', { expireToken: true })] },
  { what: 'a job that keeps the copy, in recoverable mode', env: BY_KEY, ends: 'restored', policy: { mode: 'recoverable', soakSeconds: 0 }, seed: { ...SEED, jobs: [{ name: 'night-job', namespaceId: NAMESPACE, uses: ['16'] }] } },
  { what: 'a secret key that is wrong', env: BY_KEY, ends: 'received', credentials: { ...CREDENTIALS, accessKey: { ...CREDENTIALS.accessKey, secret: 'another' } } },
  { what: 'a password that is wrong', env: BY_USER, ends: 'received', credentials: { ...CREDENTIALS, user: { ...CREDENTIALS.user, password: 'another' } } },
];

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());

/** The word as it stands, and as hex or Base64 would carry it; of Base64 the middle, which is the same whatever surrounds it. */
const FORMS: readonly Buffer[] = [
  Buffer.from(WORD),
  Buffer.from(WORD, 'utf16le'),
  Buffer.from(Buffer.from(WORD).toString('hex')),
  ...[0, 1, 2].map((lead) => Buffer.from(Buffer.from('x'.repeat(lead) + WORD).toString('base64').slice(4, 24))),
];

const holdsCanary = (bytes: Buffer): boolean => FORMS.some((form) => bytes.includes(form));

interface Outcome extends Ended {
  readonly files: readonly string[];
}

const decommission = async ({ env, seed = SEED, credentials = CREDENTIALS, policy = {}, csmsFaults = [], saeFaults = [] }: Scenario): Promise<Outcome> => {
  const csms = await startCsmsEmulator({ seed, credentials, faults: { rules: csmsFaults } });
  const sae = await startSaeEmulator({ seed, credentials: SAE_CREDENTIALS, faults: { rules: saeFaults } });
  const folder = aFolder({ 'event.json': EVENT, 'policy.json': { ...POLICY, ...policy } });
  const state = folder.at('state');
  const endpoints = { HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint, HUAWEICLOUD_IAM_ENDPOINT: csms.endpoint, ALIBABA_CLOUD_SAE_ENDPOINT: sae.endpoint };
  const ended = await probate(['run', folder.at('event.json'), '--policy', folder.at('policy.json'), '--state', state, '--json'], { env: { ...env, ...endpoints } });
  await csms.close();
  await sae.close();
  return { ...ended, files: filesBelow(state) };
};

/** Five programs at once take their time on a busy machine. */
const PATIENCE = { timeout: 120_000 };

describe('H58: no secret value, key, token or password comes out of the program', PATIENCE, () => {
  it.concurrent.each(SCENARIOS)('with $what', async (scenario) => {
    const { out, err, files } = await decommission(scenario);
    expect(JSON.parse(out)).toMatchObject({ sagas: [{ state: scenario.ends, instance: { instanceId: INSTANCE } }] });
    const kept = files.filter((file) => readFileSync(file).includes(INSTANCE));
    expect(kept.length, 'the scan reads where the ledger and the queues are written').toBeGreaterThan(0);
    expect({ out: holdsCanary(Buffer.from(out)), err: holdsCanary(Buffer.from(err)), files: files.filter((file) => holdsCanary(readFileSync(file))) }).toEqual({ out: false, err: false, files: [] });
  });

  it.each(['utf8', 'utf16le', 'hex', 'base64'] as const)('the scan finds one that is written as %s', (encoding) => {
    const value = Buffer.from(`{"password":"${canary('value')}"}`);
    expect(holdsCanary(encoding === 'utf16le' ? Buffer.from(value.toString(), encoding) : Buffer.from(value.toString(encoding)))).toBe(true);
  });
});
