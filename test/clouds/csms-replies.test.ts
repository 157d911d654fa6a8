import { describe, expect, it } from 'vitest';
import { aCalledCloud } from './called-cloud.ts';
import { NAME, noDeadline, PROJECT, REGION, SELECTOR, STAGE, valueOf } from './clients.ts';
import { json } from './loopback-cloud.ts';

const { cloud, clouds } = await aCalledCloud();

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

  it('is unknown when its rotation is nested too deep to be written down, and nothing is thrown', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    cloud.answer(() => ({ status: 200, body: JSON.stringify({ secret: aSecret({ rotation_config: 'deep' }) }).replace('"deep"', deep) }));
    expect((await csms().show(NAME, noDeadline())).verdict).toEqual(UNREADABLE);
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

  it.each([{ name: 'other', version_id: 'v3' }, { name: STAGE, secret_name: 'other', version_id: 'v3' }, { name: STAGE, version_id: '' }, { name: STAGE }])('is unknown when the reply is %j', async (stage) => {
    cloud.answer(() => json(200, { stage }));
    expect((await csms().showStage(NAME, STAGE, noDeadline())).verdict).toEqual(UNREADABLE);
  });
});

describe('H21: a batch-delete', () => {
  it.each([
    ['success_secrets', '1'],
    ['failed_secrets', '{}'],
  ])('is unknown at its first unreadable item, however many: %s', async (field, item) => {
    cloud.answer(() => ({ status: 200, body: `{"total":1,"${field}":[${`${item},`.repeat(400_000)}${item}]}` }));
    expect((await csms().batchDelete(SELECTOR, noDeadline())).verdict).toEqual(UNREADABLE);
  });

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
    { total: 1, success_secrets: ['a'], errorCode: 'CSMS.0002' },
    { total: 1, success_secrets: ['a'], error: { error_code: 'CSMS.0002' } },
  ])('H23: is unknown when the 200 says %j', async (body) => {
    expect((await batch(body)).verdict).toEqual(UNREADABLE);
  });
});
