import type { Controls } from '../../lib/saga/controls.ts';
import type { Hold, Saga } from '../../lib/saga/saga.ts';

const inForce = (hold: Hold | null | undefined, wallNow: number): boolean => hold != null && (hold.until === null || wallNow < hold.until);

/** Written anew from the interface's words, so that a fault of the core's own reading of holds shows. */
export const isStopped = (saga: Saga, keys: readonly string[], controls: Controls, wallNow: number): boolean => {
  const instance = saga.instance.cloud === 'huawei' ? saga.instance.instanceId : `alibaba/${saga.instance.namespaceId}`;
  return (
    inForce(controls.pause, wallNow) ||
    inForce(saga.hold, wallNow) ||
    [saga.sagaId, instance, ...keys].some((target) => Object.hasOwn(controls.holds, target) && inForce(controls.holds[target], wallNow))
  );
};
