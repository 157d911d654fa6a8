import { describe, expect, it } from 'vitest';
import { aCalledCloud } from './called-cloud.ts';
import { NAME, noDeadline, PROJECT, REGION, SELECTOR, STAGE } from './clients.ts';
import { json } from './loopback-cloud.ts';
import type { Answer } from '../../lib/ports/clouds.ts';

const { cloud, clouds } = await aCalledCloud();

const csms = () => clouds.csmsWriter(REGION, PROJECT);

/** `subject`: whether the call names one secret or stage, which its not-found then speaks of. */
const CALLS: Readonly<Record<string, { readonly changes: boolean; readonly subject: boolean; readonly make: () => Promise<Answer<unknown>> }>> = {
  list: { changes: false, subject: false, make: () => csms().list(noDeadline()) },
  show: { changes: false, subject: true, make: () => csms().show(NAME, noDeadline()) },
  showStage: { changes: false, subject: true, make: () => csms().showStage(NAME, STAGE, noDeadline()) },
  listVersions: { changes: false, subject: true, make: () => csms().listVersions(NAME, noDeadline()) },
  schedule: { changes: true, subject: true, make: () => csms().schedule(NAME, 7, noDeadline()) },
  cancel: { changes: true, subject: true, make: () => csms().cancel(NAME, noDeadline()) },
  delete: { changes: true, subject: true, make: () => csms().delete(NAME, noDeadline()) },
  deleteStage: { changes: true, subject: true, make: () => csms().deleteStage(NAME, STAGE, noDeadline()) },
  batchDelete: { changes: true, subject: false, make: () => csms().batchDelete(SELECTOR, noDeadline()) },
};

type Expected = string | { readonly read: string; readonly write: string } | { readonly subject: string; readonly none: string };

const NOT_FOUND = { subject: 'alreadyGone', none: 'unknown' };
const FATE_UNKNOWN = { read: 'retryable', write: 'unknown' };

const expectedFor = (expected: Expected, { changes, subject }: { changes: boolean; subject: boolean }): string => {
  if (typeof expected === 'string') return expected;
  return 'read' in expected ? (changes ? expected.write : expected.read) : subject ? expected.subject : expected.none;
};

/** design.md's table, line by line: what CSMS and its gateway answer, and what it must be taken for. */
const TABLE: readonly (readonly [status: number, code: string, expected: Expected])[] = [
  [404, 'CSMS.0005', NOT_FOUND],
  [400, 'CSMS.0005', NOT_FOUND],
  [404, 'CSMS.0106', NOT_FOUND],
  [400, 'CSMS.0106', NOT_FOUND],
  [404, 'CSMS.0002', NOT_FOUND],
  [404, 'CSMS.0777', NOT_FOUND],
  [404, 'CSMS.0302', 'terminal'],
  [404, 'CSMS.0301', 'unauthenticated'],
  [400, 'CSMS.0103', 'pending'],
  [400, 'CSMS.0107', 'pending'],
  [400, 'CSMS.0003', 'terminal'],
  [400, 'CSMS.0004', 'terminal'],
  [400, 'CSMS.0105', 'terminal'],
  [403, 'CSMS.0109', 'terminal'],
  [400, 'CSMS.0202', 'terminal'],
  [400, 'CSMS.0203', 'terminal'],
  [400, 'CSMS.0204', 'terminal'],
  [400, 'CSMS.0301', 'unauthenticated'],
  [403, 'CSMS.0302', 'terminal'],
  [400, 'CSMS.0401', 'terminal'],
  [400, 'CSMS.0999', 'retryable'],
  [409, 'CSMS.0999', 'retryable'],
  [403, 'KMS.0999', 'retryable'],
  [404, 'KMS.0999', 'retryable'],
  [404, 'APIGW.0101', 'unknown'],
  [404, 'APIGW.0103', 'unknown'],
  [404, 'APIG.0101', 'unknown'],
  [404, 'APIGW.0777', 'unknown'],
  [400, 'APIGW.0201', 'terminal'],
  [413, 'APIGW.0201', 'terminal'],
  [502, 'APIGW.0201', FATE_UNKNOWN],
  [504, 'APIGW.0201', FATE_UNKNOWN],
  [401, 'APIGW.0301', 'unauthenticated'],
  [401, 'APIG.0301', 'unauthenticated'],
  [401, 'APIGW.0303', 'unauthenticated'],
  [401, 'APIGW.0305', 'unauthenticated'],
  [401, 'APIGW.0307', 'unauthenticated'],
  [401, 'APIGW.0999', 'unauthenticated'],
  [403, 'APIGW.0302', 'terminal'],
  [403, 'APIGW.0306', 'terminal'],
  [403, 'APIGW.0310', 'terminal'],
  [403, 'APIGW.0401', 'terminal'],
  [403, 'APIGW.0402', 'terminal'],
  [403, 'APIGW.0801', 'terminal'],
  [403, 'APIG.0802', 'terminal'],
  [429, 'APIGW.0308', 'throttled'],
  [400, 'APIG.0308', 'throttled'],
  [500, 'APIGW.0601', FATE_UNKNOWN],
  [400, 'APIGW.0602', 'terminal'],
  [502, 'APIGW.0610', FATE_UNKNOWN],
  [503, 'APIGW.0613', FATE_UNKNOWN],
  [500, 'CSMS.0002', FATE_UNKNOWN],
  [500, 'CSMS.0999', FATE_UNKNOWN],
];

const ROWS = Object.entries(CALLS).flatMap(([operation, call]) => TABLE.map(([status, code, expected]) => ({ operation, status, code, expected: expectedFor(expected, call) })));

describe('H28, H47: a refused CSMS call', () => {
  it.each(ROWS)('$operation takes $status $code for $expected', async ({ operation, status, code, expected }) => {
    cloud.answer(() => json(status, { error_code: code, error_msg: 'words' }));
    const answer = await CALLS[operation]?.make();
    expect(answer).toMatchObject({ verdict: { kind: expected, code }, requests: 1 });
    expect(answer).not.toHaveProperty('value');
  });

  it.each([
    ['cancel', 'notPending'],
    ['schedule', 'terminal'],
    ['delete', 'terminal'],
    ['show', 'terminal'],
  ])('%s takes CSMS.0108 for %s', async (operation, expected) => {
    cloud.answer(() => json(400, { error_code: 'CSMS.0108', error_msg: 'The secret is not in schedule delete state.' }));
    expect((await CALLS[operation]?.make())?.verdict).toEqual({ kind: expected, code: 'CSMS.0108' });
  });

  it.each(['show', 'schedule', 'batchDelete'])('%s takes CSMS.0002 for terminal', async (operation) => {
    cloud.answer(() => json(400, { error_code: 'CSMS.0002', error_msg: 'The value of parameter is invalid.' }));
    expect((await CALLS[operation]?.make())?.verdict).toEqual({ kind: 'terminal', code: 'CSMS.0002' });
  });
});

const HTML = '<html><head><title>Bad</title></head><body>CSMS.0005</body></html>';

const CODELESS: readonly (readonly [status: number, expected: Expected])[] = [
  [302, 'unknown'],
  [201, 'unknown'],
  [400, FATE_UNKNOWN],
  [401, 'unauthenticated'],
  [403, 'terminal'],
  [404, 'unknown'],
  [409, FATE_UNKNOWN],
  [429, 'throttled'],
  [500, FATE_UNKNOWN],
  [502, FATE_UNKNOWN],
  [503, FATE_UNKNOWN],
  [504, FATE_UNKNOWN],
];

const CODELESS_ROWS = Object.entries(CALLS).flatMap(([operation, call]) =>
  CODELESS.flatMap(([status, expected]) => ['', HTML, '{"error_code":', '[]', 'null'].map((body) => ({ operation, status, body, expected: expectedFor(expected, call) }))),
);

describe('H47: a refusal without a readable code', () => {
  it.each(CODELESS_ROWS)('$operation takes $status with $body for $expected', async ({ operation, status, body, expected }) => {
    cloud.answer(() => ({ status, body }));
    expect((await CALLS[operation]?.make())?.verdict).toMatchObject({ kind: expected, code: `http-${String(status)}` });
  });
});

describe('an error body', () => {
  it.each([
    ['flat', { error_code: 'CSMS.0107', error_msg: 'x' }],
    ['flat, from the gateway', { error_msg: 'x', error_code: 'CSMS.0107', request_id: '0'.repeat(32) }],
    ['nested', { error: { error_code: 'CSMS.0107', error_msg: 'x' } }],
    ['camel-case', { errorCode: 'CSMS.0107', errorMsg: 'x' }],
    ['nested, with IAM’s key', { error: { code: 'CSMS.0107', message: 'x', title: 'y' } }],
  ])('is read when it is %s', async (_, body) => {
    cloud.answer(() => json(400, body));
    expect((await csms().delete(NAME, noDeadline())).verdict).toEqual({ kind: 'pending', code: 'CSMS.0107' });
  });

  it('of IAM’s shape has the status for a code, which is none', async () => {
    cloud.answer(() => json(401, { error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' } }));
    expect((await csms().show(NAME, noDeadline())).verdict).toEqual({ kind: 'unauthenticated', code: 'http-401' });
  });

  it.each(['SDK-HMAC-SHA256 Access=AKIDEXAMPLE00000TEST', 'CSMS.0107 AKIDEXAMPLE00000TEST', 'AKIDEXAMPLE00000TEST CSMS.0107'])('lends its code only when that has a code’s form, which %s has not', async (code) => {
    cloud.answer(() => json(400, { error_code: code, error_msg: 'x' }));
    expect((await csms().show(NAME, noDeadline())).verdict).toEqual({ kind: 'retryable', code: 'http-400' });
  });
});

describe('H28: throttling', () => {
  it.each([
    ['limit:10,time:1 minute', { calls: 10, perSeconds: 60 }],
    ['limit:100,time:5 second', { calls: 100, perSeconds: 5 }],
    ['limit: 7, time: 15 minutes', { calls: 7, perSeconds: 900 }],
    ['limit:100,time:1 hour', { calls: 25, perSeconds: 900 }],
    ['limit:10,time:1 day', { calls: 1, perSeconds: 900 }],
    ['limit:1000,time:1 day', { calls: 10, perSeconds: 900 }],
    ['limit:0,time:1 minute', null],
    ['slow down', null],
  ])('reads the quota out of "%s"', async (words, quota) => {
    cloud.answer(() => json(429, { error_code: 'APIGW.0308', error_msg: `The throttling threshold has been reached: policy user over ratelimit,${words}` }));
    expect((await csms().delete(NAME, noDeadline())).verdict).toEqual({ kind: 'throttled', code: 'APIGW.0308', retryAfterMs: null, quota });
  });

  it.each([
    { errorCode: 'APIGW.0308', errorMsg: 'policy user over ratelimit,limit:10,time:1 minute' },
    { error: { error_code: 'APIGW.0308', message: 'policy user over ratelimit,limit:10,time:1 minute' } },
  ])('reads the quota in every spelling of a refusal: %j', async (body) => {
    cloud.answer(() => json(429, body));
    expect((await csms().delete(NAME, noDeadline())).verdict).toMatchObject({ kind: 'throttled', quota: { calls: 10, perSeconds: 60 } });
  });

  it('honours Retry-After, should the cloud ever send it', async () => {
    cloud.answer(() => json(429, { error_code: 'APIGW.0308' }, { 'retry-after': '3' }));
    expect((await csms().list(noDeadline())).verdict).toMatchObject({ retryAfterMs: 3_000 });
  });

  it.each(['901', '86400', '9999999'])('waits for no more than a quarter of an hour, though it be asked for %s seconds', async (seconds) => {
    cloud.answer(() => json(429, { error_code: 'APIGW.0308' }, { 'retry-after': seconds }));
    expect((await csms().list(noDeadline())).verdict).toMatchObject({ retryAfterMs: 900_000 });
  });
});

describe('H29: a refused signature', () => {
  it('is never tried again, not even for a read', async () => {
    cloud.answer(() => json(401, { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication information: verify aksk signature fail' }));
    expect(await csms().show(NAME, noDeadline())).toEqual({ verdict: { kind: 'unauthenticated', code: 'APIGW.0301' }, requests: 1 });
    expect(cloud.received).toHaveLength(1);
  });
});
