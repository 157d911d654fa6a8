import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import { startSaeEmulator } from '../../../local/emulators/sae/server.ts';
import type { Seed } from '../../../local/emulators/seed.ts';
import { call, emulatorCall, PROJECT } from './csms/signed.ts';
import { ask } from './sae/official.ts';
import { closeAll, started } from './started.ts';
import { temporaryFile } from './temporary.ts';

afterEach(closeAll);

const NAMESPACE = 'cn-beijing:test';

const run = async (service: 'csms' | 'sae', file: string, seed: Seed): Promise<{ child: ChildProcess; endpoint: string }> => {
  const program = fileURLToPath(new URL('persisting-child.ts', import.meta.url));
  const child = spawn(process.execPath, [program, service, file, JSON.stringify(seed)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line]: unknown[] = await once(child.stdout, 'data');
  return { child, endpoint: String(line).trim() };
};

const kill = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};

it('a killed CSMS emulator has lost nothing it had answered', async () => {
  const file = temporaryFile('csms.sqlite');
  const first = await run('csms', file, { secrets: [{ name: 'old', projectId: PROJECT }], unknowns: { notFound: 'status400' } });
  await call(first.endpoint, 'POST', '/secrets', { name: 'new', secret_string: 'value' });
  await call(first.endpoint, 'DELETE', '/secrets/old');
  await emulatorCall(first.endpoint, 'POST', 'clock', { advanceSeconds: 86_400 });
  expect((await call(first.endpoint, 'POST', '/secrets/new/scheduled-deleted-tasks/create', { recovery_window_in_days: 7 })).status).toBe(200);
  await kill(first.child);

  const second = await started(startCsmsEmulator({ persistTo: file, seed: { secrets: [{ name: 'old', projectId: PROJECT }] } }));
  expect(second.state().secrets).toMatchObject([{ name: 'new', state: 'PENDING_DELETE' }]);
  expect(second.state().now - Date.now()).toBeGreaterThan(86_000_000);
  expect(second.journal().map(({ seq, operation }) => `${seq} ${operation}`)).toEqual(['1 CreateSecret', '2 DeleteSecret', '3 DeleteSecretForSchedule']);
  expect(await call(second.endpoint, 'GET', '/secrets/old')).toMatchObject({ status: 400, json: { error_code: 'CSMS.0106' } });
  await call(second.endpoint, 'POST', '/secrets/new/scheduled-deleted-tasks/cancel');
  expect(await call(second.endpoint, 'GET', '/secrets/new/versions/latest')).toMatchObject({ json: { version: { secret_string: 'value' } } });
  expect(second.journal().at(-1)?.seq).toBe(6);
});

it('a killed SAE emulator has lost nothing it had answered, ids exact', async () => {
  const file = temporaryFile('sae.sqlite');
  const first = await run('sae', file, {
    secrets: [{ name: 'big', namespaceId: NAMESPACE, id: '9007199254740993' }, { name: 'small', namespaceId: NAMESPACE, id: '16' }],
    jobs: [{ name: 'nightly', namespaceId: NAMESPACE, uses: ['9007199254740993'] }],
  });
  await ask(first.endpoint, { action: 'DeleteSecret', method: 'DELETE', path: '/pop/v1/sam/secret/secret', query: { NamespaceId: NAMESPACE, SecretId: '16' } });
  await kill(first.child);
  const second = await started(startSaeEmulator({ persistTo: file }));
  expect(second.state()).toMatchObject({ secrets: [{ id: '9007199254740993' }], jobs: [{ name: 'nightly', uses: ['9007199254740993'] }], namespaces: [NAMESPACE] });
});

it('two emulators never share a file, and closing one frees it', async () => {
  const persistTo = temporaryFile('csms.sqlite');
  const first = await startCsmsEmulator({ persistTo });
  await expect(startCsmsEmulator({ persistTo })).rejects.toThrow(/locked/);
  await first.close();
  await started(startCsmsEmulator({ persistTo }));
});

it('one change among ten thousand secrets writes one record', async () => {
  const persistTo = temporaryFile('csms.sqlite');
  const secrets = Array.from({ length: 10_000 }, (_one, index) => ({ name: `s-${index}`, projectId: PROJECT }));
  // Closing folds the log into the file, so that what is measured afterwards is what these calls wrote.
  await (await startCsmsEmulator({ persistTo, seed: { secrets } })).close();
  const { endpoint } = await started(startCsmsEmulator({ persistTo }));
  const before = statSync(`${persistTo}-wal`).size;
  for (let index = 0; index < 20; index += 1) await call(endpoint, 'DELETE', `/secrets/s-${index}`);
  const pageBytes = 4096;
  const written = statSync(`${persistTo}-wal`).size - before;
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThan(20 * 12 * pageBytes);
});
