import { afterEach, describe, expect, it } from 'vitest';
import { startSaeEmulator } from '../../../../local/emulators/sae/server.ts';
import vectors from '../../../clouds/vectors/alibaba-signing.json' with { type: 'json' };
import { send } from '../raw.ts';
import { closeAll, started } from '../started.ts';
import { stillClock } from '../still-clock.ts';
import { call, listOf, NAMESPACE, type Asked } from './signed.ts';

afterEach(closeAll);

const EXAMPLE = { id: 'LTAI5tExampleAccessKeyId', secret: 'ExampleAccessKeySecret0123456789', securityToken: null };
const MINUTE_MS = 60_000;

const present = (fields: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const ours = vectors.flatMap(({ name, method, path, query, headers, accessKeyId, signature }) =>
  accessKeyId === EXAMPLE.id ? [{ name, method, path, query: present(query), headers: present(headers), signature }] : [],
);

it('the vectors at hand are a delete and a list with a temporary key', () => {
  expect(ours.map(({ name }) => name)).toEqual(['V3-DELETE', 'V3-LIST-STS']);
});

it.each(ours)('lets in the published request $name once, and nobody who changed a byte of it', async ({ method, path, query, headers, signature }) => {
  const securityToken = headers['x-acs-security-token'] ?? null;
  const clock = stillClock(Date.parse(headers['x-acs-date'] ?? ''));
  const { endpoint } = await started(startSaeEmulator({ clock, credentials: { accessKey: { ...EXAMPLE, securityToken } }, seed: { namespaces: [NAMESPACE] } }));
  const names = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-acs-')).sort();
  const authorization = `ACS3-HMAC-SHA256 Credential=${EXAMPLE.id},SignedHeaders=${names.join(';')},Signature=${signature}`;
  const sent = { method, target: `${path}?${new URLSearchParams(query).toString()}`, headers: { ...headers, authorization } };
  expect((await send(endpoint, { ...sent, target: `${sent.target}1` })).text).toContain('"Code":"SignatureDoesNotMatch"');
  expect((await send(endpoint, { ...sent, headers: { ...sent.headers, host: 'sae.cn-hangzhou.aliyuncs.com' } })).text).toContain('"Code":"SignatureDoesNotMatch"');
  expect((await send(endpoint, { ...sent, body: '{}' })).text).toContain('"Code":"SignatureDoesNotMatch"');
  const first = await send(endpoint, sent);
  expect(first.text).not.toContain('Signature');
  const again = await send(endpoint, sent);
  expect([again.status, again.text]).toEqual([400, expect.stringContaining('"Code":"SignatureNonceUsed"')]);
});

it.each([
  ['as the official core signs it', '', 'R7/70MhWcb8KwJp25zgr99UugbE=', { 'x-acs-action': 'DeleteSecret' }],
  ['as the older client signs it, with a body on DELETE', '{}', 'ulw0poIMooaV11p0lqpaVnzFtFw=', { 'content-type': 'application/json', 'content-md5': 'mZFLkyvTelC5g8XnyQrpOw==' }],
])('lets in a published HMAC-SHA1 delete %s', async (_title, body, signature, extra) => {
  const date = 'Sun, 22 Nov 2026 03:00:00 GMT';
  const { endpoint } = await started(startSaeEmulator({ clock: stillClock(Date.parse(date)), credentials: { accessKey: EXAMPLE }, seed: { namespaces: [NAMESPACE] } }));
  const headers = {
    host: 'sae.cn-beijing.aliyuncs.com',
    accept: 'application/json',
    date,
    'x-acs-signature-method': 'HMAC-SHA1',
    'x-acs-signature-version': '1.0',
    'x-acs-signature-nonce': '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    'x-acs-version': '2019-05-06',
    authorization: `acs ${EXAMPLE.id}:${signature}`,
    ...extra,
  };
  const target = '/pop/v1/sam/secret/secret?NamespaceId=cn-beijing%3Atest&SecretId=16';
  expect((await send(endpoint, { method: 'DELETE', target: target.replace('16', '17'), headers, body })).text).toContain('SignatureDoesNotMatch');
  const withHash = { ...headers, 'content-md5': 'mZFLkyvTelC5g8XnyQrpOw==' };
  expect((await send(endpoint, { method: 'DELETE', target, headers: withHash, body: '{ }' })).text).toContain('SignatureDoesNotMatch');
  expect((await send(endpoint, { method: 'DELETE', target, headers, body })).text).toContain('InvalidSecretId.NotFound');
});

describe('what the gateway turns away', () => {
  const list = listOf(NAMESPACE);
  it.each<[string, Partial<Asked>, number, string]>([
    ['an unknown key', { accessKey: 'nobody' }, 404, 'InvalidAccessKeyId.NotFound'],
    ['a wrong secret', { accessSecret: 'guess' }, 400, 'SignatureDoesNotMatch'],
    ['a date nobody can read', { headers: { 'x-acs-date': 'yesterday' } }, 400, 'InvalidTimeStamp.Expired'],
    ['a hash of another body', { headers: { 'x-acs-content-sha256': 'f'.repeat(64) } }, 400, 'SignatureDoesNotMatch'],
    ['no nonce', { headers: { 'x-acs-signature-nonce': undefined } }, 400, 'IncompleteSignature'],
    ['an unsigned host', { headers: { host: undefined } }, 400, 'IncompleteSignature'],
    ['another version', { headers: { 'x-acs-version': '2014-05-26' } }, 400, 'InvalidVersion'],
    ['an action that is not the path\'s', { action: 'DeleteSecret' }, 404, 'InvalidAction.NotFound'],
    ['a path that is no API', { path: '/pop/v1/sam/secret' }, 404, 'InvalidAction.NotFound'],
    ['a token with a permanent key', { headers: { 'x-acs-security-token': 'T' } }, 400, 'InvalidSecurityToken.Expired'],
  ])('%s', async (_title, change, status, code) => {
    const { endpoint } = await started(startSaeEmulator({ seed: { namespaces: [NAMESPACE] } }));
    const refused = await call(endpoint, { ...list, ...change });
    const body: unknown = JSON.parse(refused.text);
    expect(refused.status).toBe(status);
    expect(body).toMatchObject({ Code: code, HostId: new URL(endpoint).host, RequestId: refused.headers['x-acs-request-id'], Recommend: expect.stringContaining(`q=${code}`) });
  });

  it('a temporary key without its token', async () => {
    const { endpoint } = await started(startSaeEmulator({ credentials: { accessKey: { id: 'local-ak', secret: 'local-sk', securityToken: 'T' } }, seed: { namespaces: [NAMESPACE] } }));
    expect((await call(endpoint, list)).text).toContain('MissingSecurityToken');
    expect((await call(endpoint, { ...list, headers: { 'x-acs-security-token': 'T' } })).status).toBe(200);
  });

  it('a request without any signature', async () => {
    const { endpoint } = await started(startSaeEmulator());
    const refused = await send(endpoint, { method: 'GET', target: `/pop/v1/sam/secret/secrets?NamespaceId=${NAMESPACE}`, headers: { accept: 'application/json', 'x-acs-version': '2019-05-06' } });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('IncompleteSignature')]);
  });

  it('an unknown key may be a 400', async () => {
    const { endpoint } = await started(startSaeEmulator({ seed: { unknowns: { unknownKeyStatus: '400' } } }));
    expect((await call(endpoint, { ...list, accessKey: 'nobody' })).status).toBe(400);
  });
});

it('a date may be fifteen minutes off either way, and not a second more', async () => {
  // It is told to the second.
  const now = Date.parse('2026-11-22T03:00:00.000Z');
  const { endpoint } = await started(startSaeEmulator({ clock: stillClock(now), seed: { namespaces: [NAMESPACE] } }));
  const ask = (signedAt: number): ReturnType<typeof call> => call(endpoint, { ...listOf(NAMESPACE), signedAt });
  for (const signedAt of [now - 15 * MINUTE_MS, now + 15 * MINUTE_MS]) expect((await ask(signedAt)).status).toBe(200);
  for (const signedAt of [now - 15 * MINUTE_MS - 1_000, now + 15 * MINUTE_MS + 1_000]) expect((await ask(signedAt)).text).toContain('"Code":"InvalidTimeStamp.Expired"');
});

it('a nonce may be used again once no date that goes with it can pass', async () => {
  const clock = stillClock(Date.now());
  const { endpoint } = await started(startSaeEmulator({ clock, seed: { namespaces: [NAMESPACE] } }));
  const ask = async (): Promise<number> => (await call(endpoint, { ...listOf(NAMESPACE), signedAt: clock.now(), headers: { 'x-acs-signature-nonce': 'same' } })).status;
  expect([await ask(), await ask()]).toEqual([200, 400]);
  clock.move(30 * MINUTE_MS);
  expect(await ask()).toBe(200);
});
