import * as fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { startSaeEmulator } from '../../../../local/emulators/sae/server.ts';
import { awkwardText } from '../../../clouds/awkward-text.ts';
import { closeAll, started } from '../started.ts';
import { ask, type Asked } from './official.ts';

const NAMESPACE = 'cn-beijing:test';
afterEach(closeAll);

const SECRET = '/pop/v1/sam/secret/secret';
const list: Asked = { action: 'ListSecrets', method: 'GET', path: '/pop/v1/sam/secret/secrets', query: { NamespaceId: NAMESPACE } };
const deletion = (id: string): Asked => ({ action: 'DeleteSecret', method: 'DELETE', path: SECRET, query: { NamespaceId: NAMESPACE, SecretId: id } });

it.each(['ACS3-HMAC-SHA256', 'v2'] as const)('the official client signing with %s makes, lists and deletes a secret and finds it absent', async (algorithm) => {
  const { endpoint } = await started(startSaeEmulator({ seed: { namespaces: [NAMESPACE] } }));
  const query = { NamespaceId: NAMESPACE, SecretName: 'registry-auth', SecretType: 'Opaque', SecretData: JSON.stringify({ SecretData: '{"k":"it\'s (a) *value*!"}' }) };
  expect(await ask(endpoint, { action: 'CreateSecret', method: 'POST', path: SECRET, query }, algorithm)).toMatchObject({ statusCode: 200, body: { Success: true, Data: { SecretId: 1 } } });
  expect(await ask(endpoint, list, algorithm)).toMatchObject({ body: { Code: '200', Data: { Secrets: [{ SecretId: 1, SecretName: 'registry-auth', NamespaceId: NAMESPACE }] } } });
  const described = await ask(endpoint, { ...deletion('1'), action: 'DescribeSecret', method: 'GET' }, algorithm);
  expect(described).toMatchObject({ body: { Data: { SecretData: { k: "it's (a) *value*!" } } } });
  expect(await ask(endpoint, deletion('1'), algorithm)).toMatchObject({ body: { Success: true, Data: { SecretId: 1 } } });
  expect(await ask(endpoint, list, algorithm)).toMatchObject({ body: { Data: { Secrets: [] } } });
  await expect(ask(endpoint, { ...list, query: { NamespaceId: '' } }, algorithm)).rejects.toMatchObject({ code: 'InvalidParameter.NotEmpty' });
  await expect(ask(endpoint, deletion('1'), algorithm)).rejects.toMatchObject({ name: 'ClientError', statusCode: 400, code: 'InvalidSecretId.NotFound' });
});

it('the official client reads a dependency violation as its own error with the code', async () => {
  const { endpoint } = await started(startSaeEmulator({
    seed: { secrets: [{ name: 'registry-auth', namespaceId: NAMESPACE, id: '16' }], applications: [{ name: 'test-app', namespaceId: NAMESPACE, uses: ['16'] }] },
  }));
  await expect(ask(endpoint, deletion('16'))).rejects.toMatchObject({ name: 'ClientError', code: 'DependencyViolation.Application', statusCode: 400 });
});

it('the official client reads the wait out of a throttled reply', async () => {
  const { endpoint } = await started(startSaeEmulator({
    seed: { namespaces: [NAMESPACE] },
    faults: { rules: [{ match: { operation: '*' }, effect: { quota: { calls: 1, perSeconds: 60 } } }] },
  }));
  await ask(endpoint, list);
  const refused: unknown = await ask(endpoint, list).then(
    () => null,
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ name: 'ThrottlingError', code: 'Throttling.User', statusCode: 400, retryAfter: expect.any(Number) });
});

it.each(['ACS3-HMAC-SHA256', 'v2'] as const)('whatever the official client asks for with %s is let in', async (algorithm) => {
  const { endpoint } = await started(startSaeEmulator({ seed: { namespaces: [NAMESPACE] } }));
  // With ACS3 their client leaves names as they are, so these are names that no encoding changes.
  const query = fc.dictionary(fc.stringMatching(/^[A-Za-z0-9._~-]{1,4}$/), awkwardText, { maxKeys: 5 });
  await fc.assert(
    fc.asyncProperty(query, async (query) => {
      expect(await ask(endpoint, { ...list, query: { ...query, NamespaceId: NAMESPACE } }, algorithm)).toMatchObject({ statusCode: 200 });
    }),
    { seed: 20_261_122, numRuns: 150 },
  );
});
