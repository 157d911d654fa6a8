import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aCopy, anEvent } from '../../events/builders.ts';
import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import { begin } from '../../cli/probate.ts';
import { aDatabase, inSae, linked, sagaIdOf } from '../builders.ts';
import { aFolder, aSite, swift, told } from '../harness.ts';
import { RunDocument, outcomesOf } from '../result.ts';

const seed = { secrets: [linked(1, 'orders'), inSae('16', 'orders_db')] };
const event = anEvent([aDatabase(1, { copies: [aCopy('16')] })], { id: 'orders' });
const ENDINGS = { billing: 'restored', gateway: 'parked', mail: 'verifying', orders: 'gone', stock: 'restored', users: 'refused', wiki: 'compensation-failed' };

describe('run --embed', () => {
  it('keeps clouds and clock in the state: what one run scheduled the next finds, and fast-forward passes the recovery window', async () => {
    const site = await aSite({ policy: swift({ mode: 'recoverable', soakSeconds: 86_400 }) });
    const embedded = ['--embed', '--seed', site.file('seed.json', seed)];
    const soaking = await site.run([event], embedded);
    expect([soaking.code, soaking.result.totals.byState]).toEqual([0, { quarantined: 1 }]);

    const again = await site.told('run', [...embedded]);
    expect([again.code, again.err]).toEqual([0, `probate: --seed is left out: the emulated clouds of ${site.state} go on with what they hold\n`]);

    const ended = await site.told('run', ['--embed', '--fast-forward']);
    expect([ended.code, ended.result.sagas.map(outcomesOf)]).toEqual([0, [{ orders: 'deleted', orders_db: 'deleted' }]]);
    const [saga] = ended.result.sagas;
    expect(Date.parse(saga?.finishedAt ?? '') - Date.parse(saga?.startedAt ?? '')).toBeGreaterThan(6.9 * 86_400_000);

    const csms = await startCsmsEmulator({ persistTo: `${site.state}/csms.db` });
    expect([csms.state().secrets, csms.journal().filter(({ effect }) => effect !== null).map(({ operation }) => operation)]).toEqual([[], ['DeleteSecretForSchedule']]);
    await csms.close();
    expect(site.operations()).toEqual([]);
  });

  it('leaves no policy in the state, where a command under another one might take it for its own', async () => {
    const site = await aSite();
    await site.run([event], ['--embed', '--seed', site.file('seed.json', seed)]);
    expect(readdirSync(site.state).filter((name) => !name.includes('.db'))).toEqual([]);
  });

  it('uses no credential of the environment, nor fetches the secret that holds one', async () => {
    const site = await aSite();
    const env = { HUAWEICLOUD_SDK_SECURITY_TOKEN: 'TOKEN==', ALIBABA_CLOUD_SECURITY_TOKEN: 'TOKEN==', PROBATE_HUAWEI_CREDENTIALS: 'no-arn', PROBATE_ALIBABA_CREDENTIALS: 'no-arn', HTTPS_PROXY: 'nowhere' };
    const { code, result } = await site.run([event], ['--embed', '--seed', site.file('seed.json', seed)], { env });
    expect([code, result.totals.byState]).toEqual([0, { gone: 1 }]);
  });

  it('lets undo bring back what it scheduled', async () => {
    const site = await aSite({ policy: swift({ mode: 'recoverable', soakSeconds: 86_400 }) });
    await site.run([event], ['--embed', '--seed', site.file('seed.json', seed)]);
    const undone = await site.told('undo', [sagaIdOf(1), '--embed']);
    expect([undone.code, undone.result.clouds, undone.result.sagas.map(outcomesOf)]).toEqual([0, { csms: 'embedded', sae: 'embedded' }, [{ orders: 'restored', orders_db: 'kept' }]]);
  });

  it('says that a state’s clouds are in use rather than run beside another process', async () => {
    const site = await aSite();
    await site.run([event], ['--embed', '--seed', site.file('seed.json', seed)]);
    const holder = await startCsmsEmulator({ persistTo: `${site.state}/csms.db` });
    const { code, err } = await site.begin('run', ['--embed']).ended;
    expect([code, err]).toEqual([2, expect.stringContaining('in use')]);
    await holder.close();
  });
});

describe('what was begun on some clouds is not ended on others, where a secret that stands would pass for gone', () => {
  const policy = swift({ mode: 'recoverable', soakSeconds: 86_400 });

  it.each([
    { command: 'run', args: ['--embed', '--fast-forward'] },
    { command: 'undo', args: [sagaIdOf(1), '--embed'] },
    { command: 'sweep', args: ['--embed'] },
    { command: 'dev', args: [] },
  ])('$command refuses to emulate the clouds of a state that did without', async ({ command, args }) => {
    const site = await aSite({ seed, policy });
    await site.run([event]);
    site.forget();
    const refused = await site.begin(command, args).ended;
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(`${site.state}\n  holds what was begun on other clouds than emulated ones`)]);
    expect([(await site.told('status')).result.totals.byState, site.operations()]).toEqual([{ quarantined: 1 }, []]);
  });

  it('a state with emulated clouds is not worked on at the vendors', async () => {
    const site = await aSite({ policy });
    await site.run([event], ['--embed', '--seed', site.file('seed.json', seed)]);
    const env = { HUAWEICLOUD_CSMS_ENDPOINT: 'https://kms.{region}.example', HUAWEICLOUD_IAM_ENDPOINT: '' };
    const refused = await site.begin('run', [], { env }).ended;
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(`${site.state}\n  holds emulated clouds and what was begun on them`)]);
    expect((await site.told('run')).result.totals.byState).toEqual({ quarantined: 1 });
  });
});

describe('demo', () => {
  it('shows every ending and exits 0, printing one document and nothing else with --json', async () => {
    const { code, out, err } = await begin(['demo', '--json']).ended;
    const result = RunDocument.parse(JSON.parse(out));
    expect([code, err]).toEqual([0, '']);
    expect(result.clouds).toEqual({ csms: 'embedded', sae: 'embedded' });
    expect(Object.fromEntries(result.sagas.map(({ eventIds, state }) => [eventIds.join(), state]))).toEqual(ENDINGS);
  });

  it('explains each to people, with progress on standard error', async () => {
    const { code, out, err } = await begin(['demo']).ended;
    expect(code).toBe(0);
    for (const state of new Set(Object.values(ENDINGS))) expect(out).toContain(`\n${state} `);
    expect(err).toContain('compensation-failed');
    expect(`${out}${err}`).not.toContain('\u001B[');
  });

  it('can be run again on a state that was kept', async () => {
    const state = aFolder();
    const first = told(await begin(['demo', '--json', '--state', state]).ended);
    const again = told(await begin(['demo', '--json', '--state', state]).ended);
    expect([first.code, again.code]).toEqual([0, 0]);
  });
});

describe('emulate', () => {
  it('serves run from a process of its own, its first line saying where', async () => {
    const site = await aSite();
    const emulators = (['csms', 'sae'] as const).map((service) => begin(['emulate', service, '--port', '0', '--seed', site.file('seed.json', seed)]));
    const lines = await Promise.all(emulators.map((emulator) => emulator.firstLine));
    const [csms, sae] = lines.map((line): { readonly service: string; readonly endpoint: string } => JSON.parse(line));
    expect([csms?.service, sae?.service]).toEqual(['csms', 'sae']);
    const { code, result } = await site.run([event], [], {
      env: { HUAWEICLOUD_CSMS_ENDPOINT: csms?.endpoint ?? '', ALIBABA_CLOUD_SAE_ENDPOINT: sae?.endpoint ?? '' },
    });
    expect([code, result.clouds, result.totals.byOutcome]).toEqual([0, { csms: csms?.endpoint, sae: sae?.endpoint }, { deleted: 2 }]);
    const journal: unknown = await (await fetch(`${csms?.endpoint ?? ''}/_emulator/journal`)).json();
    expect(journal).toEqual(expect.arrayContaining([expect.objectContaining({ operation: 'BatchDeleteSecrets', status: 200, code: null })]));
    for (const emulator of emulators) emulator.signal('SIGINT');
    expect((await Promise.all(emulators.map(({ ended }) => ended))).map(({ code: exit }) => exit)).toEqual([130, 130]);
  });
});
