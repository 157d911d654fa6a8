import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSecretsService } from '../../deploy/secrets-service.ts';
import { PROJECT, aCopy, anAlibabaInstance, anEvent } from '../../events/builders.ts';
import { csmsCredentials } from '../../../local/emulators/credentials.ts';
import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import { aDatabase, inSae, linked } from '../builders.ts';
import { aSite, swift } from '../harness.ts';

const seed = { secrets: [linked(1, 'orders'), linked(2, 'billing'), linked(3, 'stock'), inSae('16', 'orders_db')] };
const onHuawei = anEvent([aDatabase(1)], { id: 'orders' });
const onBoth = anEvent([aDatabase(1, { copies: [aCopy('16')] })], { id: 'orders' });
const onAlibaba = anEvent([anAlibabaInstance({ secretIds: ['16'] })], { id: 'lone' });

const IAM = { HUAWEICLOUD_IAM_DOMAIN: 'local-domain', HUAWEICLOUD_IAM_USER: 'local-user', HUAWEICLOUD_IAM_PASSWORD: 'local-password' };
const NO_HUAWEI_KEY = { HUAWEICLOUD_SDK_AK: '', HUAWEICLOUD_SDK_SK: '' };
const NO_ALIBABA_KEY = { ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' };

interface Problems {
  readonly problems: readonly { readonly file: string; readonly path: string; readonly message: string; readonly remedy: string }[];
}

const problemsIn = (out: string): Problems['problems'] => {
  const document: Problems = JSON.parse(out);
  return document.problems;
};

describe('credentials', () => {
  it('H47: a wrong key is tried once, closed for all sagas and later runs until it is changed, proves nothing, and exits 3', async () => {
    const site = await aSite({ seed });
    const wrong = { HUAWEICLOUD_SDK_AK: 'a-retired-key', HUAWEICLOUD_SDK_SK: 'a-wrong-secret-key' };
    const events = [1, 2, 3].map((number) => anEvent([aDatabase(number)], { id: `evt-${number}` }));
    const first = await site.run(events, [], { env: wrong });
    expect([first.code, site.journal().map(({ status }) => status)]).toEqual([3, [401]]);
    expect(first.result.sagas.map(({ state, reason }) => [state, reason?.split(':')[0]])).toEqual(Array.from({ length: 3 }, () => ['received', 'credentials-refused']));
    const again = await site.told('run', [], { env: wrong });
    expect([again.code, site.journal().length]).toEqual([3, 1]);
    expect(JSON.stringify([first, again])).not.toContain('a-wrong-secret-key');

    const changed = await site.told('run');
    expect([changed.code, changed.result.totals]).toEqual([0, { instances: 3, byState: { gone: 3 }, byOutcome: { deleted: 3 } }]);
  });

  it.each([
    ['of no cloud', { ...NO_HUAWEI_KEY, ...NO_ALIBABA_KEY }, ['HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK', 'ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET']],
    ['of one cloud only', NO_ALIBABA_KEY, ['ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET']],
    ['that are half there', { HUAWEICLOUD_SDK_SK: '' }, ['HUAWEICLOUD_SDK_SK']],
  ] as const)('%s exit 2, each named with what to do, and nothing is called', async (_what, env, variables) => {
    const site = await aSite({ seed });
    const { code, out, err } = await site.begin('run', [site.file('event.json', onBoth)], { env }).ended;
    expect(code).toBe(2);
    expect(problemsIn(out).map(({ file, path }) => [file, path])).toEqual(variables.map((variable) => ['environment', variable]));
    expect(err).toContain('nothing was called');
    expect(site.operations()).toEqual([]);
    const retried = await site.run([onBoth]);
    expect(retried.code).toBe(0);
  });

  it('are needed only for the clouds that the events and the open sagas name', async () => {
    const site = await aSite({ seed, policy: swift({ mode: 'recoverable', soakSeconds: 7_200 }) });
    const alibaba = await site.run([onAlibaba], [], { env: NO_HUAWEI_KEY });
    expect([alibaba.code, alibaba.result.totals.byState]).toEqual([0, { quarantined: 1 }]);
    const { code, out } = await site.begin('run', [site.file('event.json', onHuawei)], { env: NO_ALIBABA_KEY }).ended;
    expect([code, problemsIn(out)[0]?.path]).toEqual([2, 'ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET']);
  });

  it('of an IAM user are used when there is no key, with one token for the project', async () => {
    const site = await aSite({ seed });
    const events = [1, 2, 3].map((number) => anEvent([aDatabase(number)], { id: `evt-${number}` }));
    const { code, result } = await site.run(events, [], { env: { ...NO_HUAWEI_KEY, ...IAM } });
    expect([code, result.totals.byState]).toEqual([0, { gone: 3 }]);
    expect(site.operations().filter((operation) => operation.startsWith('CreateToken'))).toHaveLength(1);
    expect(JSON.stringify(result)).not.toContain('local-password');
  });

  it('H29: a token that ended is renewed once', async () => {
    const site = await aSite({ seed, csmsFaults: [{ match: { operation: 'BatchDeleteSecrets', nth: 1 }, effect: { expireToken: true } }] });
    const { code } = await site.run([onHuawei], [], { env: { ...NO_HUAWEI_KEY, ...IAM } });
    expect(code).toBe(0);
    expect(site.operations().filter((operation) => operation.startsWith('CreateToken'))).toHaveLength(2);
  });

  it('of an undone saga are needed too, though it has ended', async () => {
    const site = await aSite({ seed, policy: swift({ mode: 'recoverable', soakSeconds: 7_200 }) });
    const soaking = await site.run([onHuawei]);
    const { code, out } = await site.begin('undo', [soaking.result.sagas[0]?.sagaId ?? ''], { env: NO_HUAWEI_KEY }).ended;
    expect([code, problemsIn(out)[0]?.file]).toEqual([2, 'environment']);
  });
});

describe('credentials that the environment only refers to', () => {
  const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:huawei-AbCdEf';
  const OWN = { accessKey: { id: 'key-kept-in-a-secret', secret: 'canary-kept-in-a-secret', securityToken: null } };
  const AS_SECRET = JSON.stringify({ HUAWEICLOUD_SDK_AK: OWN.accessKey.id, HUAWEICLOUD_SDK_SK: OWN.accessKey.secret });
  const AWS_KEY = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

  /** A place in which the secret holds that text, or is not there, and the environment no key of its own. */
  const referring = async (text: string | null): Promise<{ readonly env: Readonly<Record<string, string>>; readonly asked: readonly string[] }> => {
    const service = await startSecretsService(text === null ? {} : { [ARN]: text });
    onTestFinished(() => service.close());
    return { env: { ...NO_HUAWEI_KEY, ...AWS_KEY, AWS_ENDPOINT_URL_SECRETS_MANAGER: service.endpoint, PROBATE_HUAWEI_CREDENTIALS: ARN }, asked: service.asked };
  };

  const keptCloud = async (): Promise<Awaited<ReturnType<typeof startCsmsEmulator>>> => {
    const csms = await startCsmsEmulator({ seed, credentials: { ...csmsCredentials({}), ...OWN } });
    onTestFinished(() => csms.close());
    return csms;
  };

  it('are what a run judges by and calls with, whatever key is left over beside them; doctor goes by them too, and neither prints them', async () => {
    const [site, csms, { env, asked }] = [await aSite({ seed }), await keptCloud(), await referring(AS_SECRET)];
    const given = { env: { ...env, HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint, HUAWEICLOUD_IAM_ENDPOINT: csms.endpoint } };
    const alone = await site.run([onHuawei], [], given);
    expect([alone.code, alone.result.totals.byState]).toEqual([0, { gone: 1 }]);
    const beside = { env: { ...given.env, HUAWEICLOUD_SDK_AK: 'a-retired-key', HUAWEICLOUD_SDK_SK: 'a-retired-secret', HUAWEICLOUD_SDK_SECURITY_TOKEN: 'a-retired-token' } };
    const next = await site.run([anEvent([aDatabase(2)], { id: 'billing' })], [], beside);
    expect([next.code, next.result.sagas.map(({ state }) => state)]).toEqual([0, ['gone']]);
    const doctor = await site.begin('doctor', [], beside).ended;
    expect(JSON.parse(doctor.out)).toMatchObject({ checks: expect.arrayContaining([expect.objectContaining({ name: 'credentials of csms', result: 'passed' })]) });
    expect([new Set(csms.journal().map(({ status }) => status)).has(401), new Set(asked)]).toEqual([false, new Set([ARN])]);
    expect(JSON.stringify([alone, next, doctor])).not.toContain(OWN.accessKey.secret);
  });

  it.each([
    { what: 'that is not there', text: null, path: 'PROBATE_HUAWEI_CREDENTIALS', says: 'refers to a secret that cannot be fetched: no such secret' },
    { what: 'of another form', text: '"canary-1"', path: 'PROBATE_HUAWEI_CREDENTIALS', says: 'refers to a secret that has another form' },
    { what: 'with half a key', text: '{"HUAWEICLOUD_SDK_AK":"canary-1"}', path: 'HUAWEICLOUD_SDK_SK', says: 'is missing beside HUAWEICLOUD_SDK_AK' },
    { what: 'with no key', text: '{}', path: 'HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK', says: 'is not set, and this cloud is needed' },
  ])('by a secret $what exit 2, named by the variable; doctor says the same', async ({ text, path, says }) => {
    const [site, { env }] = [await aSite({ seed }), await referring(text)];
    const { code, out } = await site.begin('run', [site.file('event.json', onHuawei)], { env: { ...env, HUAWEICLOUD_SDK_SECURITY_TOKEN: '' } }).ended;
    expect([code, problemsIn(out)]).toEqual([2, [{ file: 'environment', path, message: says, remedy: expect.any(String) }]]);
    expect([site.operations(), out.includes('canary')]).toEqual([[], false]);
    const doctor = await site.begin('doctor', [], { env }).ended;
    expect([doctor.code, doctor.out]).toEqual([3, expect.stringContaining(`${path} ${says}`)]);
  });

  it.each(['AccessDeniedException', 'ThrottlingException'])('by a secret that AWS answers with %s for exit 1: the reference may be right', async (refusal) => {
    const service = await startSecretsService({}, refusal);
    onTestFinished(() => service.close());
    const site = await aSite({ seed });
    const env = { ...NO_HUAWEI_KEY, ...AWS_KEY, AWS_MAX_ATTEMPTS: '1', AWS_ENDPOINT_URL_SECRETS_MANAGER: service.endpoint, PROBATE_HUAWEI_CREDENTIALS: ARN };
    const { code, err } = await site.begin('run', [site.file('event.json', onHuawei)], { env }).ended;
    expect([code, err]).toEqual([1, expect.stringContaining(`probate: the secret of PROBATE_HUAWEI_CREDENTIALS cannot be fetched: ${refusal}`)]);
    expect(site.operations()).toEqual([]);
  });

  it('by a secret that cannot be reached exit 1, which is no fault of Probate’s own and says what is to be mended', async () => {
    const site = await aSite({ seed });
    const { env } = await referring(AS_SECRET);
    const nowhere = { ...env, AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' };
    const { code, err } = await site.begin('run', [site.file('event.json', onHuawei)], { env: nowhere }).ended;
    expect([code, err]).toEqual([1, expect.stringMatching(/^probate: the secret of PROBATE_HUAWEI_CREDENTIALS cannot be fetched, since AWS cannot be reached/m)]);
    expect(site.operations()).toEqual([]);
  });
});

describe('endpoints', () => {
  const twoRegions = swift({
    scopes: [
      { cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT },
      { cloud: 'huawei', region: 'cn-south-1', projectId: PROJECT },
    ],
  });

  it.each([
    ['HUAWEICLOUD_CSMS_ENDPOINT', 'http://kms.example.com', 'must be https unless its host is a loopback address'],
    ['HUAWEICLOUD_IAM_ENDPOINT', 'http://10.0.0.1:80', 'must be https unless its host is a loopback address'],
    ['ALIBABA_CLOUD_SAE_ENDPOINT', 'sae.example.com', 'is not a URL'],
    ['HUAWEICLOUD_CSMS_ENDPOINT', 'https://kms.example.com/v1', 'must end after the host and port'],
  ])('%s of %s exits 2: it %s', async (variable, endpoint, why) => {
    const site = await aSite({ seed });
    const { code, out } = await site.begin('run', [site.file('event.json', onHuawei)], { env: { [variable]: endpoint } }).ended;
    expect(code).toBe(2);
    expect(problemsIn(out)).toMatchObject([{ file: 'environment', path: variable, message: why }]);
    expect(site.operations()).toEqual([]);
  });

  it('without {region} exit 2 when the scopes name two regions', async () => {
    const site = await aSite({ seed, policy: twoRegions });
    const { code, out } = await site.begin('run', [site.file('event.json', onHuawei)]).ended;
    expect(code).toBe(2);
    expect(problemsIn(out).map(({ path }) => path)).toEqual(['HUAWEICLOUD_CSMS_ENDPOINT', 'HUAWEICLOUD_IAM_ENDPOINT']);
    expect(site.operations()).toEqual([]);
  });

  it('are printed in the result as they are used, the vendors’ own where none is set', async () => {
    const site = await aSite({ seed });
    const { code, result } = await site.run([onHuawei], [], { env: { ALIBABA_CLOUD_SAE_ENDPOINT: '' } });
    expect([code, result.clouds]).toEqual([0, { csms: site.csms.endpoint, sae: 'https://sae.{region}.aliyuncs.com' }]);
  });
});

describe('embedded clouds', () => {
  it('use no credential, endpoint or proxy of the environment, whatever it holds', async () => {
    const decoy = await startCsmsEmulator({});
    const site = await aSite({ seed });
    const env = {
      HUAWEICLOUD_SDK_AK: 'another-key',
      HUAWEICLOUD_SDK_SECURITY_TOKEN: 'a-token-of-another-key',
      ALIBABA_CLOUD_SECURITY_TOKEN: 'a-token-of-another-key',
      HUAWEICLOUD_CSMS_ENDPOINT: decoy.endpoint,
      HTTP_PROXY: 'no proxy at all',
    };
    const { code, result } = await site.run([onBoth], ['--embed', '--seed', site.file('seed.json', seed)], { env });
    expect([code, result.clouds, result.totals.byState]).toEqual([0, { csms: 'embedded', sae: 'embedded' }, { gone: 1 }]);
    expect([decoy.journal(), site.operations()]).toEqual([[], []]);
    await decoy.close();
  });

  it('are never stood in for missing ones', async () => {
    const site = await aSite({ seed });
    const { code } = await site.begin('run', [site.file('event.json', onHuawei)], { env: { ...NO_HUAWEI_KEY } }).ended;
    expect([code, existsSync(`${site.state}/csms.db`)]).toEqual([2, false]);
  });
});
