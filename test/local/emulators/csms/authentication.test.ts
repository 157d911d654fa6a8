import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { startCsmsEmulator } from '../../../../local/emulators/csms/server.ts';
import vectors from '../../../clouds/vectors/huawei-signing.json' with { type: 'json' };
import { send } from '../raw.ts';
import { closeAll, started } from '../started.ts';
import { stillClock } from '../still-clock.ts';
import { call, emulatorCall, PROJECT, readReply } from './signed.ts';

afterEach(closeAll);

const USER = { domain: 'acme', name: 'robot', password: 'swordfish' };
const MINUTE_MS = 60_000;

const tails = (replies: readonly { readonly json: unknown }[]): string[] => replies.map(({ json }) => JSON.stringify(json).replace(/.*authentication information: ([^,"]*).*/, '$1'));

const present = (headers: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const tokenRequest = (scope: object, password = USER.password): object => ({
  auth: { identity: { methods: ['password'], password: { user: { domain: { name: USER.domain }, name: USER.name, password } } }, scope },
});
const issue = async (endpoint: string, body: object): ReturnType<typeof readReply> =>
  readReply(await fetch(`${endpoint}/v3/auth/tokens?nocatalog=1`, { method: 'POST', headers: { 'content-type': 'application/json;charset=utf8' }, body: JSON.stringify(body) }));
const listWith = async (endpoint: string, token: string | null, projectId = PROJECT): ReturnType<typeof readReply> =>
  readReply(await fetch(`${endpoint}/v1/${projectId}/secrets`, { headers: { 'x-auth-token': token ?? '' } }));
const credentials = { accessKey: { id: 'a', secret: 's', securityToken: null }, user: USER };

describe('signatures', () => {
  it.each(vectors)('lets in the published request "$name", and nobody who changed one byte of it', async ({ ak, sk, method, host, path, query, headers, body, authorization }) => {
    const securityToken = present(headers)['X-Security-Token'] ?? null;
    const { endpoint } = await started(
      startCsmsEmulator({ clock: stillClock(Date.parse('2026-01-02T03:04:05Z')), credentials: { accessKey: { id: ak, secret: sk, securityToken }, user: USER } }),
    );
    const target = `${path}?${new URLSearchParams(present(query)).toString()}`.replace(/\?$/, '');
    const sent = { method, target, headers: { ...present(headers), host, authorization }, body };
    expect((await send(endpoint, sent)).status).not.toBe(401);
    expect((await send(endpoint, { ...sent, target: target.replace('/secrets', '/secret%73x') })).status).not.toBe(200);
    expect((await send(endpoint, { ...sent, body: `${body} ` })).status).toBe(401);
    expect((await send(endpoint, { ...sent, headers: { ...sent.headers, host: 'elsewhere.example' } })).status).toBe(401);
  });

  it('answers every refusal in the shape of the gateway: three fields, a newline, X-Request-Id', async () => {
    const { endpoint } = await started(startCsmsEmulator());
    const refused = await readReply(await fetch(`${endpoint}/v1/${PROJECT}/secrets`));
    expect(refused.text.endsWith('}\n')).toBe(true);
    expect(refused).toMatchObject({ status: 401, json: { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication information: x-auth-token not found' } });
    expect(Object.keys(z.looseObject({}).parse(refused.json))).toEqual(['error_msg', 'error_code', 'request_id']);
    expect(refused.json).toHaveProperty('request_id', refused.headers.get('x-request-id'));
    expect(refused.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(await call(endpoint, 'GET', '/no-such-thing')).toMatchObject({ status: 404, json: { error_code: 'APIGW.0101' } });
  });

  it('answers a body beyond twelve megabytes instead of hanging up', async () => {
    const { endpoint } = await started(startCsmsEmulator());
    const huge = await call(endpoint, 'POST', '/secrets', JSON.stringify({ name: 'n', secret_string: 's'.repeat(13 * 1024 * 1024) }));
    expect(huge).toMatchObject({ status: 413, json: { error_code: 'APIGW.0201' } });
  });

  it('says what is wrong with a key, a signature or a date as the gateway says it', async () => {
    // A date is told to the second.
    const now = Date.parse('2026-11-22T03:00:00.000Z');
    const { endpoint } = await started(startCsmsEmulator({ clock: stillClock(now) }));
    const unknown = await call(endpoint, 'GET', '/secrets', undefined, { accessKey: 'nobody' });
    const forged = await call(endpoint, 'GET', '/secrets', undefined, { secretKey: 'guess', signedAt: now });
    const late = await call(endpoint, 'GET', '/secrets', undefined, { signedAt: now - 15 * MINUTE_MS - 1_000 });
    const early = await call(endpoint, 'GET', '/secrets', undefined, { signedAt: now + 15 * MINUTE_MS + 1_000 });
    expect([unknown, forged, late, early].map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(tails([unknown, forged, late, early])).toEqual(['ak nobody not exist', 'verify aksk signature fail', 'signature expired', 'signature expired']);
    expect(forged.text).toContain('verify aksk signature fail, canonicalRequest:GET|');
    for (const signedAt of [now - 15 * MINUTE_MS, now + 15 * MINUTE_MS]) expect((await call(endpoint, 'GET', '/secrets', undefined, { signedAt })).status).toBe(200);
  });

  it.each(['host', 'x-sdk-date'])('does not take a signature that leaves out %s', async (unsigned) => {
    const { endpoint } = await started(startCsmsEmulator());
    expect(await call(endpoint, 'GET', '/secrets', undefined, { unsigned })).toMatchObject({ status: 401, json: { error_msg: expect.stringMatching(/verify aksk signature fail$/) } });
    expect((await call(endpoint, 'GET', '/secrets', undefined, { unsigned: 'content-type' })).status).toBe(200);
  });

  it('does not take a temporary key whose token is sent but not signed', async () => {
    const { endpoint } = await started(startCsmsEmulator({ credentials: { accessKey: { id: 'local-ak', secret: 'local-sk', securityToken: 'T' }, user: USER } }));
    expect((await call(endpoint, 'GET', '/secrets', undefined, { securityToken: 'T' })).status).toBe(200);
    expect((await call(endpoint, 'GET', '/secrets', undefined, { securityToken: 'T', unsigned: 'x-security-token' })).text).toContain('decrypt token fail');
  });

  it('takes the hash a caller states, or the word for none, but not the hash of another body', async () => {
    const { endpoint } = await started(startCsmsEmulator());
    const status = async (hash: string): Promise<number> =>
      (await call(endpoint, 'POST', '/secrets/x/scheduled-deleted-tasks/cancel', undefined, { headers: { 'x-sdk-content-sha256': hash } })).status;
    expect(await status('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')).toBe(404);
    expect(await status('UNSIGNED-PAYLOAD')).toBe(404);
    expect(await status('f'.repeat(64))).toBe(401);
  });

  it('locks a key for five minutes at the sixth failure in a row, for everybody', async () => {
    const clock = stillClock(Date.now());
    const { endpoint } = await started(startCsmsEmulator({ clock }));
    const good = (): ReturnType<typeof call> => call(endpoint, 'GET', '/secrets', undefined, { signedAt: clock.now() });
    const bad = (): ReturnType<typeof call> => call(endpoint, 'GET', '/secrets', undefined, { secretKey: 'guess', signedAt: clock.now() });
    for (let failures = 1; failures <= 5; failures += 1) expect(tails([await bad()])).toEqual(['verify aksk signature fail']);
    expect((await good()).status).toBe(200);
    for (let failures = 1; failures <= 5; failures += 1) expect(tails([await bad()])).toEqual(['verify aksk signature fail']);
    expect((await bad()).text).toContain('AK access failed to reach the limit,forbidden');
    expect((await good()).text).toContain('AK access failed to reach the limit,forbidden');
    clock.move(5 * MINUTE_MS - 1);
    expect((await good()).status).toBe(401);
    clock.move(1);
    expect((await good()).status).toBe(200);
  });
});

describe('tokens', () => {
  it('a token opens the project it was issued for and no other', async () => {
    const { endpoint } = await started(startCsmsEmulator({ credentials }));
    const issued = await issue(endpoint, tokenRequest({ project: { id: PROJECT } }));
    expect(issued).toMatchObject({ status: 201, json: { token: { methods: ['password'], project: { id: PROJECT }, expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/) } } });
    const token = issued.headers.get('x-subject-token');
    expect((await listWith(endpoint, token)).status).toBe(200);
    expect((await listWith(endpoint, token, 'f'.repeat(32))).status).toBe(403);
    // As long as the vendor allows one to be.
    for (const unknown of ['x'.repeat(64), 'x'.repeat(2_097_152)]) expect(await listWith(endpoint, unknown)).toMatchObject({ status: 401, json: { error_msg: 'Incorrect IAM authentication information: decrypt token fail' } });
  });

  it('a token may name its project as the seed names it', async () => {
    const { endpoint } = await started(startCsmsEmulator({ credentials, seed: { projects: [{ id: PROJECT, name: 'cn-north-4' }] } }));
    const issued = await issue(endpoint, tokenRequest({ project: { name: 'cn-north-4' } }));
    expect((await listWith(endpoint, issued.headers.get('x-subject-token'))).status).toBe(200);
  });

  it('IAM refuses in its own shape', async () => {
    const { endpoint } = await started(startCsmsEmulator({ credentials }));
    expect(await issue(endpoint, tokenRequest({}, 'wrong'))).toMatchObject({ status: 401, json: { error: { code: 401, title: 'Unauthorized', message: 'The username or password is wrong.' } } });
    expect(await issue(endpoint, { auth: {} })).toMatchObject({ status: 400, json: { error: { code: 400 } } });
  });

  it('H29: an expireToken fault ends the tokens issued so far, and a new one works', async () => {
    const { endpoint } = await started(startCsmsEmulator({ credentials }));
    const first = (await issue(endpoint, tokenRequest({ project: { id: PROJECT } }))).headers.get('x-subject-token');
    await emulatorCall(endpoint, 'POST', 'faults', { seed: 1, rules: [{ match: { operation: 'ListSecrets' }, times: 1, effect: { expireToken: true } }] });
    expect((await listWith(endpoint, first)).text).toContain('token expires, expires_at: ');
    expect((await listWith(endpoint, first)).status).toBe(401);
    const second = (await issue(endpoint, tokenRequest({ project: { id: PROJECT } }))).headers.get('x-subject-token');
    expect((await listWith(endpoint, second)).status).toBe(200);
  });

  it('a token lives 24 hours of real time, which moving the emulated clock does not touch', async () => {
    const clock = stillClock(Date.now());
    const emulator = await started(startCsmsEmulator({ credentials, clock }));
    const token = (await issue(emulator.endpoint, tokenRequest({ project: { id: PROJECT } }))).headers.get('x-subject-token');
    emulator.advance(30 * 86_400);
    expect((await listWith(emulator.endpoint, token)).status).toBe(200);
    clock.move(24 * 60 * MINUTE_MS);
    expect((await listWith(emulator.endpoint, token)).status).toBe(401);
  });
});
