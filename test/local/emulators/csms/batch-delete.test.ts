import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { startCsmsEmulator } from '../../../../local/emulators/csms/server.ts';
import type { Seed } from '../../../../local/emulators/seed.ts';
import type { UnknownsDocument } from '../../../../local/emulators/unknowns.ts';
import { closeAll, started } from '../started.ts';
import { call, PROJECT } from './signed.ts';

afterEach(closeAll);

const ONE = '11111111111111111111111111111111in01';
const TWO = '22222222222222222222222222222222in01';
const OTHER_PROJECT = 'f'.repeat(32);

const SEED: Seed = {
  secrets: [
    { name: 'rds-1', projectId: PROJECT, instance: { id: ONE, type: 'RDS' } },
    { name: 'rds-2', projectId: PROJECT, instance: { id: TWO, type: 'RDS' } },
    { name: 'taurus-1', projectId: PROJECT, instance: { id: ONE, type: 'TaurusDB' } },
    { name: 'gauss-1', projectId: PROJECT, instance: { id: ONE, type: 'GaussDB' } },
    { name: 'plain', projectId: PROJECT },
    { name: 'rds-1', projectId: OTHER_PROJECT, instance: { id: ONE, type: 'RDS' } },
  ],
};

const erase = async (body: unknown, unknowns: UnknownsDocument = {}): Promise<{ reply: Awaited<ReturnType<typeof call>>; left: string[]; effect: unknown }> => {
  const emulator = await started(startCsmsEmulator({ seed: { ...SEED, unknowns } }));
  const reply = await call(emulator.endpoint, 'POST', '/secrets/batch-delete', body);
  const left = emulator.state().secrets.flatMap(({ projectId, name }) => (projectId === PROJECT ? [name] : []));
  expect(emulator.state().secrets.filter(({ projectId }) => projectId === OTHER_PROJECT)).toHaveLength(1);
  return { reply, left, effect: emulator.journal().at(-1)?.effect ?? null };
};

describe('what a selector erases', () => {
  it.each([
    ['id and type', { instance_id: ONE, instance_type: 'RDS' }, ['rds-1'], null],
    ['the type called TaurusDB', { instance_id: ONE, instance_type: 'TaurusDB' }, ['taurus-1'], null],
    ['a type no list shows', { instance_id: ONE, instance_type: 'GaussDB' }, ['gauss-1'], null],
    ['the id alone', { instance_id: ONE }, ['rds-1', 'taurus-1', 'gauss-1'], 'no instance_type: every secret linked to the id, of any type'],
    ['the type alone', { instance_type: 'RDS' }, ['rds-1', 'rds-2'], 'no instance_id: every RDS secret of the project'],
  ])('%s', async (_title, body, names, note) => {
    const { reply, left, effect } = await erase(body);
    expect(reply).toMatchObject({ status: 200, json: { total: names.length, success_secrets: names, failed_secrets: [] } });
    expect(left).toEqual(['rds-1', 'rds-2', 'taurus-1', 'gauss-1', 'plain'].filter((name) => !names.includes(name)));
    expect(effect).toEqual({ did: 'erased', names, note });
  });

  it.each([
    ['an empty object', {}],
    ['no body', undefined],
    ['null', null],
    ['blank strings', { instance_id: ' ', instance_type: '' }],
  ])('H1: %s erases the whole project, and the journal says so', async (_title, body) => {
    const { left, effect } = await erase(body);
    expect(left).toEqual([]);
    expect(effect).toMatchObject({ did: 'erased', note: 'no instance_id and no instance_type: every secret of the project' });
  });
});

describe('what the pages leave open', () => {
  it.each<[string, UnknownsDocument, unknown, number, readonly string[]]>([
    ['an empty body may mean what is linked', { emptyBatchBody: 'linked' }, {}, 200, ['plain']],
    ['an empty body may be refused', { emptyBatchBody: 'refused' }, {}, 400, ['rds-1', 'rds-2', 'taurus-1', 'gauss-1', 'plain']],
    ['a blank id may be taken as it stands', { blankSelector: 'literal' }, { instance_id: '' }, 200, ['rds-1', 'rds-2', 'taurus-1', 'gauss-1', 'plain']],
    ['a type nobody knows is dropped', {}, { instance_id: TWO, instance_type: 'rds' }, 200, ['rds-1', 'taurus-1', 'gauss-1', 'plain']],
    ['a type nobody knows may be refused', { unknownInstanceType: 'refused' }, { instance_id: TWO, instance_type: 'rds' }, 400, ['rds-1', 'rds-2', 'taurus-1', 'gauss-1', 'plain']],
    ['a type nobody knows may match nothing', { unknownInstanceType: 'nothing' }, { instance_id: TWO, instance_type: 'rds' }, 200, ['rds-1', 'rds-2', 'taurus-1', 'gauss-1', 'plain']],
    ['nothing matched may be not found', { batchNoMatch: 'notFound' }, { instance_id: 'x', instance_type: 'RDS' }, 404, ['rds-1', 'rds-2', 'taurus-1', 'gauss-1', 'plain']],
  ])('%s', async (_title, unknowns, body, status, left) => {
    const result = await erase(body, unknowns);
    expect([result.reply.status, result.left]).toEqual([status, left]);
  });

  it('no match answers empty lists, or null ones', async () => {
    const body = { instance_id: 'x', instance_type: 'RDS' };
    expect((await erase(body)).reply.json).toEqual({ total: 0, success_secrets: [], failed_secrets: [] });
    expect((await erase(body, { batchNoMatch: 'nullLists' })).reply.json).toEqual({ total: 0, success_secrets: null, failed_secrets: null });
  });
});

it('H21: a secret pending deletion is counted and refused inside a 200, its neighbours are erased', async () => {
  const instance = { id: ONE, type: 'RDS' } as const;
  const secrets = [{ name: 'a', projectId: PROJECT, instance }, { name: 'b', projectId: PROJECT, instance, state: 'PENDING_DELETE' }];
  const refused = [{ secret_name: 'b', error_msg: 'CSMS.0107: The secret is in schedule delete state.' }];
  const body = { instance_id: ONE, instance_type: 'RDS' };
  const partial = await started(startCsmsEmulator({ seed: { secrets } }));
  expect(await call(partial.endpoint, 'POST', '/secrets/batch-delete', body)).toMatchObject({ status: 200, json: { total: 2, success_secrets: ['a'], failed_secrets: refused } });
  const atomic = await started(startCsmsEmulator({ seed: { secrets, unknowns: { batchFailure: 'atomic' } } }));
  expect(await call(atomic.endpoint, 'POST', '/secrets/batch-delete', body)).toMatchObject({ status: 200, json: { total: 2, success_secrets: [] } });
  expect(atomic.state().secrets).toHaveLength(2);
});

it('a linked secret made over the API is found by its rotation_config', async () => {
  const emulator = await started(startCsmsEmulator());
  const linked = { name: 'made', secret_string: 's', secret_type: 'GaussDB-FG', rotation_config: JSON.stringify({ InstanceId: ONE, SecretSubType: 'SingleUser' }) };
  expect((await call(emulator.endpoint, 'POST', '/secrets', linked)).status).toBe(200);
  expect(await call(emulator.endpoint, 'POST', '/secrets/batch-delete', { instance_id: ONE, instance_type: 'GaussDB' })).toMatchObject({ json: { total: 0 } });
  expect(await call(emulator.endpoint, 'POST', '/secrets/batch-delete', { instance_id: ONE, instance_type: 'TaurusDB' })).toMatchObject({ json: { success_secrets: ['made'] } });
});

it('a bounded batch erases a hundred and leaves the rest', async () => {
  const instance = { id: ONE, type: 'APIG' } as const;
  const secrets = Array.from({ length: 120 }, (_one, index) => ({ name: `s-${index}`, projectId: PROJECT, instance }));
  const emulator = await started(startCsmsEmulator({ seed: { secrets, unknowns: { batchBound: 'first100' } } }));
  expect(await call(emulator.endpoint, 'POST', '/secrets/batch-delete', { instance_id: ONE, instance_type: 'APIG' })).toMatchObject({ json: { total: 100 } });
  expect(emulator.state().secrets).toHaveLength(20);
});

it('with both conditions set, exactly the secrets linked to that instance and type are touched, whatever else there is', async () => {
  const types = fc.constantFrom('RDS', 'TaurusDB', 'GaussDB', 'APIG');
  const link = fc.option(fc.record({ id: fc.constantFrom(ONE, TWO), type: types }), { nil: undefined });
  const secret = fc.record({ instance: link, state: fc.constantFrom('ENABLED', 'PENDING_DELETE') });
  const emulator = await started(startCsmsEmulator());
  await fc.assert(
    fc.asyncProperty(fc.array(secret, { maxLength: 12 }), fc.constantFrom(ONE, TWO), types, async (secrets, id, type) => {
      const named = secrets.map(({ instance, state }, index) => ({ name: `s-${index}`, projectId: PROJECT, state, ...(instance === undefined ? {} : { instance }) }));
      for (const { name } of emulator.state().secrets) {
        await call(emulator.endpoint, 'DELETE', `/secrets/${name}`);
      }
      await fetch(`${emulator.endpoint}/_emulator/seed`, { method: 'POST', body: JSON.stringify({ secrets: named }) });
      const linked = named.filter(({ instance }) => instance?.id === id && instance.type === type);
      const pending = linked.filter(({ state }) => state === 'PENDING_DELETE').map(({ name }) => name);
      const erased = linked.filter(({ state }) => state === 'ENABLED').map(({ name }) => name);
      const { json } = await call(emulator.endpoint, 'POST', '/secrets/batch-delete', { instance_id: id, instance_type: type });
      expect(json).toMatchObject({ total: linked.length, success_secrets: erased, failed_secrets: pending.map((name) => ({ secret_name: name })) });
      expect(emulator.state().secrets.map(({ name }) => name)).toEqual(named.map(({ name }) => name).filter((name) => !erased.includes(name)));
    }),
    { seed: 20261122, numRuns: 25 },
  );
});
