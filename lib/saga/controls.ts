import type { Instance } from './instance.ts';
import type { Hold, Saga } from './saga.ts';

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

const targetsOf = (saga: Saga): string[] => [saga.sagaId, ...instanceTargets(saga.instance)];

export const instanceTargets = (instance: Instance): string[] =>
  instance.cloud === 'huawei' ? [instance.instanceId] : [`alibaba/${instance.namespaceId}`];

/** What stops this saga's deletions right now; null when nothing does. Cancellations are never stopped. */
export const stopOf = (saga: Saga, controls: Controls, now: number): { readonly why: 'paused' | 'held'; readonly hold: Hold } | null => {
  if (controls.pause !== null && isInForce(controls.pause, now)) return { why: 'paused', hold: controls.pause };
  for (const target of targetsOf(saga)) {
    const hold = holdOn(controls, target, now);
    if (hold !== null) return { why: 'held', hold };
  }
  return saga.hold !== null && isInForce(saga.hold, now) ? { why: 'held', hold: saga.hold } : null;
};
