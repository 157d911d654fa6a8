import type { Copy, DecommissionedInstance, Stage } from '../../events/decommissioned-instance.ts';
import type { InstanceId, InstanceType, NamespaceId, ProjectId, Region, SecretName } from '../../events/ids.ts';
import { SagaId } from '../../events/messages.ts';
import { sha256 } from './canonical.ts';

/** The decommissioned owner, as results name it. */
export type Instance =
  | {
      readonly cloud: 'huawei';
      readonly region: Region;
      readonly projectId: ProjectId;
      readonly instanceId: InstanceId;
      readonly instanceType: InstanceType;
    }
  | { readonly cloud: 'alibaba'; readonly region: Region; readonly namespaceId: NamespaceId };

/** What an event asks for beside what the clouds show as linked. */
export interface Request {
  readonly secretNames: readonly SecretName[];
  readonly stages: readonly Stage[];
  /** SAE secrets to delete: copies of a Huawei instance's credentials, or secrets of a namespace. */
  readonly copies: readonly Omit<Copy, 'cloud'>[];
}

export const instanceOf = (named: DecommissionedInstance): Instance =>
  named.cloud === 'huawei'
    ? {
        cloud: 'huawei',
        region: named.region,
        projectId: named.projectId,
        instanceId: named.instanceId,
        instanceType: named.instanceType,
      }
    : { cloud: 'alibaba', region: named.region, namespaceId: named.namespaceId };

export const requestOf = (named: DecommissionedInstance): Request =>
  named.cloud === 'huawei'
    ? {
        secretNames: named.secretNames ?? [],
        stages: named.stages ?? [],
        copies: (named.copies ?? []).map(({ region, namespaceId, secretId }) => ({ region, namespaceId, secretId })),
      }
    : {
        secretNames: [],
        stages: [],
        copies: named.secretIds.map((secretId) => ({ region: named.region, namespaceId: named.namespaceId, secretId })),
      };

/** The part of a saga's id that all its generations share. */
export const identityOf = (named: DecommissionedInstance): string => {
  if (named.cloud === 'huawei') return `huawei:${named.region}:${named.projectId}:${named.instanceType}:${named.instanceId}`;
  const ids = [...new Set(named.secretIds)].sort();
  return `alibaba:${named.region}:${named.namespaceId}:${sha256(ids.join('\n')).slice(0, 12)}`;
};

export const sagaIdOf = (identity: string, generation: number): SagaId => SagaId.parse(`${identity}#${generation}`);

export const generationOf = (sagaId: SagaId): { readonly identity: string; readonly generation: number } => {
  const at = sagaId.lastIndexOf('#');
  return { identity: sagaId.slice(0, at), generation: Number(sagaId.slice(at + 1)) };
};

/** How a person names one secret, and the key it has inside a saga (interfaces.md, `hold`). */
export const csmsKey = (projectId: string, name: string): string => `huawei/${projectId}/${name}`;
/** Beside the secret that the name was meant for, another one that was found under it. */
export const strayKey = (projectId: string, name: string, id: string): string => `${csmsKey(projectId, name)}/${id}`;
export const saeKey = (namespaceId: string, secretId: string): string => `alibaba/${namespaceId}/${secretId}`;

/** The secrets that stages belong to: they stay themselves, but whoever holds one holds its stages. */
export const secretsOfStages = (instance: Instance, stages: readonly Pick<Stage, 'secretName'>[]): { readonly key: string; readonly name: string }[] =>
  instance.cloud === 'huawei' ? stages.map(({ secretName: name }) => ({ key: csmsKey(instance.projectId, name), name })) : [];
