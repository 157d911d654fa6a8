import type { Instance } from './instance.ts';
import type { CsmsSecret } from './seen.ts';

/** An index over a project's list: hundreds of sagas share one, and each looks for a few secrets of its own. */
interface Index {
  readonly byId: ReadonlyMap<string, CsmsSecret>;
  readonly byName: ReadonlyMap<string, CsmsSecret>;
  readonly byInstance: ReadonlyMap<string, readonly CsmsSecret[]>;
  readonly unreadable: readonly CsmsSecret[];
}

const indexes = new WeakMap<readonly CsmsSecret[], Index>();

const index = (secrets: readonly CsmsSecret[]): Index => {
  const byId = new Map<string, CsmsSecret>();
  const byName = new Map<string, CsmsSecret>();
  const byInstance = new Map<string, CsmsSecret[]>();
  for (const secret of secrets) {
    if (!byId.has(secret.id)) byId.set(secret.id, secret);
    if (!byName.has(secret.name)) byName.set(secret.name, secret);
    if (secret.link === null) continue;
    const others = byInstance.get(secret.link.instanceId);
    if (others === undefined) byInstance.set(secret.link.instanceId, [secret]);
    else others.push(secret);
  }
  return { byId, byName, byInstance, unreadable: secrets.filter(({ unreadableLink }) => unreadableLink !== null) };
};

/** Made on first asking and kept as long as the list itself. */
const indexOf = (secrets: readonly CsmsSecret[]): Index => {
  const known = indexes.get(secrets) ?? index(secrets);
  indexes.set(secrets, known);
  return known;
};

export const byId = (secrets: readonly CsmsSecret[], id: string): CsmsSecret | undefined => indexOf(secrets).byId.get(id);

export const byName = (secrets: readonly CsmsSecret[], name: string): CsmsSecret | undefined => indexOf(secrets).byName.get(name);

/** Those whose link names this instance id, whatever the type. */
export const naming = (secrets: readonly CsmsSecret[], instanceId: string): readonly CsmsSecret[] => indexOf(secrets).byInstance.get(instanceId) ?? [];

/** Those linked to this very instance, type included. */
export const linkedTo = (secrets: readonly CsmsSecret[], instance: Instance): readonly CsmsSecret[] =>
  instance.cloud === 'huawei' ? naming(secrets, instance.instanceId).filter(({ link }) => link?.instanceType === instance.instanceType) : [];

/** Those whose link could not be read. */
export const unreadable = (secrets: readonly CsmsSecret[]): readonly CsmsSecret[] => indexOf(secrets).unreadable;
