import { afterEach, expect, it } from 'vitest';
import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import { startSaeEmulator } from '../../../local/emulators/sae/server.ts';
import { call, emulatorCall, PROJECT } from './csms/signed.ts';
import { ask } from './sae/official.ts';
import { closeAll, started } from './started.ts';

afterEach(closeAll);

const CANARY = 'canary-4711';
const NAMESPACE = 'cn-beijing:test';

it('H58: neither journal nor state of CSMS shows a value, a password, a token or a field nobody knows', async () => {
  const { endpoint } = await started(startCsmsEmulator({ seed: { secrets: [{ name: 'seeded', projectId: PROJECT, value: CANARY }] } }));
  await call(endpoint, 'POST', '/secrets', { name: 'a', secret_string: CANARY, note_to_self: CANARY, nested: { deep: [CANARY] } });
  await call(endpoint, 'POST', '/secrets', { name: 'b', secret_binary: Buffer.from(CANARY).toString('base64') });
  await call(endpoint, 'POST', '/secrets/a/versions', { secret_string: CANARY });
  await call(endpoint, 'POST', '/secrets', `"${CANARY}"`);
  await call(endpoint, 'POST', '/secrets', `{ "secret_string": "${CANARY}`);
  await call(endpoint, 'GET', `/secrets?password=${CANARY}&limit=5`);
  await call(endpoint, 'GET', '/secrets/a/versions/latest');
  await call(endpoint, 'GET', '/secrets', undefined, { securityToken: CANARY });
  const user = { domain: { name: 'local-domain' }, name: 'local-user', password: CANARY };
  await fetch(`${endpoint}/v3/auth/tokens`, { method: 'POST', body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } } } }) });
  const issued = await fetch(`${endpoint}/v3/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user: { ...user, password: 'local-password' } } } } }),
  });
  const shown = `${(await emulatorCall(endpoint, 'GET', 'journal')).text}${(await emulatorCall(endpoint, 'GET', 'state')).text}`;
  for (const hidden of [CANARY, Buffer.from(CANARY).toString('base64'), 'local-password', issued.headers.get('x-subject-token') ?? 'no token']) expect(shown).not.toContain(hidden);
  expect(shown).toContain('"limit":"5"');
});

it('H58: neither journal nor state of SAE shows a value', async () => {
  const { endpoint } = await started(startSaeEmulator({ seed: { secrets: [{ name: 'seeded', namespaceId: NAMESPACE, id: '7', value: { k: CANARY } }] } }));
  const path = '/pop/v1/sam/secret/secret';
  await ask(endpoint, { action: 'CreateSecret', method: 'POST', path, query: { NamespaceId: NAMESPACE, SecretName: 'a', SecretType: 'Opaque', SecretData: JSON.stringify({ k: CANARY }) } });
  await ask(endpoint, { action: 'UpdateSecret', method: 'PUT', path, query: { NamespaceId: NAMESPACE, SecretId: '7', SecretData: JSON.stringify({ k: CANARY }) } });
  await ask(endpoint, { action: 'DescribeSecret', method: 'GET', path, query: { NamespaceId: NAMESPACE, SecretId: '7' } });
  const shown = `${(await emulatorCall(endpoint, 'GET', 'journal')).text}${(await emulatorCall(endpoint, 'GET', 'state')).text}`;
  expect(shown).not.toContain(CANARY);
  expect(shown).toContain('"SecretName":"a"');
});
