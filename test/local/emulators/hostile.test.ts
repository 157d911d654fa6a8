import { afterEach, describe, expect, it } from 'vitest';
import { startCsmsEmulator } from '../../../local/emulators/csms/server.ts';
import { startSaeEmulator } from '../../../local/emulators/sae/server.ts';
import { call as csmsCall, emulatorCall, PROJECT } from './csms/signed.ts';
import { send } from './raw.ts';
import { call as saeCall, deletionOf, listOf, NAMESPACE } from './sae/signed.ts';
import { closeAll, started } from './started.ts';

/** A request that no client sends is answered like any other: a connection that is cut reads as a reply that was lost. */

afterEach(closeAll);

const nested = (key: string): string => `${`{"${key}":`.repeat(20_000)}1${'}'.repeat(20_000)}`;

describe('a body that nobody means', () => {
  it.each([
    ['an id that cannot be made a text', '{"instance_id":{"toString":1},"instance_type":"RDS"}', 'CSMS.0002'],
    ['a name that cannot be made a text', '{"name":{"toString":null,"valueOf":null}}', 'CSMS.0002'],
    ['fields within fields, twenty thousand deep', nested('a'), 'CSMS.0004'],
    ['the same under a name that the journal shows', nested('name'), 'CSMS.0004'],
    ['lists within lists', '['.repeat(20_000), 'CSMS.0004'],
  ])('is refused by CSMS: %s', async (_title, body, code) => {
    const emulator = await started(startCsmsEmulator({ seed: { secrets: [{ name: 'a', projectId: PROJECT }], unknowns: { emptyBatchBody: 'refused' } } }));
    expect(await csmsCall(emulator.endpoint, 'POST', '/secrets/batch-delete', body).then(({ status, json }) => ({ status, json }))).toMatchObject({ status: 400, json: { error_code: code } });
    expect(emulator.journal()).toMatchObject([{ operation: 'BatchDeleteSecrets', status: 400, code, effect: null }]);
  });

  it.each([nested('a'), nested('NamespaceId')])('carries no parameter to SAE', async (body) => {
    const emulator = await started(startSaeEmulator({ seed: { secrets: [{ name: 'a', namespaceId: NAMESPACE, id: '16' }] } }));
    expect((await saeCall(emulator.endpoint, { ...listOf(NAMESPACE), query: {}, body })).text).toContain('"Code":"MissingNamespaceId"');
    expect((await saeCall(emulator.endpoint, { ...deletionOf('16'), body })).status).toBe(200);
    expect(emulator.journal().map(({ status }) => status)).toEqual([400, 200]);
  });
});

it('a request for a token with a list of hundreds of thousands in it is refused as IAM refuses', async () => {
  const { endpoint } = await started(startCsmsEmulator());
  const body = `{"auth":{"identity":{"methods":[${'1,'.repeat(300_000)}1]}}}`;
  const refused = await fetch(`${endpoint}/v3/auth/tokens`, { method: 'POST', body });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('"title":"Bad Request"')]);
});

describe('a signature over a header that was not sent, called what every object has', () => {
  const UNSENT = ['constructor', '__proto__', 'x-none'];
  const signature = '0'.repeat(64);

  it.each(UNSENT)('is none to CSMS: %s', async (name) => {
    const { endpoint } = await started(startCsmsEmulator());
    const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const authorization = `SDK-HMAC-SHA256 Access=local-ak, SignedHeaders=host;x-sdk-date;${name}, Signature=${signature}`;
    const refused = await send(endpoint, { method: 'GET', target: `/v1/${PROJECT}/secrets`, headers: { 'x-sdk-date': date, authorization } });
    expect([refused.status, refused.text]).toEqual([401, expect.stringContaining('verify aksk signature fail"')]);
  });

  it.each(UNSENT)('is incomplete to SAE: %s', async (name) => {
    const { endpoint } = await started(startSaeEmulator());
    const sent = {
      'x-acs-action': 'ListSecrets',
      'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-acs-date': new Date().toISOString(),
      'x-acs-signature-nonce': 'n',
      'x-acs-version': '2019-05-06',
    };
    const authorization = `ACS3-HMAC-SHA256 Credential=local-ak,SignedHeaders=${['host', ...Object.keys(sent), name].join(';')},Signature=${signature}`;
    const refused = await send(endpoint, { method: 'GET', target: '/pop/v1/sam/secret/secrets', headers: { ...sent, accept: 'application/json', authorization } });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('"Code":"IncompleteSignature"')]);
  });
});

it('H58: a list where fields belong shows nothing of itself in the journal', async () => {
  const { endpoint } = await started(startCsmsEmulator());
  await csmsCall(endpoint, 'POST', '/secrets', '["canary-4711",["canary-4711"],{"name":"shown"}]');
  await fetch(`${endpoint}/v3/auth/tokens`, { method: 'POST', body: '{"auth":{"identity":{"methods":["password"],"password":["canary-4711"]}}}' });
  const journal = (await emulatorCall(endpoint, 'GET', 'journal')).text;
  expect(journal).not.toContain('canary-4711');
  expect(journal).toContain('"methods":["password"]');
});
