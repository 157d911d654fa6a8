import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProjectId } from '../../events/ids.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Clouds } from '../../lib/ports/clouds.ts';
import { cloudsAt, NAME, noDeadline, NOW, PROJECT, REGION, stillClock, USER_ENVIRONMENT } from './clients.ts';
import { json, startCloud } from './loopback-cloud.ts';
import type { Answering, Canned, LoopbackCloud, Received } from './loopback-cloud.ts';

let cloud: LoopbackCloud;

beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

const isLogin = ({ url }: Received): boolean => url.startsWith('/v3/auth/tokens');
const logins = (): readonly Received[] => cloud.received.filter(isLogin);
const tokenFor = (n: number, expiresAt = NOW + 24 * 3_600_000): Canned =>
  json(201, { token: { expires_at: new Date(expiresAt).toISOString().replace('Z', '000Z') } }, { 'x-subject-token': `token-${String(n)}` });

/** IAM giving out token-1, token-2, …, and CSMS answering by `service`. */
const withIam = (service: (token: unknown) => Canned, iam: (n: number) => Canned = tokenFor): Answering => {
  let given = 0;
  return (request) => {
    if (!isLogin(request)) return service(request.headers['x-auth-token']);
    given += 1;
    return iam(given);
  };
};

const REFUSED = json(401, { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication information: decrypt token fail' });

const using = async (answering: Answering, use: (clouds: Clouds) => Promise<void>, clock: Clock = stillClock): Promise<void> => {
  cloud.answer(answering);
  const clouds = cloudsAt(cloud.endpoint, { environment: USER_ENVIRONMENT, clock });
  await use(clouds);
  await clouds.close();
};

describe('H29: a token', () => {
  it('is asked for with the user’s password, for the project, and goes out with every call', () =>
    using(withIam(() => ({ status: 200 })), async (clouds) => {
      expect((await clouds.csmsWriter(REGION, PROJECT).delete(NAME, noDeadline())).verdict.kind).toBe('done');
      expect(logins()[0]).toMatchObject({ method: 'POST', url: '/v3/auth/tokens?nocatalog=1', headers: { 'content-type': 'application/json;charset=utf8', accept: 'application/json' } });
      expect(JSON.parse(logins()[0]?.body ?? '')).toEqual({
        auth: {
          identity: { methods: ['password'], password: { user: { domain: { name: 'acme' }, name: 'sweeper', password: 'pass phrase' } } },
          scope: { project: { id: PROJECT } },
        },
      });
      expect(cloud.received[1]?.headers).toMatchObject({ 'x-auth-token': 'token-1', 'x-project-id': PROJECT });
      expect(cloud.received[1]?.headers).not.toHaveProperty('authorization');
    }));

  it('may be as long as the vendor allows', () => {
    const token = 't'.repeat(2_097_152);
    const iam = json(201, { token: { expires_at: '2026-11-23T03:00:00.000000Z' } }, { 'x-subject-token': token });
    return using(withIam((sent) => ({ status: sent === token ? 200 : 401 }), () => iam), async (clouds) => {
      expect((await clouds.csmsWriter(REGION, PROJECT).delete(NAME, noDeadline())).verdict.kind).toBe('done');
    });
  });

  it('is one for many calls at once, and one for each project', () =>
    using(withIam(() => ({ status: 200 })), async (clouds) => {
      await Promise.all(Array.from({ length: 20 }, () => clouds.csmsWriter(REGION, PROJECT).delete(NAME, noDeadline())));
      expect(logins()).toHaveLength(1);
      await clouds.csmsWriter(REGION, ProjectId.parse('f'.repeat(32))).delete(NAME, noDeadline());
      expect(logins()).toHaveLength(2);
    }));

  it('is renewed before its end, and not earlier', () => {
    let now = NOW;
    const clock: Clock = { ...stillClock, now: () => now };
    return using(
      withIam(() => ({ status: 200 }), (n) => tokenFor(n, NOW + 3_600_000)),
      async (clouds) => {
        const csms = clouds.csmsWriter(REGION, PROJECT);
        await csms.delete(NAME, noDeadline());
        now = NOW + 55 * 60_000 - 1;
        await csms.delete(NAME, noDeadline());
        expect(logins()).toHaveLength(1);
        now = NOW + 55 * 60_000;
        await csms.delete(NAME, noDeadline());
        expect(logins()).toHaveLength(2);
      },
      clock,
    );
  });

  it.each([REFUSED, json(400, { error_code: 'CSMS.0301', error_msg: 'Invalid X-Auth-Token.' }), json(401, { error_code: 'APIGW.0307' })])('is renewed once when it is refused, and the call made again', (refusal) =>
    using(withIam((token) => (token === 'token-1' ? refusal : { status: 200 })), async (clouds) => {
      expect(await clouds.csmsWriter(REGION, PROJECT).delete(NAME, noDeadline())).toEqual({ verdict: { kind: 'done' }, value: null, requests: 2 });
      expect(logins()).toHaveLength(2);
    }),
  );

  it('is renewed once for many refusals of the same token', () =>
    using(withIam((token) => (token === 'token-1' ? REFUSED : { status: 200 })), async (clouds) => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => clouds.csmsWriter(REGION, PROJECT).delete(NAME, noDeadline())));
      expect(answers.every((answer) => answer.verdict.kind === 'done')).toBe(true);
      expect(logins()).toHaveLength(2);
    }));

  it('is given up on at the second refusal', () =>
    using(withIam(() => REFUSED), async (clouds) => {
      expect(await clouds.csmsReader(REGION, PROJECT).show(NAME, noDeadline())).toEqual({ verdict: { kind: 'unauthenticated', code: 'APIGW.0301' }, requests: 2 });
      expect(logins()).toHaveLength(2);
    }));
});

describe('a call whose token cannot be had', () => {
  const outcomes: readonly (readonly [string, Canned, string, string])[] = [
    ['wrong password', json(401, { error: { code: 401, message: 'x', title: 'Unauthorized' } }), 'unauthenticated', 'http-401'],
    ['not allowed', json(403, { error: { code: 403, message: 'x', title: 'Forbidden' } }), 'terminal', 'http-403'],
    ['IAM down', json(503, { error: { code: 503, message: 'x' } }), 'retryable', 'http-503'],
    ['IAM throttled', json(429, {}), 'throttled', 'http-429'],
    ['IAM elsewhere', { status: 302 }, 'retryable', 'http-302'],
    ['no token in the reply', json(201, { token: { expires_at: '2026-11-23T03:00:00.000000Z' } }), 'retryable', 'unreadable-token'],
    ['no end in the reply', json(201, {}, { 'x-subject-token': 't' }), 'retryable', 'unreadable-token'],
    ['connection lost', { fault: 'reset' }, 'retryable', 'connection-lost'],
  ];

  it.each(outcomes)('was not sent: %s', (_, iam, kind, code) =>
    using(withIam(() => ({ status: 200 }), () => iam), async (clouds) => {
      expect(await clouds.csmsWriter(REGION, PROJECT).delete(NAME, noDeadline())).toMatchObject({ verdict: { kind, code }, requests: 0 });
      expect(cloud.received.filter((request) => !isLogin(request))).toEqual([]);
      expect(logins()).toHaveLength(1);
    }),
  );

  it('ends at its own deadline, and leaves the renewal to the others', () =>
    using(withIam(() => ({ status: 200 })), async (clouds) => {
      const csms = clouds.csmsWriter(REGION, PROJECT);
      const hurried = new AbortController();
      const [first, second] = [csms.delete(NAME, { signal: hurried.signal }), csms.delete(NAME, noDeadline())];
      hurried.abort();
      expect(await first).toEqual({ verdict: { kind: 'retryable', code: 'deadline' }, requests: 0 });
      expect((await second).verdict.kind).toBe('done');
      expect(logins()).toHaveLength(1);
    }));
});
