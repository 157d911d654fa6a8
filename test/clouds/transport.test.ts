import { connect, createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cloudsAt, NAME, NOW, noDeadline, PROJECT, REGION, stillClock } from './clients.ts';
import { listen, stop } from './loopback.ts';
import { json, startCloud } from './loopback-cloud.ts';
import type { LoopbackCloud } from './loopback-cloud.ts';
import { selfSigned } from './self-signed.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Answer, Clouds } from '../../lib/ports/clouds.ts';

let cloud: LoopbackCloud;
const open: Clouds[] = [];

beforeAll(async () => {
  cloud = await startCloud();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((clouds) => clouds.close()));
});
afterAll(() => cloud.close());

const LIMITS = { connectMs: 300, headersMs: 100, bodyMs: 100 };

const clientsOf = (endpoint: string, given: { readonly environment?: Readonly<Record<string, string>>; readonly clock?: Clock } = {}) => {
  const clouds = cloudsAt(endpoint, { limits: LIMITS, ...given });
  open.push(clouds);
  const csms = clouds.csmsWriter(REGION, PROJECT);
  return { read: (signal = noDeadline().signal) => csms.show(NAME, { signal }), write: (signal = noDeadline().signal) => csms.delete(NAME, { signal }) };
};

describe('a call whose request never left', () => {
  it('is retryable, read or write, when nobody listens', async () => {
    const vacated = createServer();
    const port = await listen(vacated);
    await stop(vacated);
    const { read, write } = clientsOf(`http://127.0.0.1:${String(port)}`);
    expect(await write()).toEqual({ verdict: { kind: 'retryable', code: 'connection-refused' }, requests: 0 });
    expect(await read()).toEqual({ verdict: { kind: 'retryable', code: 'connection-refused' }, requests: 0 });
  });

  it('is retryable when the other side does not speak TLS', async () => {
    const { write } = clientsOf(cloud.endpoint.replace('http:', 'https:'));
    expect(await write()).toEqual({ verdict: { kind: 'retryable', code: 'tls-refused' }, requests: 0 });
  });

  it('does not accept a certificate nobody vouches for, whatever the environment asks', async () => {
    const server = createTlsServer(selfSigned(), (socket) => socket.end());
    server.on('tlsClientError', () => undefined);
    const port = await listen(server);
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const { write } = clientsOf(`https://127.0.0.1:${String(port)}`);
    const answer = await write();
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    await stop(server);
    expect(answer).toEqual({ verdict: { kind: 'retryable', code: 'tls-refused' }, requests: 0 });
  });

  it('is not made once the deadline has passed', async () => {
    cloud.answer(() => ({ status: 200 }));
    const { read, write } = clientsOf(cloud.endpoint);
    expect(await write(AbortSignal.abort())).toEqual({ verdict: { kind: 'retryable', code: 'deadline' }, requests: 0 });
    expect(await read(AbortSignal.abort())).toEqual({ verdict: { kind: 'retryable', code: 'deadline' }, requests: 0 });
    expect(cloud.received).toEqual([]);
  });

  it('is not made when the deadline passes while it waits for a connection', async () => {
    cloud.answer(() => ({ fault: 'silence' }));
    const clouds = cloudsAt(cloud.endpoint);
    const csms = clouds.csmsWriter(REGION, PROJECT);
    const deadline = new AbortController();
    const busy = Array.from({ length: 32 }, () => csms.delete(NAME, { signal: deadline.signal }));
    await expect.poll(() => cloud.received.length).toBe(32);
    const waiting = new AbortController();
    const queued = csms.delete(NAME, { signal: waiting.signal });
    // One turn of the loop, so that the call stands in the pool's queue.
    await setImmediate();
    waiting.abort();
    expect(await queued).toEqual({ verdict: { kind: 'retryable', code: 'deadline' }, requests: 0 });
    cloud.answer(() => ({ status: 200 }));
    deadline.abort();
    expect((await Promise.all(busy)).map((answer) => answer.verdict.kind)).toEqual(Array.from({ length: 32 }, () => 'unknown'));
    await clouds.close();
    expect(cloud.received).toEqual([]);
  });
});

describe('H26: a call whose reply was lost', () => {
  it.each([
    { fault: 'reset', code: 'connection-lost' },
    { fault: 'silence', code: 'deadline' },
    { fault: 'stall', code: 'deadline' },
    { fault: 'cut', code: 'connection-lost' },
  ] as const)('leaves a write unknown and a read retryable: $fault', async ({ fault, code }) => {
    cloud.answer(() => ({ fault, body: '{"secret"' }));
    const { read, write } = clientsOf(cloud.endpoint);
    expect(await write()).toEqual({ verdict: { kind: 'unknown', code }, requests: 1 });
    expect(cloud.received).toHaveLength(1);
    expect((await read()).verdict).toEqual({ kind: 'retryable', code });
  });

  it('is unknown when the caller’s own deadline ends it', async () => {
    const deadline = new AbortController();
    cloud.answer(() => {
      deadline.abort();
      return { fault: 'silence' };
    });
    expect(await clientsOf(cloud.endpoint).write(deadline.signal)).toEqual({ verdict: { kind: 'unknown', code: 'deadline' }, requests: 1 });
  });
});

describe('H26: a change', () => {
  it.each([
    { of: 'the monotonic clock, as after work without a pause', wallMs: 0, monotonicMs: 1_000 },
    { of: 'the wall clock, as after the freeze of a whole machine', wallMs: 1_000, monotonicMs: 0 },
    { of: 'the wall clock backwards', wallMs: -1_000, monotonicMs: 0 },
  ])('goes over a kept connection only while that is warm, and over a new one after a jump of $of', async ({ wallMs, monotonicMs }) => {
    const connections: number[] = [];
    let opened = 0;
    const server = createServer((socket) => {
      opened += 1;
      const own = opened;
      socket.on('error', () => undefined);
      socket.on('data', () => {
        connections.push(own);
        socket.write('HTTP/1.1 404 Not Found\r\ncontent-length: 26\r\n\r\n{"error_code":"CSMS.0005"}');
      });
    });
    const port = await listen(server);
    const time = { wall: NOW, monotonic: 5_000 };
    const { read, write } = clientsOf(`http://127.0.0.1:${String(port)}`, { clock: { ...stillClock, now: () => time.wall, monotonic: () => time.monotonic } });
    const callInTurn = async (call: () => Promise<Answer<unknown>>): Promise<void> => {
      expect((await call()).verdict.kind).toBe('alreadyGone');
      // One turn of the loop, so that a connection that is kept is free again.
      await setImmediate();
    };
    for (const call of [read, write, write]) await callInTurn(call);
    time.wall += wallMs;
    time.monotonic += monotonicMs;
    for (const call of [write, write, read]) await callInTurn(call);
    await Promise.all(open.splice(0).map((clouds) => clouds.close()));
    await stop(server);
    expect(connections).toEqual([1, 2, 2, 3, 3, 1]);
  });
});

describe('retries of a connection fault', () => {
  const gone = { status: 404, body: '{"error_code":"CSMS.0005"}' };

  it('are two, for a read, each with a signature of its own', async () => {
    cloud.answer((_, nth) => (nth < 2 ? { fault: 'reset' } : gone));
    expect(await clientsOf(cloud.endpoint).read()).toEqual({ verdict: { kind: 'alreadyGone', code: 'CSMS.0005' }, requests: 3 });
    cloud.answer(() => ({ fault: 'reset' }));
    expect(await clientsOf(cloud.endpoint).read()).toEqual({ verdict: { kind: 'retryable', code: 'connection-lost' }, requests: 3 });
  });

  it('are not made for a deadline', async () => {
    cloud.answer(() => ({ fault: 'silence' }));
    expect(await clientsOf(cloud.endpoint).read()).toEqual({ verdict: { kind: 'retryable', code: 'deadline' }, requests: 1 });
  });
});

describe('a reply', () => {
  it('is unknown to both when its body is over the cap, and the rest of it is not read', async () => {
    cloud.answer(() => ({ status: 200, body: Buffer.alloc(9 * 1024 * 1024, 0x20) }));
    const { read, write } = clientsOf(cloud.endpoint);
    expect((await read()).verdict).toEqual({ kind: 'unknown', code: 'body-too-large' });
    expect((await write()).verdict).toEqual({ kind: 'unknown', code: 'body-too-large' });
  });

  it('that points elsewhere is not followed', async () => {
    cloud.answer(() => ({ status: 302, headers: { location: `${cloud.endpoint}/elsewhere` } }));
    expect(await clientsOf(cloud.endpoint).read()).toEqual({ verdict: { kind: 'unknown', code: 'http-302' }, requests: 1 });
  });

  it('goes to the host that was signed, port included', async () => {
    cloud.answer(() => json(404, { error_code: 'CSMS.0005' }));
    await clientsOf(cloud.endpoint).read();
    expect(cloud.received[0]?.headers.host).toBe(cloud.endpoint.replace('http://', ''));
  });
});

describe('a proxy', () => {
  const asked: string[] = [];
  const proxy = createServer((socket) => {
    socket.once('data', (first) => {
      asked.push(first.toString('utf8').split('\r\n', 1)[0] ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
    });
  });
  let port = 0;
  beforeAll(async () => {
    port = await listen(proxy);
  });
  afterAll(() => stop(proxy));

  const environment = () => ({ HUAWEICLOUD_SDK_AK: 'ak', HUAWEICLOUD_SDK_SK: 'sk', HTTPS_PROXY: `http://127.0.0.1:${String(port)}` });

  it('is asked for a tunnel to the cloud, and its refusal means that nothing was sent', async () => {
    const answer = await clientsOf('https://kms.cn-north-4.myhuaweicloud.com', { environment: environment() }).write();
    expect(answer).toMatchObject({ verdict: { kind: 'retryable' }, requests: 0 });
    expect(asked).toEqual(['CONNECT kms.cn-north-4.myhuaweicloud.com:443 HTTP/1.1']);
  });

  it('is left out for a loopback endpoint', async () => {
    asked.length = 0;
    cloud.answer(() => ({ status: 200 }));
    expect((await clientsOf(cloud.endpoint, { environment: { ...environment(), HTTP_PROXY: `http://127.0.0.1:${String(port)}` } }).write()).verdict.kind).toBe('done');
    expect(asked).toEqual([]);
    connect(port, '127.0.0.1').destroy();
  });
});
