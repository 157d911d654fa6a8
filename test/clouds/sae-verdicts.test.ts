import { describe, expect, it } from 'vitest';
import { aCalledCloud } from './called-cloud.ts';
import { NAMESPACE, noDeadline, REGION, SECRET } from './clients.ts';
import { saeCalls } from './sae-calls.ts';
import { gateway, lowerCase, refusedBy200, service, xml } from './sae-canned.ts';

const { cloud, clouds } = await aCalledCloud();

const sae = () => clouds.saeWriter(REGION);
const call = (operation: string) => saeCalls(clouds)[operation]?.make();

/** Each call, and whether it changes something. */
const CHANGES = [
  ['list', false],
  ['namespaceResources', false],
  ['changeOrder', false],
  ['delete', true],
] as const;

type Expected = string | { readonly read: string; readonly write: string };
const FATE_UNKNOWN = { read: 'retryable', write: 'unknown' };
const expectedFor = (expected: Expected, changes: boolean): string => (typeof expected === 'string' ? expected : changes ? expected.write : expected.read);

const TABLE: readonly (readonly [status: number, code: string, expected: Expected])[] = [
  [400, 'InvalidParameter.NotEmpty', 'terminal'],
  [400, 'InvalidParameter.Obviously', 'terminal'],
  [400, 'InvalidParameter.WithMessage', 'terminal'],
  [500, 'OperationFailed.RPCError', FATE_UNKNOWN],
  [400, 'Throttling.User', 'throttled'],
  [400, 'Throttling', 'throttled'],
  [429, 'Throttling.Api', 'throttled'],
  [503, 'ThrottlingSomethingNew', 'throttled'],
  [400, 'SignatureDoesNotMatch', 'unauthenticated'],
  [403, 'SignatureDoesNotMatch', 'unauthenticated'],
  [404, 'InvalidAccessKeyId.NotFound', 'unauthenticated'],
  [400, 'InvalidAccessKeyId.Inactive', 'unauthenticated'],
  [400, 'InvalidSecurityToken.Expired', 'unauthenticated'],
  [400, 'MissingSecurityToken', 'unauthenticated'],
  [400, 'InvalidTimeStamp.Expired', 'unauthenticated'],
  [400, 'IncompleteSignature', 'unauthenticated'],
  [400, 'SignatureNonceUsed', 'unknown'],
  [400, 'MissingNamespaceId', 'terminal'],
  [400, 'MissingSecretId', 'terminal'],
  [404, 'InvalidAction.NotFound', 'terminal'],
  [400, 'InvalidVersion', 'terminal'],
  [403, 'NoPermission', 'terminal'],
  [403, 'Forbidden.RAM', 'terminal'],
  [503, 'ServiceUnavailable', FATE_UNKNOWN],
  [500, 'InternalError', FATE_UNKNOWN],
  [500, 'NobodyListedThis', FATE_UNKNOWN],
  [400, 'NobodyListedThis', 'retryable'],
  [409, 'Nobody.ListedThis', 'retryable'],
];

const ROWS = CHANGES.flatMap(([operation, changes]) => TABLE.map(([status, code, expected]) => ({ operation, status, code, expected: expectedFor(expected, changes) })));

const words = (kind: string, name: string): string => `The specified resource of secret is dependent on ${kind} [${name}], so the operation cannot be completed.`;

describe('H28, H34: a refused SAE call', () => {
  it.each(ROWS)('$operation takes $status $code for $expected, as JSON in both spellings and as XML', async ({ operation, status, code, expected }) => {
    for (const canned of [gateway(status, code), lowerCase(status, code), xml(status, code)]) {
      cloud.answer(() => canned);
      expect(await call(operation)).toMatchObject({ verdict: { kind: expected, code }, requests: 1 });
    }
  });

  it.each(CHANGES)('%s names a namespace that is not there in plain words', async (operation) => {
    for (const canned of [gateway(404, 'InvalidNamespaceId.NotFound'), refusedBy200('InvalidNamespaceId.NotFound'), service({ Code: 'InvalidNamespaceId.NotFound', Success: false })]) {
      cloud.answer(() => canned);
      expect((await call(operation))?.verdict).toEqual({ kind: 'terminal', code: 'namespace-not-found' });
    }
  });

  it.each([
    ['InvalidChangeOrder.NotFound', 400],
    ['Resouce.no.permission', 400],
    ['InvalidAppId.NotFound', 404],
  ])('changeOrder takes %s for terminal', async (code, status) => {
    cloud.answer(() => gateway(status, code));
    expect((await call('changeOrder'))?.verdict).toEqual({ kind: 'terminal', code });
  });

  it.each<[number, string, Expected]>([
    [302, '', 'unknown'],
    [200, '', 'unknown'],
    [200, '<html></html>', 'unknown'],
    [201, '{"Success":true}', 'unknown'],
    [204, '', 'unknown'],
    [400, '<html><Code>InvalidSecretId.NotFound</Code></html>', FATE_UNKNOWN],
    [400, '', FATE_UNKNOWN],
    [401, '', 'unauthenticated'],
    [403, '<html></html>', 'terminal'],
    [404, '<html></html>', 'unknown'],
    [404, '', 'unknown'],
    [502, '<html></html>', FATE_UNKNOWN],
  ])('takes %d with %j for %j', async (status, body, expected) => {
    for (const { changes, make } of Object.values(saeCalls(clouds))) {
      cloud.answer(() => ({ status, body }));
      expect((await make()).verdict.kind).toBe(expectedFor(expected, changes));
    }
  });

  it('reads how long to wait out of the header', async () => {
    cloud.answer(() => ({ ...gateway(400, 'Throttling.User'), headers: { 'x-acs-retry-after': '1500' } }));
    expect((await sae().delete(NAMESPACE, SECRET, noDeadline())).verdict).toEqual({ kind: 'throttled', code: 'Throttling.User', retryAfterMs: 1_500, quota: null });
  });

  it.each(['900001', '86400000', '9999999999'])('H28: waits for no more than a quarter of an hour, though it be asked for %s milliseconds', async (milliseconds) => {
    cloud.answer(() => ({ ...gateway(400, 'Throttling.User'), headers: { 'x-acs-retry-after': milliseconds } }));
    expect((await sae().delete(NAMESPACE, SECRET, noDeadline())).verdict).toMatchObject({ kind: 'throttled', retryAfterMs: 900_000 });
  });
});

describe('a dependency', () => {
  it.each(['test-app', 'a, b', '0c2f-91', '测试'])('blocks the deletion and is named as the cloud names it: %s', async (name) => {
    for (const kind of ['job', 'application'] as const) {
      const code = kind === 'job' ? 'DependencyViolation.Job' : 'DependencyViolation.Application';
      for (const canned of [gateway(400, code, words(kind, name)), refusedBy200(code, words(kind, name)), service({ Code: code, Success: false, Message: words(kind, name) }), xml(400, code, words(kind, name))]) {
        cloud.answer(() => canned);
        expect((await sae().delete(NAMESPACE, SECRET, noDeadline())).verdict).toEqual({ kind: 'blocked', code, blocker: { kind, name } });
      }
    }
  });

  it('is unnamed when the message has no brackets, and short when it is long', async () => {
    cloud.answer(() => gateway(400, 'DependencyViolation.Job', 'in use'));
    expect((await sae().delete(NAMESPACE, SECRET, noDeadline())).verdict).toMatchObject({ blocker: { name: 'unnamed' } });
    cloud.answer(() => gateway(400, 'DependencyViolation.Job', words('job', `a\nb${'x'.repeat(999)}`)));
    expect((await sae().delete(NAMESPACE, SECRET, noDeadline())).verdict).toMatchObject({ blocker: { name: `a b${'x'.repeat(253)}` } });
  });
});

describe('a refusal that goes on and on', () => {
  it.each([
    ['as XML that is never closed', { status: 400, body: '<Error>'.repeat(40_000) }, 'unknown', 'http-400'],
    ['with brackets that are never closed', gateway(400, 'DependencyViolation.Job', '['.repeat(160_000)), 'blocked', 'DependencyViolation.Job'],
  ])('is read in no time: %s', async (_, canned, kind, code) => {
    cloud.answer(() => canned);
    const started = performance.now();
    expect((await sae().delete(NAMESPACE, SECRET, noDeadline())).verdict).toMatchObject({ kind, code });
    // Reading cannot be interrupted, so what takes long here runs past the call's deadline and its lease.
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('H24: a deletion', () => {
  it.each([
    { Data: { SecretId: 16 } },
    { Data: { SecretId: '16' } },
    { Data: {} },
    { Data: null },
    {},
    { Code: 200, ErrorCode: '空', Data: { SecretId: 16 } },
    { ErrorCode: 'Null\n' },
    { ErrorCode: 'error' },
    { ErrorCode: 'InvalidNamespaceId.NotFound' },
  ])('is done when the cloud says so: %j', async (fields) => {
    cloud.answer(() => service(fields));
    expect(await sae().delete(NAMESPACE, SECRET, noDeadline())).toEqual({ verdict: { kind: 'done' }, value: null, requests: 1 });
  });

  it.each([
    { Data: { SecretId: 17 } },
    { Data: { SecretId: 'sixteen' } },
    { Data: { SecretId: {} } },
    { Data: [] },
    { Data: '16' },
    { Success: 'true' },
    { Success: 1 },
    { Success: null },
    { Success: false },
    { Success: false, Code: '200', ErrorCode: '空' },
    { Success: false, Code: 200, ErrorCode: 'Null\n', Message: 'success' },
  ])('is unknown when it says %j', async (fields) => {
    cloud.answer(() => service(fields));
    expect((await sae().delete(NAMESPACE, SECRET, noDeadline())).verdict).toEqual({ kind: 'unknown', code: 'unreadable-body' });
  });

  it('H25: of a secret that is not there is already gone, whichever way the cloud says it', async () => {
    const code = 'InvalidSecretId.NotFound';
    for (const canned of [gateway(400, code), refusedBy200(code), refusedBy200('error', code), service({ Success: false, Code: code }), xml(400, code)]) {
      cloud.answer(() => canned);
      expect((await sae().delete(NAMESPACE, SECRET, noDeadline())).verdict).toEqual({ kind: 'alreadyGone', code });
    }
  });

  it.each([
    [refusedBy200('Throttling.User'), 'throttled'],
    [refusedBy200('OperationFailed.RPCError'), 'unknown'],
    [refusedBy200('NobodyListedThis'), 'retryable'],
  ])('is refused within a 200 like outside of one', async (canned, kind) => {
    cloud.answer(() => canned);
    expect((await sae().delete(NAMESPACE, SECRET, noDeadline())).verdict.kind).toBe(kind);
  });
});
