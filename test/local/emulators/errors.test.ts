import { afterEach, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../lib/clouds/operations.ts';
import { ERROR_CODES as CSMS_CODES } from '../../../local/emulators/csms/errors.ts';
import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import { ERROR_CODES as SAE_CODES } from '../../../local/emulators/sae/errors.ts';
import { startSaeEmulator } from '../../../local/emulators/sae/server.ts';
import { call as csmsCall, PROJECT } from './csms/signed.ts';
import { call as saeCall, deletionOf, NAMESPACE } from './sae/signed.ts';
import { closeAll, started } from './started.ts';

afterEach(closeAll);

/** The vendor's table, written from the contract and not from the emulator. */
const CSMS: readonly (readonly [code: string, status: number, text: string])[] = [
  ['CSMS.0002', 400, 'The value of parameter is invalid.'],
  ['CSMS.0005', 404, 'The resource does not exist.'],
  ['CSMS.0106', 400, 'The secret name not found int the db.'],
  ['CSMS.0109', 403, 'The secret state is not enabled.'],
  ['CSMS.0301', 400, 'Invalid X-Auth-Token.'],
  ['CSMS.0302', 403, 'Access denied.'],
  ['CSMS.0401', 400, 'Can not get the protected secret value using the provided KMS key.'],
];

const GATEWAY: readonly (readonly [code: string, status: number, text: string])[] = [
  ['APIGW.0103', 404, 'The backend does not exist.'],
  ['APIGW.0201', 504, 'Backend timeout.'],
  ['APIGW.0303', 401, 'Incorrect app authentication information.'],
  ['APIGW.0307', 401, 'The token must be updated.'],
  ['APIG.0307', 401, 'The token must be updated.'],
  ['APIGW.0310', 403, 'The project is unavailable.'],
  ['APIGW.0601', 500, 'Internal server error.'],
  ['APIGW.0613', 503, 'The IAM service is currently unavailable.'],
  ['APIGW.0802', 403, 'The IAM user is forbidden in the currently selected region.'],
];

const csmsAnswering = (effect: Readonly<Record<string, unknown>>) =>
  started(startCsmsEmulator({ seed: { secrets: [{ name: 'a', projectId: PROJECT }] }, faults: { rules: [{ match: { operation: '*' }, effect }] } }));

describe('a fault with one of CSMS’s error codes', () => {
  it.each(CSMS)('%s is answered flat, with %d', async (code, status, text) => {
    const emulator = await csmsAnswering({ code });
    expect(await csmsCall(emulator.endpoint, 'DELETE', '/secrets/a')).toMatchObject({ status, json: { error_code: code, error_msg: text } });
    expect([emulator.journal()[0], emulator.state().secrets.length]).toMatchObject([{ status, code, effect: null }, 1]);
  });

  it.each(GATEWAY)('%s is answered as the gateway does, with %d', async (code, status, text) => {
    const { endpoint } = await csmsAnswering({ code });
    const reply = await csmsCall(endpoint, 'GET', '/secrets/a');
    expect(reply).toMatchObject({ status, json: { error_msg: text, error_code: code, request_id: expect.stringMatching(/^[0-9a-f]{32}$/) } });
    expect(reply.text.endsWith('}\n')).toBe(true);
  });

  it('of IAM has IAM’s shape', async () => {
    const { endpoint } = await csmsAnswering({ code: 'IAM.403' });
    const reply = await fetch(`${endpoint}/v3/auth/tokens`, { method: 'POST', body: '{}' });
    expect([reply.status, await reply.json()]).toEqual([403, { error: { code: 403, message: expect.any(String), title: 'Forbidden' } }]);
  });

  it('may have another of its statuses, take effect, and be lost', async () => {
    const large = await csmsAnswering({ code: 'APIGW.0201', status: 413, takesEffect: true });
    expect(await csmsCall(large.endpoint, 'DELETE', '/secrets/a')).toMatchObject({ status: 413, json: { error_code: 'APIGW.0201', error_msg: 'Request entity too large.' } });
    expect([large.state().secrets, large.journal()[0]?.effect]).toEqual([[], { did: 'erased', names: ['a'], note: null }]);
    const absent = await csmsAnswering({ code: 'CSMS.0005', status: 400 });
    expect(await csmsCall(absent.endpoint, 'GET', '/secrets/a')).toMatchObject({ status: 400, json: { error_code: 'CSMS.0005' } });
  });
});

/** The vendor's tables for SAE. */
const SAE: readonly (readonly [code: string, status: number, message: string])[] = [
  ['InvalidParameter.WithMessage', 400, 'The parameter is invalid {SecretId}: it is not valid'],
  ['InvalidSecretId.NotFound', 400, 'The specified SecretId [0] does not exist in our records.'],
  ['InvalidNamespaceId.NotFound', 404, 'The specified NamespaceId does not exist.'],
  ['DependencyViolation.Job', 400, 'The specified resource of secret is dependent on job [a-job], so the operation cannot be completed.'],
  ['OperationFailed.RPCError', 500, 'Internal RPC request processing error.'],
  ['Throttling', 400, 'Request was denied due to request throttling.'],
  ['InvalidAccessKeyId.Inactive', 400, 'Specified access key is disabled.'],
  ['ServiceUnavailable', 503, 'The request has failed due to a temporary failure of the server.'],
  ['InternalError', 500, 'The request processing has failed due to some unknown error.'],
];

const saeAnswering = (code: string, seed = {}) =>
  started(startSaeEmulator({ seed: { secrets: [{ name: 'a', namespaceId: NAMESPACE, id: '16' }], ...seed }, faults: { rules: [{ match: { operation: 'DeleteSecret' }, effect: { code } }] } }));

describe('a fault with one of SAE’s error codes', () => {
  it.each(SAE)('%s is answered in the vendor’s envelope, with %d', async (code, status, message) => {
    const emulator = await saeAnswering(code);
    const { status: answered, text } = await saeCall(emulator.endpoint, deletionOf('16'));
    const envelope = { RequestId: expect.any(String), Message: message, Recommend: expect.stringContaining(`q=${code}&product=sae`), HostId: new URL(emulator.endpoint).host, Code: code };
    expect([answered, JSON.parse(text)]).toEqual([status, envelope]);
    expect([emulator.journal()[0], emulator.state().secrets.length]).toMatchObject([{ status, code, effect: null }, 1]);
  });

  it('about a permission says what was denied', async () => {
    const { endpoint } = await saeAnswering('NoPermission');
    const { status, text } = await saeCall(endpoint, deletionOf('16'));
    expect([status, JSON.parse(text)]).toMatchObject([403, { Code: 'NoPermission', AccessDeniedDetail: { NoPermissionType: 'ImplicitDeny', AuthPrincipalType: 'SubUser', AuthAction: 'sae:DeleteSecret' } }]);
  });

  it('of the service itself follows the switch of envelopes, the gateway’s does not', async () => {
    const seed = { unknowns: { failureEnvelope: 'successFalse' } };
    const own = await saeCall((await saeAnswering('OperationFailed.RPCError', seed)).endpoint, deletionOf('16'));
    expect([own.status, JSON.parse(own.text)]).toMatchObject([200, { Success: false, Code: '500', ErrorCode: 'OperationFailed.RPCError' }]);
    expect((await saeCall((await saeAnswering('Throttling', seed)).endpoint, deletionOf('16'))).status).toBe(400);
  });
});

it('every error code that the clients list can be brought about', () => {
  const listed = (cloud: 'huawei' | 'alibaba'): string[] => [...new Set(OPERATIONS.filter((operation) => operation.cloud === cloud).flatMap(({ codes }) => Object.keys(codes)))];
  const isMissing = (codes: readonly string[]) => (code: string): boolean => (code.endsWith('*') ? !codes.some((known) => known.startsWith(code.slice(0, -1))) : !codes.includes(code));
  expect([listed('huawei').filter(isMissing(CSMS_CODES)), listed('alibaba').filter(isMissing(SAE_CODES))]).toEqual([[], []]);
});

it('a code that the cloud does not document is refused, naming the field', async () => {
  await expect(startCsmsEmulator({ faults: { rules: [{ match: { operation: '*' }, effect: { code: 'Throttling' } }] } })).rejects.toThrow(/rules\.0\.effect\.code: must be one of CSMS\.0002/);
  await expect(startSaeEmulator({ faults: { rules: [{ match: { operation: '*' }, effect: { code: 'CSMS.0107' } }] } })).rejects.toThrow(/rules\.0\.effect\.code: must be one of/);
});
