import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run, type Ended } from '../cli/probate.ts';
import { emulateCsms, PROJECT } from './csms/emulated.ts';
import { emulateSae, NAMESPACE } from './sae/emulated.ts';

const SUITE = fileURLToPath(new URL('run.ts', import.meta.url));
const KEYS = { HUAWEICLOUD_SDK_AK: 'local-ak', HUAWEICLOUD_SDK_SK: 'local-sk', ALIBABA_CLOUD_ACCESS_KEY_ID: 'local-ak', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'local-sk' };

const suite = (env: Readonly<Record<string, string>> = {}): Promise<Ended> => run(process.execPath, [SUITE], { env });

const changesAt = async (endpoint: string): Promise<number> => {
  const journal = await (await fetch(`${endpoint}/_emulator/journal`)).text();
  return journal.split('"did":').length - 1;
};

/** Processes of their own, on a machine that may be busy. */
const PATIENCE = { timeout: 120_000 };

describe('npm run conformance', PATIENCE, () => {
  it('starts emulators of its own where the environment names no cloud', async () => {
    const { code, out, err } = await suite();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^csms: (\d+) of \1$/m);
    expect(out).toMatch(/^sae: (\d+) of \1$/m);
  });

  it('only looks at a cloud that the environment names, and says what it left out', async () => {
    const [csms, sae] = [await emulateCsms(), await emulateSae()];
    const before = await changesAt(sae.endpoint);
    const { code, out } = await suite({
      ...KEYS,
      HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint,
      ALIBABA_CLOUD_SAE_ENDPOINT: sae.endpoint,
      PROBATE_CONFORMANCE_REGION: 'cn-north-4',
      PROBATE_CONFORMANCE_PROJECT: PROJECT,
      PROBATE_CONFORMANCE_NAMESPACE: NAMESPACE,
    });
    expect(code).toBe(0);
    expect(out).toContain(`csms at ${csms.endpoint}\n`);
    expect(out).toMatch(/^csms: (\d+) of \1, \d+ left out$/m);
    expect(out).toMatch(/^sae: (\d+) of \1, \d+ left out$/m);
    expect(out).toContain('"notFound":"status404"');
    expect([await changesAt(csms.endpoint), await changesAt(sae.endpoint)]).toEqual([0, before]);
    await csms.close();
    await sae.close();
  });

  it('with leave to write makes what it needs, and leaves nothing behind', async () => {
    const csms = await emulateCsms();
    const env = { ...KEYS, HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint, PROBATE_CONFORMANCE_REGION: 'cn-north-4', PROBATE_CONFORMANCE_PROJECT: PROJECT };
    const { code, out } = await suite({ ...env, PROBATE_CONFORMANCE_WRITE: '1' });
    expect(code).toBe(0);
    // Three need the whole project, one secrets in a state that only a person can bring about, one a user of IAM.
    expect(out).toMatch(/^csms: (\d+) of \1, 5 left out$/m);
    const state = await (await fetch(`${csms.endpoint}/_emulator/state`)).text();
    const standing = new Set([...state.matchAll(/"name":"(probate-conf-[^"]+)"/g)].map(([, name]) => name));
    expect(standing).toEqual(new Set(['a', 'b', 'c', 'd', 'e'].map((place) => `probate-conf-seed-${place}`)));
    await csms.close();
  });

  it('exits 1 when a case fails', async () => {
    const csms = await emulateCsms();
    await fetch(`${csms.endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ rules: [{ match: { operation: 'ListSecrets' }, effect: { status: 200, body: '{}' } }] }) });
    const { code, out } = await suite({ ...KEYS, HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint, PROBATE_CONFORMANCE_REGION: 'cn-north-4', PROBATE_CONFORMANCE_PROJECT: PROJECT });
    expect(code).toBe(1);
    expect(out).toContain('FAIL ListSecrets: the list is read to its end, no secret twice');
    await csms.close();
  });

  it.each([
    [{ PROBATE_CONFORMANCE_PROJECT: PROJECT }, 'PROBATE_CONFORMANCE_REGION is not set'],
    [{ PROBATE_CONFORMANCE_PROJECT: PROJECT, PROBATE_CONFORMANCE_REGION: 'cn-north-4' }, 'HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK is not set'],
    [{ PROBATE_CONFORMANCE_NAMESPACE: NAMESPACE }, 'ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set'],
    [{ PROBATE_CONFORMANCE_PROJECT: 'all' }, 'PROBATE_CONFORMANCE_PROJECT: must be a Huawei Cloud project id'],
    [{ PROBATE_CONFORMANCE_WRITE: 'yes' }, 'PROBATE_CONFORMANCE_WRITE: '],
  ])('exits 2 and calls nothing with %j', async (env, said) => {
    const { code, out, err } = await suite(env);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
  });
});
