import { createHash } from 'node:crypto';
import type { ParsedSeed, SaeSeedSecret, SeedDependent } from '../seed.ts';
import type { Content } from './content.ts';
import { keyOf, type Dependent, type Secret } from './records.ts';

// Derived from where it stands, so that a run with the same seed meets the same ids.
const idOf = (key: string): string => {
  const hex = createHash('sha256').update(key).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const plantedSecret = (seed: SaeSeedSecret, id: string, now: number): Secret => ({
  namespaceId: seed.namespaceId,
  id,
  name: seed.name,
  type: seed.type ?? 'Opaque',
  createTime: seed.createTime ?? now,
  updateTime: seed.createTime ?? now,
  value: seed.value ?? { seeded: 'seeded' },
});

const plantedDependent = (kind: Dependent['kind'], seed: SeedDependent, now: number): Dependent => ({
  kind,
  id: seed.id ?? idOf(`${kind}/${seed.namespaceId}/${seed.name}`),
  name: seed.name,
  namespaceId: seed.namespaceId,
  uses: seed.uses,
  listed: seed.listed ?? true,
  goneAt: seed.goneAfterSeconds === undefined ? null : now + seed.goneAfterSeconds * 1000,
});

/**
 * Adds the seed's secrets of SAE namespaces with what uses them; a secret that stands under the same namespace and id, or
 * name where the seed gives no id, is replaced, and so is a dependent of the same kind, namespace and name.
 */
export const plant = (content: Content, seed: ParsedSeed, now: number): void => {
  const known = (namespaceId: string): void => content.namespaces.put(namespaceId, namespaceId);
  if (seed.unknowns !== undefined) content.setUnknowns(seed.unknowns);
  if (seed.applicationDeletionSeconds !== undefined) content.setApplicationDeletionSeconds(seed.applicationDeletionSeconds);
  for (const namespaceId of seed.namespaces ?? []) known(namespaceId);
  const ours = (seed.secrets ?? []).flatMap((secret) => ('namespaceId' in secret ? [secret] : []));
  const standing = new Map(Array.from(content.secrets.values(), ({ namespaceId, name, id }) => [`${namespaceId}/${name}`, id]));
  for (const { id } of ours) if (id !== undefined) content.keepClearOf(id);
  for (const secret of ours) {
    known(secret.namespaceId);
    const planted = plantedSecret(secret, secret.id ?? standing.get(`${secret.namespaceId}/${secret.name}`) ?? content.nextSecretId(), now);
    content.secrets.put(keyOf(planted), planted);
  }
  const dependents = [
    ...(seed.applications ?? []).map((application) => plantedDependent('application', application, now)),
    ...(seed.jobs ?? []).map((job) => plantedDependent('job', job, now)),
  ];
  for (const dependent of dependents) {
    known(dependent.namespaceId);
    const standing = [...content.dependents.values()].find(({ kind, namespaceId, name }) => kind === dependent.kind && namespaceId === dependent.namespaceId && name === dependent.name);
    if (standing !== undefined) content.dependents.remove(keyOf(standing));
    content.dependents.put(keyOf(dependent), dependent);
  }
};
