import { type AlibabaInstance, type Copy, type DecommissionedInstance, type HuaweiInstance, stageKey } from './decommissioned-instance.ts';

const uniqueBy = <T>(items: readonly T[], keyOf: (item: T) => string): T[] => [...new Map(items.map((item) => [keyOf(item), item])).values()];

const copyKey = ({ namespaceId, secretId }: Copy): string => `${namespaceId}/${secretId}`;

const instanceKey = ({ region, projectId, instanceType, instanceId }: HuaweiInstance): string => `${region}/${projectId}/${instanceType}/${instanceId}`;

const mergeEntries = (first: HuaweiInstance, same: readonly HuaweiInstance[]): HuaweiInstance => {
  const { cloud, region, projectId, instanceId, instanceType } = first;
  const secretNames = [...new Set(same.flatMap((entry) => entry.secretNames ?? []))];
  const stages = uniqueBy(same.flatMap((entry) => entry.stages ?? []), stageKey);
  const copies = uniqueBy(same.flatMap((entry) => entry.copies ?? []), copyKey);
  return {
    cloud,
    region,
    projectId,
    instanceId,
    instanceType,
    ...(secretNames.length > 0 ? { secretNames } : {}),
    ...(stages.length > 0 ? { stages } : {}),
    ...(copies.length > 0 ? { copies } : {}),
  };
};

const mergeHuawei = (entries: readonly HuaweiInstance[]): HuaweiInstance[] =>
  [...Map.groupBy(entries, instanceKey).values()].flatMap((same) => same.slice(0, 1).map((first) => mergeEntries(first, same)));

/** Which entries hang together: the number of the first entry of each one's group, where two that share a secret are in one. */
const groupsOf = (entries: readonly AlibabaInstance[]): readonly number[] => {
  const leaders = entries.map((_, index) => index);
  const leaderOf = (index: number): number => {
    let at = index;
    for (;;) {
      const next = leaders[at] ?? at;
      if (next === at) return at;
      // Each walk halves the way for the next one: a long chain of entries must not be walked anew for every entry.
      leaders[at] = leaders[next] ?? next;
      at = next;
    }
  };
  const holders = new Map<string, number>();
  for (const [index, { namespaceId, secretIds }] of entries.entries()) {
    for (const secretId of secretIds) {
      const key = `${namespaceId}/${secretId}`;
      const [one, other] = [leaderOf(holders.get(key) ?? index), leaderOf(index)];
      leaders[Math.max(one, other)] = Math.min(one, other);
      holders.set(key, index);
    }
  }
  return entries.map((_, index) => leaderOf(index));
};

/**
 * A namespace's secrets are told apart by their ids (design.md, Identity), so entries of one namespace stay apart unless
 * they share an id: a secret must not stand in two plans of one event.
 */
const mergeAlibaba = (entries: readonly AlibabaInstance[]): AlibabaInstance[] => {
  const groups = groupsOf(entries);
  return [...Map.groupBy(entries, (_, index) => groups[index]).values()].flatMap((same) =>
    same.slice(0, 1).map((first) => ({ ...first, secretIds: [...new Set(same.flatMap(({ secretIds }) => secretIds))] })),
  );
};

/**
 * Instances with those named twice merged into one: the union of their lists, and what a list names twice counts once;
 * Huawei Cloud's first, each cloud in the order given (interfaces.md, Event).
 */
export const mergeInstances = (instances: readonly DecommissionedInstance[]): readonly DecommissionedInstance[] => [
  ...mergeHuawei(instances.filter((instance) => instance.cloud === 'huawei')),
  ...mergeAlibaba(instances.filter((instance) => instance.cloud === 'alibaba')),
];

/** The instances an event names, each once. */
export const instancesOf = ({ data }: { readonly data: { readonly instances: readonly DecommissionedInstance[] } }): readonly DecommissionedInstance[] => mergeInstances(data.instances);
