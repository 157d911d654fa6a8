import { afterEach, expect, it } from 'vitest';
import { startCsmsEmulator } from '../../../../local/emulators/csms/server.ts';
import { closeAll, started } from '../started.ts';
import { call, PROJECT } from './signed.ts';

afterEach(closeAll);

it('a secret is made, listed, scheduled, cancelled, deleted and then not found', async () => {
  const { endpoint } = await started(startCsmsEmulator());
  const made = await call(endpoint, 'POST', '/secrets', { name: 'db-1', secret_string: 'hunter2' });
  expect(made).toMatchObject({ status: 200, json: { secret: { name: 'db-1', state: 'ENABLED', scheduled_delete_time: null, secret_type: 'COMMON' } } });
  expect(await call(endpoint, 'GET', '/secrets?limit=10')).toMatchObject({
    status: 200,
    json: { secrets: [{ name: 'db-1' }], page_info: { next_marker: null, current_count: 1 } },
  });
  const scheduled = await call(endpoint, 'POST', '/secrets/db-1/scheduled-deleted-tasks/create', { recovery_window_in_days: 7 });
  expect(scheduled).toMatchObject({ status: 200, json: { secret: { state: 'PENDING_DELETE', scheduled_delete_time: expect.any(Number) } } });
  expect(await call(endpoint, 'POST', '/secrets/db-1/scheduled-deleted-tasks/cancel')).toMatchObject({ status: 200, json: { secret: { state: 'ENABLED', scheduled_delete_time: null } } });
  const deleted = await call(endpoint, 'DELETE', '/secrets/db-1');
  expect([deleted.status, deleted.text]).toEqual([200, '']);
  expect(await call(endpoint, 'GET', '/secrets/db-1')).toMatchObject({ status: 404, json: { error_code: 'CSMS.0005', error_msg: 'The resource does not exist.' } });
});

it('a secret whose recovery window has ended is gone, and not a second earlier', async () => {
  const emulator = await started(startCsmsEmulator({ seed: { secrets: [{ name: 'db-1', projectId: PROJECT }] } }));
  await call(emulator.endpoint, 'POST', '/secrets/db-1/scheduled-deleted-tasks/create', { recovery_window_in_days: 7 });
  emulator.advance(7 * 86_400 - 60);
  expect((await call(emulator.endpoint, 'GET', '/secrets/db-1')).status).toBe(200);
  emulator.advance(61);
  expect((await call(emulator.endpoint, 'GET', '/secrets/db-1')).status).toBe(404);
  expect(emulator.state().secrets).toEqual([]);
});
