import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudsAt, KEY_ENVIRONMENT, NAME, noDeadline, PROJECT, REGION, SELECTOR, STAGE, uncheckedName, uncheckedSelector, uncheckedStage, valueOf } from './clients.ts';
import { json, startCloud } from './loopback-cloud.ts';
import type { LoopbackCloud } from './loopback-cloud.ts';
import { CallRefused } from '../../lib/clouds/call-refused.ts';
import { encodeSelector } from '../../lib/clouds/huawei/batch.ts';
import { fillPath } from '../../lib/clouds/huawei/path.ts';
import type { Clouds } from '../../lib/ports/clouds.ts';

let cloud: LoopbackCloud;
let clouds: Clouds;

beforeAll(async () => {
  cloud = await startCloud();
  clouds = cloudsAt(cloud.endpoint);
});
afterAll(async () => {
  await clouds.close();
  await cloud.close();
});

const csms = () => clouds.csmsWriter(REGION, PROJECT);

const aSecret = (fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  id: 'e2f8d9b1-0000-4000-8000-000000000001',
  name: NAME,
  state: 'ENABLED',
  create_time: 1_581_507_580_000,
  scheduled_delete_time: null,
  secret_type: 'COMMON',
  rotation_config: null,
  ...fields,
});

const shown = async (fields: Readonly<Record<string, unknown>>) => {
  cloud.answer(() => json(200, { secret: aSecret(fields) }));
  return csms().show(NAME, noDeadline());
};

const scheduled = async (fields: Readonly<Record<string, unknown>>) => {
  cloud.answer(() => json(200, { secret: aSecret(fields) }));
  return csms().schedule(NAME, 7, noDeadline());
};

const batch = async (body: unknown) => {
  cloud.answer(() => json(200, body));
  return csms().batchDelete(SELECTOR, noDeadline());
};

const UNREADABLE = { kind: 'unknown', code: 'unreadable-body' };

describe('what goes out', () => {
  it.each([
    ['list', 'GET', '/secrets?limit=1000', '', () => csms().list(noDeadline())],
    ['show', 'GET', '/secrets/app-db_1', '', () => csms().show(NAME, noDeadline())],
    ['showStage', 'GET', '/secrets/app-db_1/stages/reader-7', '', () => csms().showStage(NAME, STAGE, noDeadline())],
    ['listVersions', 'GET', '/secrets/app-db_1/versions?limit=50', '', () => csms().listVersions(NAME, noDeadline())],
    ['schedule', 'POST', '/secrets/app-db_1/scheduled-deleted-tasks/create', '{"recovery_window_in_days":30}', () => csms().schedule(NAME, 30, noDeadline())],
    ['cancel', 'POST', '/secrets/app-db_1/scheduled-deleted-tasks/cancel', '', () => csms().cancel(NAME, noDeadline())],
    ['delete', 'DELETE', '/secrets/app-db_1', '', () => csms().delete(NAME, noDeadline())],
    ['deleteStage', 'DELETE', '/secrets/app-db_1/stages/reader-7', '', () => csms().deleteStage(NAME, STAGE, noDeadline())],
    [
      'batchDelete',
      'POST',
      '/secrets/batch-delete',
      '{"instance_id":"2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01","instance_type":"RDS"}',
      () => csms().batchDelete(SELECTOR, noDeadline()),
    ],
  ] as const)('%s is %s %s', async (_, method, path, body, make) => {
    cloud.answer(() => ({ status: 503 }));
    await make();
    expect(cloud.received[0]).toMatchObject({
      method,
      url: `/v1/${PROJECT}${path}`,
      body,
      headers: { 'content-type': 'application/json', 'x-project-id': PROJECT, 'x-sdk-date': '20261122T030000Z' },
    });
    expect(cloud.received[0]?.headers.authorization).toMatch(/^SDK-HMAC-SHA256 Access=AKIDEXAMPLE00000TEST, SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature=[0-9a-f]{64}$/);
  });

  it('carries and signs the token of temporary credentials', async () => {
    const temporary = cloudsAt(cloud.endpoint, { environment: { ...KEY_ENVIRONMENT, HUAWEICLOUD_SDK_SECURITY_TOKEN: 'TESTTOKEN==' } });
    cloud.answer(() => ({ status: 503 }));
    await temporary.csmsReader(REGION, PROJECT).show(NAME, noDeadline());
    await temporary.close();
    expect(cloud.received[0]?.headers).toMatchObject({ 'x-security-token': 'TESTTOKEN==' });
    expect(cloud.received[0]?.headers.authorization).toContain('x-sdk-date;x-security-token,');
  });
});

describe('H1, H7: what is refused before any connection', () => {
  it('is a batch-delete with a blank or malformed half', () => {
    const typed = fc.constantFrom('RDS', 'TaurusDB', 'GaussDB', 'APIG');
    const blank = fc.constantFrom('', ' ', 'null', 'undefined', '*', '{}', '%', '0123');
    fc.assert(
      fc.property(fc.oneof(blank, fc.string({ maxLength: 40 })), fc.oneof(blank, typed, fc.string({ maxLength: 10 })), (instanceId, instanceType) => {
        // The brands make this impossible to write; the guard is for whatever got past them.
        expect(() => encodeSelector(uncheckedSelector({ instanceId, instanceType }))).toThrow(CallRefused);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is a selector that lacks a half altogether', () => {
    for (const selector of [{}, { instanceId: SELECTOR.instanceId }, { instanceType: 'RDS' }]) {
      expect(() => encodeSelector(uncheckedSelector(selector))).toThrow(CallRefused);
    }
  });

  it('sends both halves, and nothing else, of a whole selector', () => {
    const id = fc.stringMatching(/^[0-9a-f]{32}(in[0-9]{2})?$/);
    fc.assert(
      fc.property(id, fc.constantFrom('RDS', 'TaurusDB', 'GaussDB', 'APIG'), (instanceId, instanceType) => {
        expect(JSON.parse(encodeSelector(uncheckedSelector({ instanceId, instanceType })))).toEqual({ instance_id: instanceId, instance_type: instanceType });
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it.each(['', ' ', '.', '..', 'a/b', 'a%2fb', 'ä', 'a?b', 'a#b', 'a.b', `x${'x'.repeat(64)}`])('is the name %j in a path', async (name) => {
    cloud.answer(() => ({ status: 200 }));
    const make = csms().delete(uncheckedName(name), noDeadline());
    await expect(make).rejects.toThrow(CallRefused);
    await expect(make).rejects.toThrow(/^secret_name is not of its documented form$/);
    expect(cloud.received).toEqual([]);
  });

  it.each(['SYSCURRENT', 'SYSPREVIOUS'])('is the cloud’s own stage %s', async (stage) => {
    cloud.answer(() => ({ status: 204 }));
    await expect(csms().deleteStage(NAME, uncheckedStage(stage), noDeadline())).rejects.toThrow(CallRefused);
    expect(cloud.received).toEqual([]);
  });

  it.each([0, 6, 31, 7.5, Number.NaN])('is a recovery window of %d days', async (days) => {
    await expect(csms().schedule(NAME, days, noDeadline())).rejects.toThrow(CallRefused);
  });

  it('is a path with a part nobody gave', () => {
    expect(() => fillPath('/v1/{project_id}/secrets', {})).toThrow(CallRefused);
    expect(() => fillPath('/v1/{nobody_knows}', { nobody_knows: 'x' })).toThrow(CallRefused);
  });
});

describe('a secret that is shown', () => {
  it('keeps what a plan rests on and nothing else', async () => {
    expect(valueOf(await shown({ kms_key_id: 'k', description: 'd', event_subscriptions: [''], rotation_func_urn: 'urn', rotation_period: '1d' }))).toEqual({
      id: 'e2f8d9b1-0000-4000-8000-000000000001',
      name: NAME,
      state: 'ENABLED',
      createTime: 1_581_507_580_000,
      eraseAt: null,
      link: null,
      unreadableLink: null,
    });
  });

  it.each([
    [1_581_507_580_000, 1_581_507_580_000],
    [1_581_507_580, 1_581_507_580_000],
  ])('H20: has its time %d as %d milliseconds', async (sent, createTime) => {
    expect(valueOf(await shown({ create_time: sent }))).toMatchObject({ createTime });
  });

  it.each([0, -1, 12, 1e11, 1e15, 1_581_507_580_000.5, '2020-02-12', null, undefined])('H20: is unreadable with the time %s', async (sent) => {
    expect((await shown({ create_time: sent })).verdict).toEqual(UNREADABLE);
  });

  it('has an erasing date while it is pending, and only then', async () => {
    expect(valueOf(await shown({ state: 'PENDING_DELETE', scheduled_delete_time: 1_800_000_000_000 }))).toMatchObject({ eraseAt: 1_800_000_000_000 });
    expect(valueOf(await shown({ state: 'ENABLED', scheduled_delete_time: 1_800_000_000_000 }))).toMatchObject({ eraseAt: null });
    expect((await shown({ state: 'PENDING_DELETE', scheduled_delete_time: null })).verdict).toEqual(UNREADABLE);
  });

  it('H50: keeps a state nobody knows', async () => {
    expect(valueOf(await shown({ state: 'HIBERNATING' }))).toMatchObject({ state: 'HIBERNATING' });
  });

  it.each([
    ['RDS-FG', '{"InstanceId":"abc","SecretSubType":"SingleUser"}', { link: { instanceId: 'abc', instanceType: 'RDS' }, unreadableLink: null }],
    ['RDS', '{"InstanceId":"abc"}', { link: { instanceId: 'abc', instanceType: 'RDS' }, unreadableLink: null }],
    ['GaussDB-FG', '{"InstanceId":"abc"}', { link: { instanceId: 'abc', instanceType: 'TaurusDB' }, unreadableLink: null }],
    ['RDS-FG', '{"InstanceId":', { link: null, unreadableLink: '{"InstanceId":' }],
    ['RDS-FG', '{"InstanceId":" "}', { link: null, unreadableLink: '{"InstanceId":" "}' }],
    ['RDS-FG', '{"InstanceId":7}', { link: null, unreadableLink: '{"InstanceId":7}' }],
    ['RDS-FG', '[]', { link: null, unreadableLink: '[]' }],
    ['RDS-FG', null, { link: null, unreadableLink: '' }],
    ['RDS-FG', { InstanceId: 'abc' }, { link: null, unreadableLink: '{"InstanceId":"abc"}' }],
    ['APIG-FG', '{"InstanceId":"abc"}', { link: null, unreadableLink: '{"InstanceId":"abc"}' }],
    ['COMMON', '{"InstanceId":"abc"}', { link: null, unreadableLink: '{"InstanceId":"abc"}' }],
    ['COMMON', '{}', { link: null, unreadableLink: null }],
    ['COMMON', '', { link: null, unreadableLink: null }],
    [undefined, undefined, { link: null, unreadableLink: null }],
  ])('of type %s with the rotation %j is linked accordingly', async (type, config, expected) => {
    expect(valueOf(await shown({ secret_type: type, rotation_config: config }))).toMatchObject(expected);
  });

  it.each([{ id: '' }, { id: null }, { state: null }, { name: 'another' }, { name: 7 }])('is unknown when it is %j', async (fields) => {
    expect((await shown(fields)).verdict).toEqual(UNREADABLE);
  });
});

describe('a schedule', () => {
  it('is done when the reply shows the secret pending, with its date', async () => {
    expect(valueOf(await scheduled({ state: 'PENDING_DELETE', scheduled_delete_time: 1_800_000_000 }))).toMatchObject({ state: 'PENDING_DELETE', eraseAt: 1_800_000_000_000 });
  });

  it.each([{ state: 'ENABLED' }, { state: 'PENDING_DELETE' }, { state: 'PENDING_DELETE', scheduled_delete_time: 1_800_000_000_000, name: 'another' }])('is unknown when it shows %j', async (fields) => {
    expect((await scheduled(fields)).verdict).toEqual(UNREADABLE);
  });
});

describe('a cancellation', () => {
  it('is done when the reply shows the secret enabled', async () => {
    cloud.answer(() => json(200, { secret: aSecret({ scheduled_delete_time: 1_800_000_000_000 }) }));
    expect(valueOf(await csms().cancel(NAME, noDeadline()))).toMatchObject({ state: 'ENABLED', eraseAt: null });
  });

  it('is unknown when it still shows it pending', async () => {
    cloud.answer(() => json(200, { secret: aSecret({ state: 'PENDING_DELETE', scheduled_delete_time: 1_800_000_000_000 }) }));
    expect((await csms().cancel(NAME, noDeadline())).verdict).toEqual(UNREADABLE);
  });
});

describe('a deletion', () => {
  it.each([200, 204])('is done with %d and nothing else in it', async (status) => {
    cloud.answer(() => ({ status }));
    expect(await csms().delete(NAME, noDeadline())).toEqual({ verdict: { kind: 'done' }, value: null, requests: 1 });
    expect(await csms().deleteStage(NAME, STAGE, noDeadline())).toEqual({ verdict: { kind: 'done' }, value: null, requests: 1 });
  });

  it.each(['{}', '<html></html>', '{"error_code":"CSMS.0005"}'])('is unknown when a 200 says %s', async (body) => {
    cloud.answer(() => ({ status: 200, body }));
    expect((await csms().delete(NAME, noDeadline())).verdict).toEqual(UNREADABLE);
  });
});

describe('a stage', () => {
  it('is shown with its version', async () => {
    cloud.answer(() => json(200, { stage: { name: STAGE, secret_name: NAME, version_id: 'v3', update_time: 1 } }));
    expect(valueOf(await csms().showStage(NAME, STAGE, noDeadline()))).toEqual({ secretName: NAME, stage: STAGE, versionId: 'v3' });
  });

  it.each([{ name: 'other', version_id: 'v3' }, { name: STAGE, secret_name: 'other', version_id: 'v3' }, { name: STAGE }])('is unknown when the reply is %j', async (stage) => {
    cloud.answer(() => json(200, { stage }));
    expect((await csms().showStage(NAME, STAGE, noDeadline())).verdict).toEqual(UNREADABLE);
  });
});

describe('H21: a batch-delete', () => {
  it('gives every failed item its own verdict', async () => {
    const failed = [
      ['a', 'CSMS.0107: The secret is in schedule delete state.', { kind: 'pending', code: 'CSMS.0107' }],
      ['b', 'CSMS.0005: gone', { kind: 'alreadyGone', code: 'CSMS.0005' }],
      ['c', 'CSMS.0302:denied: really', { kind: 'terminal', code: 'CSMS.0302' }],
      ['d', 'CSMS.0999: new', { kind: 'retryable', code: 'CSMS.0999' }],
      ['e', 'APIG.0308: limit:10,time:1 minute', { kind: 'throttled', code: 'APIG.0308', retryAfterMs: null, quota: null }],
      ['f', 'no code at all', { kind: 'retryable', code: 'unreadable-item' }],
      ['g', null, { kind: 'retryable', code: 'unreadable-item' }],
      ['h', 'APIGW.0601: broken', { kind: 'retryable', code: 'APIGW.0601' }],
    ] as const;
    const answer = await batch({ total: 9, success_secrets: ['z'], failed_secrets: failed.map(([secret_name, error_msg]) => ({ secret_name, error_msg })) });
    expect(valueOf(answer)).toEqual({ total: 9, succeeded: ['z'], failed: failed.map(([name, , verdict]) => ({ name, verdict })) });
  });

  it.each([
    [{ total: 0, success_secrets: [], failed_secrets: [] }, 0],
    [{ total: 0, success_secrets: null, failed_secrets: null }, 0],
    [{ total: 0 }, 0],
    [{ total: '3', success_secrets: [] }, null],
    [{ total: -1, failed_secrets: [] }, null],
    [{ success_secrets: [] }, null],
  ])('tolerates %j', async (body, total) => {
    expect(valueOf(await batch(body))).toEqual({ total, succeeded: [], failed: [] });
  });

  it.each([
    {},
    [],
    null,
    'done',
    { total: null },
    { total: 1, success_secrets: 'a' },
    { total: 1, success_secrets: [1] },
    { total: 1, failed_secrets: [{}] },
    { total: 1, failed_secrets: ['a'] },
    { total: 1, success_secrets: ['a'], error_code: 'CSMS.0002' },
  ])('H23: is unknown when the 200 says %j', async (body) => {
    expect((await batch(body)).verdict).toEqual(UNREADABLE);
  });
});

describe('H60: a reader', () => {
  it('has no call that changes anything', () => {
    expect(Object.keys(clouds.csmsReader(REGION, PROJECT)).sort()).toEqual(['list', 'listVersions', 'show', 'showStage']);
    expect(Object.keys(clouds.saeReader(REGION)).sort()).toEqual(['changeOrder', 'list', 'namespaceResources']);
  });
});
