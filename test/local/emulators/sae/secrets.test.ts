import { afterEach, describe, expect, it } from 'vitest';
import { startSaeEmulator } from '../../../../local/emulators/sae/server.ts';
import type { UnknownsDocument } from '../../../../local/emulators/unknowns.ts';
import { closeAll, started } from '../started.ts';
import { emulatorCall } from '../csms/signed.ts';
import { call, deletionOf, listOf, NAMESPACE, SECRET, type Asked } from './signed.ts';

afterEach(closeAll);

const seeded = (unknowns: UnknownsDocument = {}): ReturnType<typeof startSaeEmulator> =>
  started(
    startSaeEmulator({
      seed: {
        secrets: [
          { name: 'small', namespaceId: NAMESPACE, id: '16' },
          { name: 'big', namespaceId: NAMESPACE, id: '9007199254740993' },
          { name: 'elsewhere', namespaceId: 'cn-beijing', id: '17' },
          { name: 'first', namespaceId: 'cn-beijing', id: '1' },
        ],
        namespaces: ['cn-beijing:empty'],
        unknowns,
      },
    }),
  );

const codeOf = (text: string): string | null => /"(?:Error)?Code":"([A-Z][^"]*)"/.exec(text)?.[1] ?? null;

it('H8: ids are bare numbers on the wire, exact above 2^53', async () => {
  const { endpoint } = await seeded();
  expect((await call(endpoint, listOf(NAMESPACE))).text).toContain('"SecretId":9007199254740993,');
  expect((await call(endpoint, deletionOf('9007199254740993'))).text).toContain('"SecretId":9007199254740993}');
  expect((await call(endpoint, listOf(NAMESPACE))).text).not.toContain('9007199254740993');
});

it('an id above 64 bits, or no number, is an invalid parameter', async () => {
  const { endpoint } = await seeded();
  for (const id of ['9223372036854775808', '-1', 'sixteen']) {
    const refused = await call(endpoint, deletionOf(id));
    expect([refused.status, codeOf(refused.text)]).toEqual([400, 'InvalidParameter.Obviously']);
  }
});

it.each<[string, Asked, UnknownsDocument, number, string | null]>([
  ['a secret that is not there', deletionOf('99'), {}, 400, 'InvalidSecretId.NotFound'],
  ['a namespace that is not there', listOf('cn-beijing:nowhere'), {}, 404, 'InvalidNamespaceId.NotFound'],
  ['a delete in a namespace that is not there', deletionOf('16', 'cn-beijing:nowhere'), {}, 404, 'InvalidNamespaceId.NotFound'],
  ['a namespace that is there and empty', listOf('cn-beijing:empty'), {}, 200, null],
  ['a namespace that is not there, listed as empty', listOf('cn-beijing:nowhere'), { unknownNamespace: 'emptyList' }, 200, null],
  ['a secret of another namespace', deletionOf('17'), {}, 400, 'InvalidSecretId.NotFound'],
  ['a secret of another namespace, erased all the same', deletionOf('17'), { namespaceMismatch: 'erased' }, 200, null],
  ['no namespace', { ...listOf(''), query: {} }, {}, 400, 'MissingNamespaceId'],
  ['no namespace, noticed by the service', { ...listOf(''), query: {} }, { missingParameter: 'service' }, 400, 'InvalidParameter.NotEmpty'],
  ['an empty namespace', listOf(''), {}, 400, 'InvalidParameter.NotEmpty'],
  ['a namespace of a wrong form', listOf('CN BEIJING'), {}, 400, 'InvalidParameter.Obviously'],
])('answers %s', async (_title, asked, unknowns, status, code) => {
  const { endpoint } = await seeded(unknowns);
  const reply = await call(endpoint, asked);
  expect([reply.status, codeOf(reply.text)]).toEqual([status, code]);
});

it('a namespace stays known once its last secret is gone', async () => {
  const { endpoint } = await seeded();
  for (const id of ['16', '9007199254740993']) expect((await call(endpoint, deletionOf(id))).status).toBe(200);
  const reply = await call(endpoint, listOf(NAMESPACE));
  expect([reply.status, reply.text]).toEqual([200, expect.stringContaining('"Secrets":[]')]);
});

it('H9: a region’s default namespace goes by the region’s id alone, and holds nothing of the others', async () => {
  const { endpoint } = await started(startSaeEmulator({ seed: { secrets: [{ name: 'a', namespaceId: 'cn-beijing', id: '1' }, { name: 'b', namespaceId: NAMESPACE, id: '2' }] } }));
  const { status, text } = await call(endpoint, listOf('cn-beijing'));
  expect([status, text.match(/"SecretName":"[^"]*"/g)]).toEqual([200, ['"SecretName":"a"']]);
});

it('H24: a refusal of the service may come as a 200 with Success false, the gateway\'s own never does', async () => {
  const { endpoint } = await seeded({ failureEnvelope: 'successFalse' });
  const refused = await call(endpoint, deletionOf('99'));
  expect(refused.status).toBe(200);
  const body: unknown = JSON.parse(refused.text);
  expect(body).toMatchObject({ Code: '400', ErrorCode: 'InvalidSecretId.NotFound', Message: 'The specified SecretId [99] does not exist in our records.', Success: false, TraceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect((await call(endpoint, { ...deletionOf('16'), accessSecret: 'guess' })).status).toBe(400);
});

it.each<[UnknownsDocument, object]>([
  [{}, { Code: '200', Success: true }],
  [{ successCode: 'number' }, { Code: 200 }],
  [{ successErrorCode: '空' }, { ErrorCode: '空' }],
  [{ successErrorCode: 'error' }, { ErrorCode: 'error', Success: true }],
])('H24: a success with %j', async (unknowns, expected) => {
  const { endpoint } = await seeded(unknowns);
  const body: unknown = JSON.parse((await call(endpoint, listOf(NAMESPACE))).text);
  expect(body).toMatchObject(expected);
});

it.each<[UnknownsDocument, unknown]>([
  [{}, undefined],
  [{ emptyRelateApps: 'null' }, null],
  [{ emptyRelateApps: 'list' }, []],
])('nothing related is written as %j says', async (unknowns, expected) => {
  const { endpoint } = await seeded(unknowns);
  const body: { Data: { Secrets: { RelateApps?: unknown }[] } } = JSON.parse((await call(endpoint, listOf(NAMESPACE))).text);
  expect(body.Data.Secrets[0]?.RelateApps).toEqual(expected);
});

describe('XML', () => {
  it('is what a caller gets who does not ask for JSON: lists are repeated elements', async () => {
    const { endpoint } = await seeded();
    const { text, headers } = await call(endpoint, { ...listOf(NAMESPACE), headers: { accept: '*/*' } });
    expect(headers['content-type']).toBe('text/xml;charset=utf-8');
    expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?><ListSecretsResponse><RequestId>/);
    expect(text).toMatch(/<Data><Secrets><SecretId>16<\/SecretId>.*<\/Secrets><Secrets><SecretId>9007199254740993<\/SecretId>.*<\/Secrets><\/Data>/);
  });

  it('is also how errors come then', async () => {
    const { endpoint } = await seeded();
    const { text, status } = await call(endpoint, { ...deletionOf('99'), headers: { accept: undefined } });
    expect([status, text]).toEqual([400, expect.stringMatching(/<Error><RequestId>.*<Code>InvalidSecretId.NotFound<\/Code><\/Error>$/)]);
  });
});

const creation = (query: Readonly<Record<string, string>>): Asked => ({
  action: 'CreateSecret',
  method: 'POST',
  path: SECRET,
  query: { NamespaceId: NAMESPACE, SecretName: 'made', SecretType: 'Opaque', SecretData: '{"k":"v"}', ...query },
});

describe('making and changing a secret', () => {
  it.each([
    ['the map itself', '{"k":"v"}'],
    ['the map as a text under SecretData', '{"SecretData":"{\\"k\\":\\"v\\"}"}'],
    ['the map as a text under Data', '{"Data":"{\\"k\\":\\"v\\"}"}'],
  ])('SecretData may be %s, in the query or in the body', async (_title, text) => {
    const { endpoint } = await seeded();
    const made = await call(endpoint, creation({ SecretData: text }));
    const id = /"SecretId":(\d+)/.exec(made.text)?.[1] ?? '';
    const { SecretData: _inBody, ...query } = creation({}).query ?? {};
    const body = `SecretData=${encodeURIComponent(text)}`;
    const changed = await call(endpoint, { action: 'UpdateSecret', method: 'PUT', path: SECRET, query: { ...query, SecretId: id }, body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect([made.status, changed.status]).toEqual([200, 200]);
    expect((await call(endpoint, { ...deletionOf(id), action: 'DescribeSecret', method: 'GET' })).text).toContain('"SecretData":{"k":"v"}');
  });

  it.each([
    ['a name that begins with a digit', { SecretName: '1st' }, 'InvalidParameter.WithMessage'],
    ['a name that is taken', { SecretName: 'small' }, 'InvalidParameter.WithMessage'],
    ['a type nobody knows', { SecretType: 'Secret' }, 'InvalidParameter.WithMessage'],
    ['data that is no JSON', { SecretData: 'k=v' }, 'InvalidParameter.WithMessage'],
    ['a namespace that is not there', { NamespaceId: 'cn-beijing:nowhere' }, 'InvalidNamespaceId.NotFound'],
  ])('%s is refused', async (_title, query, code) => {
    const { endpoint } = await seeded();
    expect(codeOf((await call(endpoint, creation(query))).text)).toBe(code);
  });

  it('a made secret never gets the id of one that was seeded or is gone', async () => {
    const { endpoint } = await seeded();
    const first = /"SecretId":(\d+)/.exec((await call(endpoint, creation({}))).text)?.[1] ?? '';
    await call(endpoint, deletionOf(first));
    const second = /"SecretId":(\d+)/.exec((await call(endpoint, creation({}))).text)?.[1] ?? '';
    expect(new Set(['1', '16', '17', '9007199254740993', first, second]).size).toBe(6);
  });
});

it('H45: a stale list still shows what is gone until the clock has moved on', async () => {
  const emulator = await seeded();
  emulator.advance(600);
  await call(emulator.endpoint, deletionOf('16'));
  await emulatorCall(emulator.endpoint, 'POST', 'faults', { seed: 1, rules: [{ match: { operation: 'ListSecrets' }, effect: { staleListSeconds: 60 } }] });
  expect((await call(emulator.endpoint, listOf(NAMESPACE))).text).toContain('"SecretId":16,');
  emulator.advance(61);
  expect((await call(emulator.endpoint, listOf(NAMESPACE))).text).not.toContain('"SecretId":16,');
});

it('H46: a list that lost rows still says success', async () => {
  const { endpoint } = await seeded();
  await emulatorCall(endpoint, 'POST', 'faults', { seed: 1, rules: [{ match: { operation: 'ListSecrets', nth: 1 }, effect: { dropPage: true } }] });
  const short = await call(endpoint, listOf(NAMESPACE));
  expect([short.text.includes('"SecretId":16,'), short.text.includes('9007199254740993'), short.text.includes('"Success":true')]).toEqual([true, false, true]);
  expect((await call(endpoint, listOf(NAMESPACE))).text).toContain('9007199254740993');
});

it('a fault may strike one secret by its id or by its name', async () => {
  const { endpoint } = await seeded();
  const rules = [{ match: { operation: 'DeleteSecret', name: 'small' }, effect: { status: 500, body: { Code: 'OperationFailed.RPCError' }, takesEffect: true } }];
  await emulatorCall(endpoint, 'POST', 'faults', { seed: 1, rules });
  expect((await call(endpoint, deletionOf('9007199254740993'))).status).toBe(200);
  expect((await call(endpoint, deletionOf('16'))).status).toBe(500);
  expect(codeOf((await call(endpoint, deletionOf('16'))).text)).toBe('InvalidSecretId.NotFound');
});

it('expireToken turns a temporary key away as expired', async () => {
  const { endpoint } = await seeded();
  await emulatorCall(endpoint, 'POST', 'faults', { seed: 1, rules: [{ match: { operation: 'ListSecrets' }, times: 1, effect: { expireToken: true } }] });
  expect(codeOf((await call(endpoint, listOf(NAMESPACE))).text)).toBe('InvalidSecurityToken.Expired');
  expect((await call(endpoint, listOf(NAMESPACE))).status).toBe(200);
});
