import type { DecommissionedInstance } from './decommissioned-instance.ts';
import { mergeInstances } from './instances.ts';

/** What two entries of one event say against each other; `index` is empty where no single entry is to blame. */
export interface Contradiction {
  readonly index: readonly number[];
  readonly message: string;
}

const longestList = (instance: DecommissionedInstance): number =>
  instance.cloud === 'huawei'
    ? Math.max(instance.secretNames?.length ?? 0, instance.stages?.length ?? 0, instance.copies?.length ?? 0)
    : instance.secretIds.length;

/** An instance id belongs to one project and one product: named with two, one of them is wrong and nobody here knows which (H2, H3). */
const placedTwice = (instances: readonly DecommissionedInstance[]): Contradiction[] => {
  const places = new Map<string, string>();
  return instances.flatMap((instance, index) => {
    if (instance.cloud !== 'huawei') return [];
    const place = `${instance.instanceType} in project ${instance.projectId} of ${instance.region}`;
    const other = places.get(instance.instanceId);
    places.set(instance.instanceId, other ?? place);
    return other === undefined || other === place ? [] : [{ index: [index], message: `must be named alike in one event: an earlier entry names this instance as ${other}` }];
  });
};

/** Every contradiction between the entries of one event; `longest` bounds each list of an instance, all its entries together. */
export const contradictionsIn = (instances: readonly DecommissionedInstance[], longest: number): readonly Contradiction[] => {
  const tooLong = mergeInstances(instances).some((instance) => longestList(instance) > longest);
  return [...placedTwice(instances), ...(tooLong ? [{ index: [], message: `must not name more than ${longest} secrets, stages or copies of one instance, all its entries together` }] : [])];
};
