import { expect, it } from 'vitest';
import { DecommissionedInstance, stageKey } from '../../events/decommissioned-instance.ts';
import { csmsKey, generationOf, identityOf, instanceOf, requestOf, saeKey, sagaIdOf } from '../../lib/saga/instance.ts';
import { DATABASE, NAMESPACE, PROJECT, RDS, SAE, aRequest } from './builders.ts';

const database = (more: Readonly<Record<string, unknown>> = {}): DecommissionedInstance =>
  DecommissionedInstance.parse({ cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT, instanceId: DATABASE, instanceType: 'RDS', ...more });

const namespaced = (secretIds: readonly string[], namespaceId: string = NAMESPACE): DecommissionedInstance =>
  DecommissionedInstance.parse({ cloud: 'alibaba', region: 'cn-beijing', namespaceId, secretIds });

it('H3: a database is identified by region, project, type and id together', () => {
  expect(identityOf(database())).toBe(`huawei:cn-north-4:${PROJECT}:RDS:${DATABASE}`);
  expect(identityOf(database({ instanceType: 'TaurusDB' }))).not.toBe(identityOf(database()));
  expect(identityOf(database({ region: 'cn-east-3' }))).not.toBe(identityOf(database()));
});

it('H5: secrets of a namespace are identified by region, namespace and the ids, in whatever order they were named', () => {
  const identity = identityOf(namespaced(['17', '18']));
  expect(identity).toMatch(/^alibaba:cn-beijing:cn-beijing:test:[0-9a-f]{12}$/);
  expect(identityOf(namespaced(['18', '17', '17']))).toBe(identity);
  expect(identityOf(namespaced(['17']))).not.toBe(identity);
  expect(identityOf(namespaced(['1718']))).not.toBe(identity);
  expect(identityOf(namespaced(['17', '18'], 'cn-beijing'))).not.toBe(identity);
});

it.each([1, 2, 17])('generation %i of an identity can be read back out of the id', (generation) => {
  for (const identity of [identityOf(database()), identityOf(namespaced(['17']))]) {
    const sagaId = sagaIdOf(identity, generation);
    expect(sagaId).toBe(`${identity}#${generation}`);
    expect(generationOf(sagaId)).toEqual({ identity, generation });
  }
});

it('an instance is what results name, without what the event asks for beside it', () => {
  expect(instanceOf(database({ secretNames: ['app-db'] }))).toEqual(RDS);
  expect(instanceOf(namespaced(['17']))).toEqual(SAE);
});

it('an event that asks for nothing more makes an empty request', () => {
  expect(requestOf(database())).toEqual({ secretNames: [], stages: [], copies: [] });
});

it('a request holds the named secrets, the stages and the copies', () => {
  const asked = requestOf(
    database({
      secretNames: ['app-db'],
      stages: [{ secretName: 'shared', stage: 'reader-7' }],
      copies: [{ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretId: '16' }],
    }),
  );
  expect(asked).toEqual(aRequest({ names: ['app-db'], stages: [['shared', 'reader-7']], copies: ['16'] }));
  expect(requestOf(namespaced(['16', '17']))).toEqual(aRequest({ copies: ['16', '17'] }));
});

it('H5: a secret is named by its cloud and project or namespace, never by its name alone', () => {
  expect(csmsKey(PROJECT, 'db-1')).toBe(`huawei/${PROJECT}/db-1`);
  expect(saeKey(NAMESPACE, '16')).toBe('alibaba/cn-beijing:test/16');
  expect(aRequest({ stages: [['shared', 'reader-7']] }).stages.map(stageKey)).toEqual(['shared/reader-7']);
});
