import type { DecommissionEvent } from '../../../events/decommission.ts';
import { instancesOf } from '../../../events/instances.ts';
import { eventRefusal } from '../../saga/admission.ts';
import type { Policy } from '../../saga/policy.ts';
import { type SeenEvent, type SeenPart, dataDigest, partOf, partOnRecord } from '../records/event-store.ts';

/** Instances of the whole event: a part of ours says so, of another sender's the parts seen so far are added up. */
const wholeCount = (event: DecommissionEvent, own: number, before: SeenEvent | null): number => {
  const { part } = event.data;
  if (part === undefined) return own;
  const others = Object.entries(before?.parts ?? {}).filter(([index]) => index !== String(partOf(event)));
  return part.instances ?? others.reduce((sum, [, { instances }]) => sum + instances, own);
};

/** The event's own time, or when its first part was received; epoch milliseconds. */
export const timeOfEvent = ({ time }: DecommissionEvent, before: SeenEvent | null, now: number): number => before?.time ?? (time === undefined ? now : Date.parse(time));

/** What becomes of an event, or of one part of it, beside what is on record of it; a part that is on record keeps its answer. */
export const judgePart = (event: DecommissionEvent, before: SeenEvent | null, policy: Policy, now: number): SeenPart => {
  const onRecord = partOnRecord(before, event);
  if (onRecord !== undefined) return onRecord;
  const instances = instancesOf(event).length;
  const refusal = eventRefusal({ time: timeOfEvent(event, before, now), instances: wholeCount(event, instances, before) }, policy, now);
  return { digest: dataDigest(event), instances, accepted: refusal === null, reason: refusal };
};
