import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCalledCloud } from './called-cloud.ts';
import { cloudsAt, KEY_ENVIRONMENT, NAME, noDeadline, PROJECT, REGION, SELECTOR, STAGE, uncheckedName, uncheckedSelector, uncheckedStage } from './clients.ts';
import { CallRefused } from '../../lib/clouds/call-refused.ts';
import { encodeSelector } from '../../lib/clouds/huawei/batch.ts';
import { fillPath } from '../../lib/clouds/huawei/path.ts';

const { cloud, clouds } = await aCalledCloud();

const csms = () => clouds.csmsWriter(REGION, PROJECT);

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
      headers: { accept: 'application/json', 'content-type': 'application/json', 'x-project-id': PROJECT, 'x-sdk-date': '20261122T030000Z' },
    });
    expect(cloud.received[0]?.headers.authorization).toMatch(/^SDK-HMAC-SHA256 Access=AKIDEXAMPLE00000TEST, SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature=[0-9a-f]{64}$/);
  });

  it('has no body but a length where a cancellation is posted, and neither where something is deleted', async () => {
    cloud.answer(() => ({ status: 503 }));
    await csms().cancel(NAME, noDeadline());
    await csms().delete(NAME, noDeadline());
    expect(cloud.received.map(({ headers }) => [headers['content-length'], headers['transfer-encoding'], headers['x-language']])).toEqual([
      ['0', undefined, 'en-us'],
      [undefined, undefined, 'en-us'],
    ]);
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

describe('H60: a reader', () => {
  it('has no call that changes anything', () => {
    expect(Object.keys(clouds.csmsReader(REGION, PROJECT)).sort()).toEqual(['list', 'listVersions', 'show', 'showStage']);
    expect(Object.keys(clouds.saeReader(REGION)).sort()).toEqual(['changeOrder', 'list', 'namespaceResources']);
  });
});
