import { afterEach, describe, expect, it } from 'vitest';
import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import { createFaults, type FaultsDocument } from '../../../local/emulators/faults.ts';
import { call, PROJECT, signedHeaders, type Reply } from './csms/signed.ts';
import { holdingClock } from './holding-clock.ts';
import { closeAll, started } from './started.ts';
import { stillClock } from './still-clock.ts';

afterEach(closeAll);

const seeded = (rules: FaultsDocument['rules']): ReturnType<typeof startCsmsEmulator> =>
  started(startCsmsEmulator({ seed: { secrets: [{ name: 'a', projectId: PROJECT }, { name: 'b', projectId: PROJECT }] }, faults: { seed: 7, rules } }));

const outcome = (reply: Promise<Reply>): Promise<number | 'cut'> =>
  reply.then(
    ({ status }) => status,
    () => 'cut',
  );

it('a connection reset before the call leaves everything as it was', async () => {
  const emulator = await seeded([{ match: { operation: 'DeleteSecret', name: 'a' }, times: 1, effect: { reset: 'before' } }]);
  expect(await outcome(call(emulator.endpoint, 'DELETE', '/secrets/b'))).toBe(200);
  expect(await outcome(call(emulator.endpoint, 'DELETE', '/secrets/a'))).toBe('cut');
  expect(emulator.state().secrets.map(({ name }) => name)).toEqual(['a']);
  expect(emulator.journal().at(-1)).toMatchObject({ status: null, code: 'connection-reset-before', effect: null });
  expect(await outcome(call(emulator.endpoint, 'DELETE', '/secrets/a'))).toBe(200);
});

it('H26: a connection reset after the call loses the reply and not the effect', async () => {
  const emulator = await seeded([{ match: { operation: 'DeleteSecret' }, times: 1, effect: { reset: 'after' } }]);
  expect(await outcome(call(emulator.endpoint, 'DELETE', '/secrets/a'))).toBe('cut');
  expect(emulator.state().secrets.map(({ name }) => name)).toEqual(['b']);
  expect(emulator.journal().at(-1)).toMatchObject({ status: null, code: 'connection-reset-after', effect: { did: 'erased', names: ['a'] } });
});

it('a status replaces the reply and keeps the call from happening, unless it is told to happen', async () => {
  const emulator = await seeded([
    { match: { operation: 'DeleteSecret', name: 'a' }, effect: { status: 502, body: '<html>bad gateway</html>' } },
    { match: { operation: 'DeleteSecret', name: 'b' }, effect: { status: 504, body: { error_code: 'APIGW.0201' }, takesEffect: true } },
  ]);
  const html = await call(emulator.endpoint, 'DELETE', '/secrets/a');
  expect([html.status, html.headers.get('content-type'), html.text]).toEqual([502, 'text/html', '<html>bad gateway</html>']);
  expect(await call(emulator.endpoint, 'DELETE', '/secrets/b')).toMatchObject({ status: 504, json: { error_code: 'APIGW.0201' } });
  expect(emulator.state().secrets.map(({ name }) => name)).toEqual(['a']);
});

it('a request held up takes effect late, even when its caller has gone', async () => {
  const { clock, held, release } = holdingClock();
  const emulator = await started(
    startCsmsEmulator({ clock, seed: { secrets: [{ name: 'a', projectId: PROJECT }] }, faults: { rules: [{ match: { operation: 'DeleteSecret' }, effect: { latencyMs: 5 } }] } }),
  );
  const caller = new AbortController();
  const url = new URL(`${emulator.endpoint}/v1/${PROJECT}/secrets/a`);
  const { host: _set, ...headers } = signedHeaders('DELETE', url, '');
  const gone = fetch(url, { method: 'DELETE', headers, signal: caller.signal }).catch(() => 'gone');
  await held;
  caller.abort();
  expect(await gone).toBe('gone');
  expect((await call(emulator.endpoint, 'GET', '/secrets/a')).status).toBe(200);
  release();
  await expect.poll(async () => (await call(emulator.endpoint, 'GET', '/secrets/a')).status).toBe(404);
});

it('H28: a quota lets so many through in a window and answers the rest as the gateway does', async () => {
  const clock = stillClock(Date.now());
  const emulator = await started(startCsmsEmulator({ clock, faults: { rules: [{ match: { operation: '*' }, effect: { quota: { calls: 2, perSeconds: 60 } } }] } }));
  const list = (): Promise<Reply> => call(emulator.endpoint, 'GET', '/secrets', undefined, { signedAt: clock.now() });
  expect([(await list()).status, (await list()).status]).toEqual([200, 200]);
  expect(await list()).toMatchObject({
    status: 429,
    json: { error_code: 'APIGW.0308', error_msg: 'The throttling threshold has been reached: policy user over ratelimit,limit:2,time:1 minute' },
  });
  clock.move(59_999);
  expect((await list()).status).toBe(429);
  clock.move(1);
  expect((await list()).status).toBe(200);
});

const struck = (rule: FaultsDocument['rules'][number], requests: readonly (readonly [string, string])[]): boolean[] => {
  const faults = createFaults({ seed: 3, rules: [rule] });
  return requests.map(([operation, name]) => faults.strike(operation, [name], 0).status !== undefined);
};

describe('which requests a rule strikes', () => {
  const five = Array.from({ length: 5 }, () => ['DeleteSecret', 'a'] as const);

  it.each<[string, FaultsDocument['rules'][number], boolean[]]>([
    ['every one', { match: { operation: 'DeleteSecret' }, effect: { status: 500 } }, [true, true, true, true, true]],
    ['of another operation none', { match: { operation: 'ListSecrets' }, effect: { status: 500 } }, [false, false, false, false, false]],
    ['of another name none', { match: { operation: 'DeleteSecret', name: 'b' }, effect: { status: 500 } }, [false, false, false, false, false]],
    ['the first two', { match: { operation: '*' }, times: 2, effect: { status: 500 } }, [true, true, false, false, false]],
    ['the third', { match: { operation: '*', nth: 3 }, effect: { status: 500 } }, [false, false, true, false, false]],
    ['two from the third on', { match: { operation: '*', nth: 3 }, times: 2, effect: { status: 500 } }, [false, false, true, true, false]],
  ])('%s', (_title, rule, expected) => {
    expect(struck(rule, five)).toEqual(expected);
  });

  it('by chance, the same ones for the same seed and about as many as asked', () => {
    const rule: FaultsDocument['rules'][number] = { match: { operation: '*', probability: 0.25 }, effect: { status: 500 } };
    const many = Array.from({ length: 2000 }, () => ['DeleteSecret', 'a'] as const);
    const first = struck(rule, many);
    expect(struck(rule, many)).toEqual(first);
    expect(first.filter(Boolean).length).toBeGreaterThan(430);
    expect(first.filter(Boolean).length).toBeLessThan(570);
  });

  it('rules that strike together act together, the first one winning where they clash', () => {
    const faults = createFaults({
      rules: [
        { match: { operation: '*' }, effect: { latencyMs: 5 } },
        { match: { operation: '*' }, effect: { latencyMs: 9, status: 503 } },
      ],
    });
    expect(faults.strike('DeleteSecret', [], 0)).toEqual({ latencyMs: 5, status: 503, exceeded: null });
  });
});
