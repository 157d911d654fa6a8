import * as fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { startCsmsEmulator } from '../../../../local/emulators/csms/server.ts';
import { awkwardName, awkwardText } from '../../../clouds/awkward-text.ts';
import { closeAll, started } from '../started.ts';
import { ask } from './official.ts';
import { PROJECT } from './signed.ts';

afterEach(closeAll);

it('the official client makes, lists, schedules, cancels and deletes a secret and finds it gone', async () => {
  const { endpoint } = await started(startCsmsEmulator({}));
  expect(await ask(endpoint, { method: 'POST', path: '/secrets', body: { name: 'db-1', secret_string: 'hunter2 (really)' } })).toMatchObject({ httpStatusCode: 200, secret: { name: 'db-1' } });
  expect(await ask(endpoint, { method: 'GET', path: '/secrets', query: { marker: 'a', limit: '2' } })).toMatchObject({ secrets: [{ name: 'db-1' }], page_info: { current_count: 1 } });
  expect(await ask(endpoint, { method: 'POST', path: '/secrets/db-1/scheduled-deleted-tasks/create', body: { recovery_window_in_days: 7 } })).toMatchObject({ secret: { state: 'PENDING_DELETE' } });
  expect(await ask(endpoint, { method: 'POST', path: '/secrets/db-1/scheduled-deleted-tasks/cancel' })).toMatchObject({ secret: { state: 'ENABLED' } });
  expect(await ask(endpoint, { method: 'DELETE', path: '/secrets/db-1' })).toMatchObject({ httpStatusCode: 200 });
  await expect(ask(endpoint, { method: 'GET', path: '/secrets/db-1' })).rejects.toMatchObject({ httpStatusCode: 404, errorCode: 'CSMS.0005' });
});

it('the official client sends a batch-delete by hand and reads both lists', async () => {
  const instance = { id: '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01', type: 'RDS' } as const;
  const { endpoint } = await started(
    startCsmsEmulator({
      seed: { secrets: [{ name: 'a', projectId: PROJECT, instance }, { name: 'b', projectId: PROJECT, instance, state: 'PENDING_DELETE' }, { name: 'c', projectId: PROJECT }] },
    }),
  );
  const body = { instance_id: instance.id, instance_type: 'RDS' };
  expect(await ask(endpoint, { method: 'POST', path: '/secrets/batch-delete', body })).toMatchObject({
    total: 2,
    success_secrets: ['a'],
    failed_secrets: [{ secret_name: 'b', error_msg: 'CSMS.0107: The secret is in schedule delete state.' }],
  });
});

it('the official client is let in with a temporary key, and not without its token', async () => {
  const { endpoint } = await started(
    startCsmsEmulator({ credentials: { accessKey: { id: 'local-ak', secret: 'local-sk', securityToken: 'TOKEN==' }, user: { domain: 'd', name: 'u', password: 'p' } } }),
  );
  expect(await ask(endpoint, { method: 'GET', path: '/secrets', securityToken: 'TOKEN==' })).toMatchObject({ httpStatusCode: 200 });
  await expect(ask(endpoint, { method: 'GET', path: '/secrets' })).rejects.toMatchObject({ httpStatusCode: 401, errorCode: 'APIGW.0301' });
});

it('whatever the official client asks for is let in, its query sorted before it was encoded', async () => {
  const { endpoint } = await started(startCsmsEmulator({ seed: { secrets: [{ name: 'a', projectId: PROJECT }] } }));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(awkwardName, awkwardText, { maxKeys: 5 }), async (query) => {
      expect(await ask(endpoint, { method: 'GET', path: '/secrets/a', query })).toMatchObject({ httpStatusCode: 200 });
    }),
    { seed: 20_261_122, numRuns: 150, examples: [[{ 'a.': '', 'a/': ' +~' }]] },
  );
});
