import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClouds } from '../../lib/clouds/clouds.ts';
import type { Clouds } from '../../lib/ports/clouds.ts';
import { readCloudSettings } from '../../lib/clouds/settings.ts';
import { cloudsAt, NAME, NAMESPACE, noDeadline, PROJECT, REGION, SECRET, SELECTOR, STAGE, stillClock, uncheckedName } from './clients.ts';
import { json, startCloud } from './loopback-cloud.ts';
import type { Answering, Canned, LoopbackCloud } from './loopback-cloud.ts';

/** Planted wherever a secret could hide; none may come out again. */
const CANARY = 'canary7f3a';

const KEYS = {
  HUAWEICLOUD_SDK_AK: `${CANARY}-ak`,
  HUAWEICLOUD_SDK_SK: `${CANARY}-sk`,
  HUAWEICLOUD_SDK_SECURITY_TOKEN: `${CANARY}-token`,
  ALIBABA_CLOUD_ACCESS_KEY_ID: `${CANARY}-id`,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: `${CANARY}-secret`,
  ALIBABA_CLOUD_SECURITY_TOKEN: `${CANARY}-sts`,
};
const USER = { HUAWEICLOUD_IAM_DOMAIN: `${CANARY}-domain`, HUAWEICLOUD_IAM_USER: `${CANARY}-user`, HUAWEICLOUD_IAM_PASSWORD: `${CANARY}-password` };

let cloud: LoopbackCloud;

beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

const everyCall = async (clouds: Clouds, sae: boolean): Promise<readonly unknown[]> => {
  const csms = clouds.csmsWriter(REGION, PROJECT);
  const huawei = [
    csms.list(noDeadline()),
    csms.show(NAME, noDeadline()),
    csms.showStage(NAME, STAGE, noDeadline()),
    csms.listVersions(NAME, noDeadline()),
    csms.schedule(NAME, 7, noDeadline()),
    csms.cancel(NAME, noDeadline()),
    csms.delete(NAME, noDeadline()),
    csms.deleteStage(NAME, STAGE, noDeadline()),
    csms.batchDelete(SELECTOR, noDeadline()),
    csms.show(uncheckedName(`${CANARY}/..`), noDeadline()).catch((error: unknown) => String(error)),
  ];
  const writer = sae ? clouds.saeWriter(REGION) : null;
  const alibaba = writer === null ? [] : [writer.list(NAMESPACE, noDeadline()), writer.delete(NAMESPACE, SECRET, noDeadline()), writer.namespaceResources(NAMESPACE, noDeadline()), writer.changeOrder('co-1', noDeadline())];
  return Promise.all<unknown>([...huawei, ...alibaba]);
};

const words = `verify aksk signature fail, canonicalRequest:GET|/v1/|${CANARY}|x-auth-token:${CANARY}`;
const secret = {
  id: 'e2f8',
  name: NAME,
  state: 'ENABLED',
  create_time: 1_581_507_580_000,
  secret_type: 'RDS-FG',
  rotation_config: JSON.stringify({ InstanceId: 'abc', Password: CANARY }),
  rotation_func_urn: CANARY,
  description: CANARY,
  event_subscriptions: [CANARY],
  secret_string: CANARY,
};
const row = { SecretId: 16, SecretName: 'a', NamespaceId: NAMESPACE, CreateTime: 1_593_760_185_111, SecretData: { password: CANARY } };

const REPLIES: readonly (readonly [string, Canned])[] = [
  ['a refused signature', json(401, { error_code: 'APIGW.0301', error_msg: words })],
  ['a canary for a code', json(400, { error_code: CANARY, error_msg: CANARY })],
  ['a nested canary', json(400, { error: { error_code: `CSMS.${CANARY}`, error_msg: CANARY } })],
  ['an echo of what was signed', json(400, { Code: 'SignatureDoesNotMatch', Message: `server string to sign is:${words}` })],
  ['a canary for a message', json(200, { Success: false, Code: '400', Message: `${CANARY} leaked` })],
  ['a throttling with it', json(429, { error_code: 'APIGW.0308', error_msg: `${words},limit:1,time:1 minute` })],
  ['a secret with it', json(200, { secret, secrets: [secret], page_info: { next_marker: null }, stage: { name: STAGE, version_id: 'v1', value: CANARY } })],
  ['an SAE secret with it', json(200, { Success: true, Data: { Secrets: [row], SecretData: { a: CANARY } } })],
  ['a failed item with it', json(200, { total: 1, failed_secrets: [{ secret_name: 'b', error_msg: `${CANARY}: ${words}` }] })],
  ['a page of it', { status: 502, body: `<html>${CANARY}</html>` }],
  ['XML with it', { status: 400, body: `<Error><Code>InternalError</Code><Message>${CANARY}</Message></Error>` }],
  ['a cut body', { status: 200, body: `{"${CANARY}`, fault: 'cut' }],
  ['a lost connection', { fault: 'reset' }],
];

describe('H58: no answer, verdict or error', () => {
  it.each(REPLIES)('shows a key, a token or a value after %s', async (_, reply) => {
    cloud.answer(() => reply);
    const clouds = cloudsAt(cloud.endpoint, { environment: KEYS });
    const answers = await everyCall(clouds, true);
    await clouds.close();
    expect(JSON.stringify(answers)).not.toContain(CANARY);
    expect(JSON.stringify([clouds.account('csms'), clouds.account('sae')])).not.toContain(CANARY);
  });

  it.each(REPLIES)('shows a password or a token of IAM’s after %s', async (_, reply) => {
    const login: Answering = ({ url }) =>
      url.startsWith('/v3/') ? json(201, { token: { expires_at: '2026-11-23T03:00:00.000000Z', user: CANARY } }, { 'x-subject-token': `${CANARY}-token` }) : reply;
    for (const answering of [login, () => reply]) {
      cloud.answer(answering);
      const clouds = cloudsAt(cloud.endpoint, { environment: USER });
      const answers = await everyCall(clouds, false);
      await clouds.close();
      expect(JSON.stringify(answers)).not.toContain(CANARY);
    }
  });

  it('shows a variable’s value when the settings are refused', () => {
    const broken = { ...KEYS, HUAWEICLOUD_SDK_AK: `${CANARY} x`, HUAWEICLOUD_CSMS_ENDPOINT: `http://${CANARY}:${CANARY}@${CANARY}.example`, HTTPS_PROXY: CANARY };
    expect(() => readCloudSettings(broken)).toThrow(/^(?!.*canary).*HUAWEICLOUD_SDK_AK/s);
  });

  it.each([
    ['keys', { ...KEYS, HTTPS_PROXY: `http://proxy:${CANARY}@127.0.0.1:1` }],
    ['a user', { ...USER, HUAWEICLOUD_IAM_DOMAIN: 'acme', HUAWEICLOUD_IAM_USER: 'sweeper' }],
  ])('shows a secret of the settings or the clients when they are logged whole, made of %s', async (_, environment) => {
    const settings = readCloudSettings(environment);
    const clouds = createClouds(settings, stillClock);
    const csms = clouds.csmsWriter(REGION, PROJECT);
    const inspected = inspect([settings, clouds, csms, csms.batchDelete], { depth: Infinity });
    await clouds.close();
    expect(`${inspected} ${JSON.stringify([settings, clouds, csms])}`).not.toContain(CANARY);
  });
});
