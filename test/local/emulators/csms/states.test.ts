import { afterEach, describe, expect, it } from 'vitest';
import { startCsmsEmulator } from '../../../../local/emulators/csms/server.ts';
import type { UnknownsDocument } from '../../../../local/emulators/unknowns.ts';
import { closeAll, started } from '../started.ts';
import { call, PROJECT } from './signed.ts';

afterEach(closeAll);

const STATES = ['ENABLED', 'PENDING_DELETE', 'DISABLED', 'FROZEN'];

const seeded = (unknowns: UnknownsDocument = {}): ReturnType<typeof startCsmsEmulator> =>
  started(startCsmsEmulator({ seed: { secrets: STATES.map((state) => ({ name: state, projectId: PROJECT, state, stages: ['reader-7'] })), unknowns } }));

/** [status, code] of one call on the secret in each state, then on one that does not exist; each on a fresh emulator. */
const answers = async (method: string, path: string, body?: unknown, unknowns?: UnknownsDocument): Promise<(readonly [number, string | null])[]> => {
  const given: (readonly [number, string | null])[] = [];
  for (const name of [...STATES, 'missing']) {
    const emulator = await seeded(unknowns);
    const { status } = await call(emulator.endpoint, method, `/secrets/${name}${path}`, body);
    given.push([status, emulator.journal().at(-1)?.code ?? null]);
  }
  return given;
};

const DONE = [200, null] as const;
const GONE = [404, 'CSMS.0005'] as const;
const PENDING = [400, 'CSMS.0103'] as const;
const NOT_ENABLED = [403, 'CSMS.0109'] as const;
const NOT_PENDING = [400, 'CSMS.0108'] as const;

describe('what each call answers for ENABLED, PENDING_DELETE, DISABLED, FROZEN and a missing secret', () => {
  const days = { recovery_window_in_days: 7 };
  const value = { secret_string: 'next' };
  it.each<[string, string, string, unknown, readonly (readonly [number, string | null])[]]>([
    ['ShowSecret', 'GET', '', undefined, [DONE, DONE, DONE, DONE, GONE]],
    ['UpdateSecret', 'PUT', '', { description: 'd' }, [DONE, PENDING, DONE, DONE, GONE]],
    ['ShowSecretVersion', 'GET', '/versions/latest', undefined, [DONE, PENDING, NOT_ENABLED, NOT_ENABLED, GONE]],
    ['CreateSecretVersion', 'POST', '/versions', value, [DONE, PENDING, NOT_ENABLED, NOT_ENABLED, GONE]],
    ['schedule', 'POST', '/scheduled-deleted-tasks/create', days, [DONE, [400, 'CSMS.0107'], DONE, DONE, GONE]],
    ['cancel', 'POST', '/scheduled-deleted-tasks/cancel', undefined, [NOT_PENDING, DONE, NOT_PENDING, NOT_PENDING, GONE]],
    ['DeleteSecret', 'DELETE', '', undefined, [DONE, DONE, DONE, DONE, GONE]],
    ['ShowSecretStage', 'GET', '/stages/reader-7', undefined, [DONE, DONE, DONE, DONE, GONE]],
    ['DeleteSecretStage', 'DELETE', '/stages/reader-7', undefined, [[204, null], PENDING, [204, null], [204, null], GONE]],
    ['UpdateSecretStage', 'PUT', '/stages/other', { version_id: 'v1' }, [DONE, PENDING, DONE, DONE, GONE]],
  ])('%s', async (_operation, method, path, body, expected) => {
    expect(await answers(method, path, body)).toEqual(expected);
  });

  it.each<[string, string, string, unknown, UnknownsDocument, readonly (readonly [number, string | null])[]]>([
    ['a pending secret may not be deletable', 'DELETE', '', undefined, { deletePending: 'refused' }, [DONE, [400, 'CSMS.0107'], DONE, DONE, GONE]],
    ['a frozen secret may not be deletable', 'DELETE', '', undefined, { deletableStates: 'notFrozen' }, [DONE, DONE, DONE, NOT_ENABLED, GONE]],
    ['only enabled ones may be deletable', 'DELETE', '', undefined, { deletableStates: 'enabledOnly' }, [DONE, DONE, NOT_ENABLED, NOT_ENABLED, GONE]],
    ['not found may be a 400', 'GET', '', undefined, { notFound: 'status400' }, [DONE, DONE, DONE, DONE, [400, 'CSMS.0106']]],
    ['a pending secret may answer another code', 'PUT', '', {}, { pendingUse: 'CSMS.0109' }, [DONE, NOT_ENABLED, DONE, DONE, GONE]],
  ])('left open: %s', async (_title, method, path, body, unknowns, expected) => {
    expect(await answers(method, path, body, unknowns)).toEqual(expected);
  });
});

describe('schedules', () => {
  it.each([7, 30])('%d days are a window', async (days) => {
    const { endpoint } = await seeded();
    expect((await call(endpoint, 'POST', '/secrets/ENABLED/scheduled-deleted-tasks/create', { recovery_window_in_days: days })).status).toBe(200);
  });

  it.each([
    ['six days', { recovery_window_in_days: 6 }, 'CSMS.0002'],
    ['31 days', { recovery_window_in_days: 31 }, 'CSMS.0002'],
    ['a text', { recovery_window_in_days: '7' }, 'CSMS.0002'],
    ['no body', undefined, 'CSMS.0004'],
    ['what is no JSON', '{', 'CSMS.0004'],
  ])('%s is refused', async (_title, body, code) => {
    const { endpoint } = await seeded();
    expect(await call(endpoint, 'POST', '/secrets/ENABLED/scheduled-deleted-tasks/create', body)).toMatchObject({ status: 400, json: { error_code: code } });
  });

  it('a window that is not given is thirty days, or is refused where the seed says so', async () => {
    const schedule = ['POST', '/secrets/ENABLED/scheduled-deleted-tasks/create', {}] as const;
    const emulator = await seeded();
    await call(emulator.endpoint, ...schedule);
    const { deleteAt, updateTime } = emulator.state().secrets.find(({ name }) => name === 'ENABLED') ?? {};
    expect((deleteAt ?? 0) - (updateTime ?? 0)).toBe(30 * 86_400_000);
    const refusing = await seeded({ missingWindow: 'refused' });
    expect(await call(refusing.endpoint, ...schedule)).toMatchObject({ status: 400, json: { error_code: 'CSMS.0002' } });
  });

  it('times are 13-digit milliseconds in whole seconds, or seconds where the seed says so', async () => {
    const inMilliseconds = await seeded();
    const inSeconds = await seeded({ timeUnit: 'seconds' });
    const schedule = ['POST', '/secrets/ENABLED/scheduled-deleted-tasks/create', { recovery_window_in_days: 7 }] as const;
    expect((await call(inMilliseconds.endpoint, ...schedule)).text).toMatch(/"scheduled_delete_time":\d{10}000,/);
    expect((await call(inSeconds.endpoint, ...schedule)).text).toMatch(/"scheduled_delete_time":\d{10},/);
  });

  it('a cancelled secret may still show its date in the reply, but no longer when it is read', async () => {
    const { endpoint } = await seeded({ cancelledDate: 'kept' });
    expect(await call(endpoint, 'POST', '/secrets/PENDING_DELETE/scheduled-deleted-tasks/cancel')).toMatchObject({ json: { secret: { state: 'ENABLED', scheduled_delete_time: expect.any(Number) } } });
    expect(await call(endpoint, 'GET', '/secrets/PENDING_DELETE')).toMatchObject({ json: { secret: { scheduled_delete_time: null } } });
  });
});

describe('stages and versions', () => {
  it('a new version takes SYSCURRENT and leaves SYSPREVIOUS behind', async () => {
    const { endpoint, state } = await started(startCsmsEmulator()).then((emulator) => ({ endpoint: emulator.endpoint, state: () => emulator.state() }));
    await call(endpoint, 'POST', '/secrets', { name: 's', secret_string: 'one' });
    expect(await call(endpoint, 'POST', '/secrets/s/versions', { secret_string: 'two', version_stages: ['SYSCURRENT', 'reader'] })).toMatchObject({ json: { version_metadata: { id: 'v2' } } });
    expect(state().secrets[0]?.stages).toEqual({ SYSPREVIOUS: 'v1', SYSCURRENT: 'v2', reader: 'v2' });
    expect(await call(endpoint, 'GET', '/secrets/s/versions/latest')).toMatchObject({ json: { version: { secret_string: 'two', version_metadata: { version_stages: ['SYSCURRENT', 'reader'] } } } });
    expect(await call(endpoint, 'GET', '/secrets/s/versions')).toMatchObject({ json: { version_metadatas: [{ id: 'v1' }, { id: 'v2' }], page_info: { current_count: 2, next_marker: null } } });
  });

  it('the two stages of the service are never removed, a custom one is, once', async () => {
    const { endpoint } = await seeded();
    expect(await call(endpoint, 'DELETE', '/secrets/ENABLED/stages/SYSCURRENT')).toMatchObject({ status: 400, json: { error_code: 'CSMS.0105' } });
    const removed = await call(endpoint, 'DELETE', '/secrets/ENABLED/stages/reader-7');
    expect([removed.status, removed.text, removed.headers.get('content-length')]).toEqual([204, '', null]);
    expect((await call(endpoint, 'GET', '/secrets/ENABLED/stages/reader-7')).status).toBe(404);
    expect((await call(endpoint, 'DELETE', '/secrets/ENABLED/stages/reader-7')).status).toBe(404);
  });

  it('a removal may be answered 204 without having happened', async () => {
    const { endpoint } = await seeded({ stageDelete: 'leavesOnce' });
    expect((await call(endpoint, 'DELETE', '/secrets/ENABLED/stages/reader-7')).status).toBe(204);
    expect((await call(endpoint, 'GET', '/secrets/ENABLED/stages/reader-7')).status).toBe(200);
    expect((await call(endpoint, 'DELETE', '/secrets/ENABLED/stages/reader-7')).status).toBe(204);
    expect((await call(endpoint, 'GET', '/secrets/ENABLED/stages/reader-7')).status).toBe(404);
  });

  it('twelve stages is the most a secret has', async () => {
    const { endpoint } = await seeded();
    for (let stage = 3; stage <= 12; stage += 1) expect((await call(endpoint, 'POST', '/secrets/ENABLED/stages', { name: `s-${stage}`, version_id: 'v1' })).status).toBe(200);
    expect(await call(endpoint, 'POST', '/secrets/ENABLED/stages', { name: 'one-more', version_id: 'v1' })).toMatchObject({ status: 400, json: { error_code: 'CSMS.0203' } });
    const thirteen = Array.from({ length: 13 }, (_one, index) => `v-${index}`);
    expect(await call(endpoint, 'POST', '/secrets/ENABLED/versions', { secret_string: 's', version_stages: thirteen })).toMatchObject({ json: { error_code: 'CSMS.0204' } });
  });

  it('beyond twenty versions the oldest without a stage is dropped', async () => {
    const emulator = await seeded();
    for (let version = 2; version <= 22; version += 1) await call(emulator.endpoint, 'POST', '/secrets/ENABLED/versions', { secret_string: `${version}` });
    const versions = emulator.state().secrets.find(({ name }) => name === 'ENABLED')?.versions ?? [];
    expect([versions.length, versions.at(0), versions.at(1), versions.at(-1)]).toEqual([20, 'v1', 'v4', 'v22']);
  });
});

describe('making a secret', () => {
  const linked = { secret_type: 'RDS-FG', secret_string: 's' };
  it.each<[string, object]>([
    ['without a value', { name: 'n' }],
    ['with two values', { name: 'n', secret_string: 's', secret_binary: 'cw==' }],
    ['with a binary value that is no base64', { name: 'n', secret_binary: 'not base64!' }],
    ['with a dot in its name', { name: 'a.b', secret_string: 's' }],
    ['with a name that is too long', { name: 'a'.repeat(65), secret_string: 's' }],
    ['rotated without a period', { name: 'n', secret_string: 's', auto_rotation: true }],
    ['rotated more often than every six hours', { name: 'n', secret_string: 's', rotation_period: '5h' }],
    ['linked without saying to what', { name: 'n', ...linked }],
    ['linked by a text nobody can read', { name: 'n', ...linked, rotation_config: '{"InstanceId":' }],
    ['under a name that is taken', { name: 'ENABLED', secret_string: 's' }],
  ])('%s is refused', async (_title, body) => {
    const { endpoint } = await seeded();
    expect(await call(endpoint, 'POST', '/secrets', body)).toMatchObject({ status: 400, json: { error_code: 'CSMS.0002', error_msg: 'The value of parameter is invalid.' } });
  });

  it.each<[string, object, object]>([
    ['a value of 64 KB', { secret_string: 's'.repeat(65_536) }, { secret_string: 's'.repeat(65_537) }],
    ['a description of 2048 characters', { description: 'd'.repeat(2_048) }, { description: 'd'.repeat(2_049) }],
    ['a rotation_config of 1024 characters', { rotation_config: '{}'.padEnd(1_024) }, { rotation_config: '{}'.padEnd(1_025) }],
    ['an enterprise project id of 36 characters', { enterprise_project_id: 'e'.repeat(36) }, { enterprise_project_id: 'e'.repeat(37) }],
    ['one subscription', { event_subscriptions: ['a'] }, { event_subscriptions: ['a', 'b'] }],
    ['a rotation every six hours', { rotation_period: '6h' }, { rotation_period: '359m' }],
    ['a rotation once a year', { rotation_period: '365d' }, { rotation_period: '8761h' }],
    ['a KMS key by its UUID', { kms_key_id: '00000000-0000-4000-8000-000000000001' }, { kms_key_id: 'csms/default' }],
  ])('takes %s, and nothing beyond it', async (_title, fits, exceeds) => {
    const { endpoint } = await seeded();
    expect((await call(endpoint, 'POST', '/secrets', { name: 'n', secret_string: 's', ...fits })).status).toBe(200);
    expect(await call(endpoint, 'POST', '/secrets', { name: 'm', secret_string: 's', ...exceeds })).toMatchObject({ status: 400, json: { error_code: 'CSMS.0002' } });
  });

  it('the project holds five thousand', async () => {
    const secrets = Array.from({ length: 5000 }, (_one, index) => ({ name: `s-${index}`, projectId: PROJECT }));
    const { endpoint } = await started(startCsmsEmulator({ seed: { secrets } }));
    expect(await call(endpoint, 'POST', '/secrets', { name: 'one-more', secret_string: 's' })).toMatchObject({ status: 400, json: { error_code: 'CSMS.0202' } });
  });
});

it('a secret may carry the name of a fixed word in a path', async () => {
  const { endpoint } = await started(startCsmsEmulator());
  for (const name of ['stages', 'versions', 'batch-delete', 'create']) {
    expect((await call(endpoint, 'POST', '/secrets', { name, secret_string: 's' })).status).toBe(200);
    expect(await call(endpoint, 'GET', `/secrets/${name}`)).toMatchObject({ status: 200, json: { secret: { name } } });
    expect((await call(endpoint, 'PUT', `/secrets/${name}/stages/create`, { version_id: 'v1' })).status).toBe(200);
    expect((await call(endpoint, 'DELETE', `/secrets/${name}`)).status).toBe(200);
  }
});
