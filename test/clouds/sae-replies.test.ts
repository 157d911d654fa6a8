import { describe, expect, it } from 'vitest';
import { NamespaceId, SecretId } from '../../events/ids.ts';
import { CallRefused } from '../../lib/clouds/call-refused.ts';
import { aCalledCloud } from './called-cloud.ts';
import { cloudsAt, KEY_ENVIRONMENT, NAMESPACE, noDeadline, REGION, SECRET, uncheckedNamespace, uncheckedSecretId, valueOf } from './clients.ts';
import { saeCalls } from './sae-calls.ts';
import { service } from './sae-canned.ts';

const { cloud, clouds } = await aCalledCloud();

const sae = () => clouds.saeWriter(REGION);
const call = (operation: string) => saeCalls(clouds)[operation]?.make();

const aRow = (fields: Readonly<Record<string, unknown>> = {}) => ({ SecretId: 16, SecretName: 'registry-auth', NamespaceId: NAMESPACE, CreateTime: 1_593_760_185_111, SecretType: 'Opaque', ...fields });

describe('H8: a 64-bit id', () => {
  const HUGE = '9007199254740993';

  it('keeps every digit on its way out and back', async () => {
    cloud.answer(() => ({ status: 200, body: `{"Success":true,"Code":"200","Data":{"SecretId":${HUGE}}}` }));
    expect((await sae().delete(NAMESPACE, SecretId.parse(HUGE), noDeadline())).verdict.kind).toBe('done');
    expect(cloud.received[0]?.url).toContain(`SecretId=${HUGE}`);
    expect((await sae().delete(NAMESPACE, SecretId.parse('9007199254740992'), noDeadline())).verdict.kind).toBe('unknown');
  });

  it('keeps every digit in a list', async () => {
    cloud.answer(() => ({
      status: 200,
      body: `{"Success":true,"Data":{"Secrets":[{"SecretId":9223372036854775807,"SecretName":"a","NamespaceId":"cn-beijing:test","CreateTime":1593760185111},{"SecretId":"${HUGE}","SecretName":"b","NamespaceId":"cn-beijing:test","CreateTime":1593760185111}]}}`,
    }));
    expect(valueOf(await sae().list(NAMESPACE, noDeadline())).map((secret) => secret.id)).toEqual(['9223372036854775807', HUGE]);
  });

  it.each(['9223372036854775808', '-1', '0', '1.5', '1e400', '""', '"01"', 'true', 'null'])('makes a list unknown when it is %s', async (id) => {
    cloud.answer(() => ({ status: 200, body: `{"Success":true,"Data":{"Secrets":[{"SecretId":${id},"SecretName":"a","NamespaceId":"cn-beijing:test","CreateTime":1593760185111}]}}` }));
    expect((await sae().list(NAMESPACE, noDeadline())).verdict.kind).toBe('unknown');
  });
});

describe('a list', () => {
  it('names the applications that use a secret', async () => {
    cloud.answer(() => service({ Data: { Secrets: [aRow({ RelateApps: [{ AppId: 'f16b', AppName: 'test-app' }] })] } }));
    expect(valueOf(await sae().list(NAMESPACE, noDeadline()))).toEqual([
      { id: '16', namespaceId: NAMESPACE, name: 'registry-auth', createTime: 1_593_760_185_111, applications: [{ id: 'f16b', name: 'test-app' }] },
    ]);
  });

  it.each([{}, { RelateApps: null }, { RelateApps: [] }])('takes %j for a secret nobody uses', async (fields) => {
    cloud.answer(() => service({ Data: { Secrets: [aRow(fields)] } }));
    expect(valueOf(await sae().list(NAMESPACE, noDeadline()))[0]?.applications).toEqual([]);
  });

  it('may be empty', async () => {
    cloud.answer(() => service({ Data: { Secrets: [] } }));
    expect(valueOf(await sae().list(NAMESPACE, noDeadline()))).toEqual([]);
  });

  it.each([
    { Data: {} },
    { Data: null },
    { Data: { Secrets: null } },
    { Data: [] },
    { Data: { Secrets: [aRow({ NamespaceId: 'cn-beijing' })] } },
    { Data: { Secrets: [aRow(), aRow({ SecretId: 17, NamespaceId: undefined })] } },
    { Data: { Secrets: [aRow(), aRow()] } },
    { Data: { Secrets: [aRow({ CreateTime: 1_593_760_185 })] } },
    { Data: { Secrets: [aRow({ RelateApps: 'test-app' })] } },
    { Data: { Secrets: [aRow({ SecretName: '' })] } },
  ])('H46: is unknown when it could be short or of another namespace: %j', async (fields) => {
    cloud.answer(() => service(fields));
    expect((await sae().list(NAMESPACE, noDeadline())).verdict).toEqual({ kind: 'unknown', code: 'unreadable-body' });
  });
});

describe('a list of nothing but rows that cannot be read', () => {
  it.each([
    ['secrets', (rows: string) => `{"Success":true,"Data":{"Secrets":${rows}}}`],
    ['applications of a secret', (rows: string) => JSON.stringify({ Success: true, Data: { Secrets: [aRow({ RelateApps: 'rows' })] } }).replace('"rows"', rows)],
  ])('is unknown at its first, however many: %s', async (_, bodyWith) => {
    cloud.answer(() => ({ status: 200, body: bodyWith(`[${'{},'.repeat(300_000)}{}]`) }));
    expect((await sae().list(NAMESPACE, noDeadline())).verdict).toEqual({ kind: 'unknown', code: 'unreadable-body' });
  });
});

describe('what is still changing', () => {
  it.each([
    [{ LastChangeOrderId: 'co-1', LastChangeOrderRunning: true }, { id: 'co-1', state: 'running' }],
    [{ LastChangeOrderId: 'co-1', LastChangeOrderRunning: false }, { id: 'co-1', state: 'ended' }],
    [{}, null],
  ])('in a namespace: %j', async (fields, lastChange) => {
    cloud.answer(() => service({ Data: { NamespaceId: NAMESPACE, AppCount: 2, ...fields } }));
    expect(valueOf(await sae().namespaceResources(NAMESPACE, noDeadline()))).toEqual({ namespaceId: NAMESPACE, applicationCount: 2, lastChange });
  });

  it.each([{ NamespaceId: 'cn-beijing', AppCount: 1 }, { NamespaceId: NAMESPACE }, { NamespaceId: NAMESPACE, AppCount: 1, LastChangeOrderRunning: 'yes' }])('is unknown when the namespace is %j', async (content) => {
    cloud.answer(() => service({ Data: content }));
    expect((await sae().namespaceResources(NAMESPACE, noDeadline())).verdict.kind).toBe('unknown');
  });

  it.each([
    [0, 'open'],
    [1, 'open'],
    [2, 'succeeded'],
    [3, 'failed'],
    [6, 'failed'],
    [8, 'open'],
    [9, 'open'],
    [10, 'failed'],
    [11, 'open'],
    [12, 'open'],
  ])('a change order of status %d is %s', async (status, state) => {
    cloud.answer(() => service({ Data: { ChangeOrderId: 'co-1', CoTypeCode: 'CoDeleteApp', Status: status } }));
    expect(valueOf(await sae().changeOrder('co-1', noDeadline()))).toEqual({ id: 'co-1', typeCode: 'CoDeleteApp', state });
  });

  it.each([{ ChangeOrderId: 'co-1', Status: 7 }, { ChangeOrderId: 'co-2', Status: 2 }, { ChangeOrderId: 'co-1' }])('a change order is unknown when it is %j', async (content) => {
    cloud.answer(() => service({ Data: content }));
    expect((await sae().changeOrder('co-1', noDeadline())).verdict.kind).toBe('unknown');
  });
});

describe('what goes out', () => {
  it.each([
    ['list', 'GET', 'ListSecrets', '/pop/v1/sam/secret/secrets?NamespaceId=cn-beijing%3Atest'],
    ['delete', 'DELETE', 'DeleteSecret', '/pop/v1/sam/secret/secret?NamespaceId=cn-beijing%3Atest&SecretId=16'],
    ['namespaceResources', 'GET', 'DescribeNamespaceResources', '/pop/v1/sam/namespace/describeNamespaceResources?NamespaceId=cn-beijing%3Atest'],
    ['changeOrder', 'GET', 'DescribeChangeOrder', '/pop/v1/sam/changeorder/DescribeChangeOrder?ChangeOrderId=co-1'],
  ])('%s is %s %s at %s, signed by ACS3', async (operation, method, action, url) => {
    cloud.answer(() => ({ status: 503 }));
    await call(operation);
    expect(cloud.received[0]).toMatchObject({ method, url, body: '', headers: { 'x-acs-action': action, 'x-acs-version': '2019-05-06', 'x-acs-date': '2026-11-22T03:00:00Z', accept: 'application/json' } });
    expect(cloud.received[0]?.headers.authorization).toMatch(
      /^ACS3-HMAC-SHA256 Credential=LTAI5tExample,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=[0-9a-f]{64}$/,
    );
  });

  it('never takes a nonce twice, not even for a read that is tried again', async () => {
    cloud.answer(() => ({ fault: 'reset' }));
    await call('list');
    const nonces = cloud.received.map(({ headers }) => headers['x-acs-signature-nonce']);
    expect(nonces).toHaveLength(3);
    expect(new Set(nonces).size).toBe(3);
  });

  it('carries and signs what temporary credentials need', async () => {
    const temporary = cloudsAt(cloud.endpoint, { environment: { ...KEY_ENVIRONMENT, ALIBABA_CLOUD_SECURITY_TOKEN: 'CAIS+/=' } });
    cloud.answer(() => ({ status: 503 }));
    await temporary.saeWriter(REGION).delete(NAMESPACE, SECRET, noDeadline());
    await temporary.close();
    expect(cloud.received[0]?.headers).toMatchObject({ 'x-acs-accesskey-id': 'LTAI5tExample', 'x-acs-security-token': 'CAIS+/=' });
    expect(cloud.received[0]?.headers.authorization).toContain('x-acs-accesskey-id;');
  });

  it.each(['', ' ', 'CN', 'cn-beijing:te st', 'cn-beijing:test&SecretId=1'])('H9: is nothing for the namespace %j', async (namespaceId) => {
    cloud.answer(() => service({}));
    await expect(sae().delete(uncheckedNamespace(namespaceId), SECRET, noDeadline())).rejects.toThrow(CallRefused);
    await expect(sae().list(uncheckedNamespace(namespaceId), noDeadline())).rejects.toThrow(CallRefused);
    expect(cloud.received).toEqual([]);
  });

  it.each(['', '0', '-1', '1e3', '16 ', '9223372036854775808'])('is nothing for the secret id %j', async (id) => {
    await expect(sae().delete(NAMESPACE, uncheckedSecretId(id), noDeadline())).rejects.toThrow(CallRefused);
  });

  it('is nothing for a malformed change order', async () => {
    await expect(sae().changeOrder('a b', noDeadline())).rejects.toThrow(CallRefused);
  });

  it('takes the default namespace when it is named', async () => {
    cloud.answer(() => service({ Data: { Secrets: [] } }));
    await sae().list(NamespaceId.parse('cn-beijing'), noDeadline());
    expect(cloud.received[0]?.url).toBe('/pop/v1/sam/secret/secrets?NamespaceId=cn-beijing');
  });
});
