import type { NamespaceId } from '../../events/ids.ts';
import { type Instance, secretsOfStages } from './instance.ts';
import { namespacesOf } from './plan.ts';
import type { Call, Hold, Saga } from './saga.ts';

/** What people have asked the whole of Probate to keep off, read anew before every deletion. */
export interface Controls {
  readonly pause: Hold | null;
  /** By target: a saga id, an instance id, or a secret's key. */
  readonly holds: Readonly<Record<string, Hold>>;
  /** Fingerprints of keys a cloud refused; no call is made with one until `resume`. */
  readonly closedKeys: readonly string[];
}

export const NO_CONTROLS: Controls = { pause: null, holds: {}, closedKeys: [] };

/** Whether a hold or pause still stands: one with an end is over by itself. */
export const isInForce = (hold: Hold, now: number): boolean => hold.until === null || now < hold.until;

/** What of it still stands at `now`. */
export const inForce = ({ pause, holds, closedKeys }: Controls, now: number): Controls => ({
  pause: pause !== null && isInForce(pause, now) ? pause : null,
  holds: Object.fromEntries(Object.entries(holds).filter(([, hold]) => isInForce(hold, now))),
  closedKeys,
});

/** The hold on a target, unless its time is over. */
export const holdOn = (controls: Controls, target: string, now: number): Hold | null => {
  const hold = Object.hasOwn(controls.holds, target) ? controls.holds[target] : undefined;
  return hold !== undefined && isInForce(hold, now) ? hold : null;
};

const namespaceTarget = (namespaceId: NamespaceId): string => `alibaba/${namespaceId}`;

/** What a hold on an instance, or on a namespace, is kept under. */
export const instanceTargets = (instance: Instance): string[] =>
  instance.cloud === 'huawei' ? [instance.instanceId] : [namespaceTarget(instance.namespaceId)];

/** What a hold on stops a saga whole: itself, its instance, and every namespace it deletes copies in. */
export const wholeTargets = ({ sagaId, instance, request }: Saga): string[] => [
  sagaId,
  ...instanceTargets(instance),
  ...namespacesOf(request).map(({ namespaceId }) => namespaceTarget(namespaceId)),
];

/** What stops this saga's deletions right now; null when nothing does. Cancellations are never stopped. */
export const stopOf = (saga: Saga, controls: Controls, now: number): { readonly why: 'paused' | 'held'; readonly hold: Hold } | null => {
  if (controls.pause !== null && isInForce(controls.pause, now)) return { why: 'paused', hold: controls.pause };
  for (const target of wholeTargets(saga)) {
    const hold = holdOn(controls, target, now);
    if (hold !== null) return { why: 'held', hold };
  }
  return saga.hold !== null && isInForce(saga.hold, now) ? { why: 'held', hold: saga.hold } : null;
};

/** The secrets that a call touches, by the keys that holds on them are kept under. */
const touchedBy = ({ instance, secrets }: Saga, call: Call): readonly string[] => {
  switch (call.op) {
    case 'batch-delete':
      return Object.keys(secrets);
    case 'delete-stage':
      return secretsOfStages(instance, [{ secretName: call.name }]).map(({ key }) => key);
    case 'schedule':
    case 'cancel':
    case 'delete-copy':
    case 'delete-named':
      return [call.key];
  }
};

/** Why a person stops this call at the last moment, null when nobody does; a cancellation is never stopped. */
export const stopOfCall = (saga: Saga, controls: Controls, call: Call, now: number): 'paused' | 'held' | null => {
  if (call.op === 'cancel') return null;
  const stop = stopOf(saga, controls, now);
  if (stop !== null) return stop.why;
  return touchedBy(saga, call).some((key) => holdOn(controls, key, now) !== null) ? 'held' : null;
};
