import { afterEach, expect, it } from 'vitest';
import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import { startSaeEmulator } from '../../../local/emulators/sae/server.ts';
import { call, emulatorCall, PROJECT } from './csms/signed.ts';
import { holdingClock } from './holding-clock.ts';
import { closeAll, started } from './started.ts';

afterEach(closeAll);

const SEED = {
  secrets: [
    { name: 'db-1', projectId: PROJECT },
    { name: 'registry', namespaceId: 'cn-beijing:test', id: '9007199254740993' },
  ],
  applications: [{ name: 'app', namespaceId: 'cn-beijing:test', uses: ['9007199254740993'] }],
};

it('one seed serves both clouds, each taking what is its own', async () => {
  const csms = await started(startCsmsEmulator({ seed: SEED }));
  const sae = await started(startSaeEmulator({ seed: SEED }));
  expect(csms.state().secrets.map(({ name }) => name)).toEqual(['db-1']);
  expect(sae.state().secrets.map(({ id }) => id)).toEqual(['9007199254740993']);
});

it('reset goes back to the seed, with an empty journal, a true clock and no faults', async () => {
  const emulator = await started(startCsmsEmulator({ seed: SEED }));
  await call(emulator.endpoint, 'DELETE', '/secrets/db-1');
  emulator.advance(3600);
  await emulatorCall(emulator.endpoint, 'POST', 'faults', { seed: 1, rules: [{ match: { operation: '*' }, effect: { status: 503 } }] });
  expect((await call(emulator.endpoint, 'GET', '/secrets')).status).toBe(503);
  expect((await emulatorCall(emulator.endpoint, 'POST', 'reset')).status).toBe(200);
  expect([emulator.state().secrets.length, emulator.journal().length]).toEqual([1, 0]);
  expect(Math.abs(emulator.state().now - Date.now())).toBeLessThan(60_000);
  expect((await call(emulator.endpoint, 'GET', '/secrets')).status).toBe(200);
});

it('without a seed at the start the first one posted is what reset goes back to', async () => {
  const emulator = await started(startCsmsEmulator());
  await emulatorCall(emulator.endpoint, 'POST', 'seed', { secrets: [{ name: 'first', projectId: PROJECT }] });
  await emulatorCall(emulator.endpoint, 'POST', 'seed', { secrets: [{ name: 'second', projectId: PROJECT }] });
  expect(emulator.state().secrets.map(({ name }) => name)).toEqual(['first', 'second']);
  await emulatorCall(emulator.endpoint, 'POST', 'reset');
  expect(emulator.state().secrets.map(({ name }) => name)).toEqual(['first']);
});

it('journal, state and clock can be read and moved over HTTP without credentials', async () => {
  const { endpoint } = await started(startCsmsEmulator({ seed: SEED }));
  await call(endpoint, 'POST', '/secrets/db-1/scheduled-deleted-tasks/create', { recovery_window_in_days: 7 });
  expect((await emulatorCall(endpoint, 'GET', 'journal')).json).toEqual([
    {
      seq: 1,
      at: expect.any(Number),
      operation: 'DeleteSecretForSchedule',
      scope: PROJECT,
      request: { method: 'POST', path: `/v1/${PROJECT}/secrets/db-1/scheduled-deleted-tasks/create`, query: {}, body: { recovery_window_in_days: 7 } },
      status: 200,
      code: null,
      effect: { did: 'scheduled', names: ['db-1'], note: null },
    },
  ]);
  await emulatorCall(endpoint, 'POST', 'clock', { advanceSeconds: 8 * 86_400 });
  expect((await emulatorCall(endpoint, 'GET', 'state')).json).toMatchObject({ secrets: [] });
});

it.each([
  ['seed', { secrets: [{ name: 'a', projectId: PROJECT, colour: 'red' }] }, 'colour'],
  ['seed', { secrets: [{ name: 'a', namespaceId: 'cn-beijing:test', instance: {} }] }, 'instance'],
  ['seed', { secrets: [{ name: 'a', namespaceId: 'cn-beijing:test', id: '99999999999999999999' }] }, 'secrets.0.id'],
  ['seed', { unknowns: { emptyBatchBody: 'maybe' } }, 'unknowns.emptyBatchBody'],
  ['seed', { unknowns: { nonsense: 'x' } }, 'nonsense'],
  ['faults', { rules: [{ match: { operation: 'ListSecrets' }, effect: { latency: 5 } }] }, 'latency'],
  ['faults', { rules: [{ match: { operation: 'ListSecret' }, effect: {} }] }, 'rules.0.match.operation'],
  ['faults', { rules: [{ match: { operation: '*', probability: 2 }, effect: {} }] }, 'rules.0.match.probability'],
  ['clock', { advanceSeconds: -1 }, 'advanceSeconds'],
  ['clock', { advanceSeconds: 1e300 }, 'advanceSeconds'],
])('a wrong document for %s is refused, naming the field', async (path, document, field) => {
  const { endpoint } = await started(startCsmsEmulator());
  const refused = await emulatorCall(endpoint, 'POST', path, document);
  expect(refused.status).toBe(400);
  expect(refused.text).toContain(field);
});

it('a wrong seed or fault document keeps an emulator from starting', async () => {
  await expect(startCsmsEmulator({ seed: { secrets: [{ name: 'a', projectId: 'short' }] } })).rejects.toThrow(/projectId/);
  await expect(startSaeEmulator({ faults: { rules: [{ match: { operation: 'ShowSecret' }, effect: {} }] } })).rejects.toThrow(/match\.operation/);
});

it('a port that is taken keeps an emulator from starting', async () => {
  const { endpoint } = await started(startCsmsEmulator());
  expect(new URL(endpoint).hostname).toBe('127.0.0.1');
  await expect(startSaeEmulator({ port: Number(new URL(endpoint).port) })).rejects.toThrow(/EADDRINUSE/);
});

it('close ends at once although a connection is kept alive and a reply is held up', async () => {
  const { clock, held } = holdingClock();
  const emulator = await startCsmsEmulator({ clock, faults: { rules: [{ match: { operation: 'ListSecrets', nth: 2 }, effect: { latencyMs: 5 } }] } });
  await call(emulator.endpoint, 'GET', '/secrets');
  const answer = call(emulator.endpoint, 'GET', '/secrets').then(
    () => 'answered',
    () => 'cut',
  );
  await held;
  await emulator.close();
  expect(await answer).toBe('cut');
});
