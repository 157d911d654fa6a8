import type { DecommissionEvent } from './decommission.ts';
import type { DecommissionedInstance } from './decommissioned-instance.ts';
import { instancesOf } from './instances.ts';
import { LARGEST_EVENT_BYTES, bytesOf, fitsOneMessage } from './size.ts';

/** The text of the message that carries an event. */
export const eventMessage = (event: DecommissionEvent): string => JSON.stringify(event);

const fill = (instances: readonly DecommissionedInstance[], room: number): DecommissionedInstance[][] => {
  const parts: DecommissionedInstance[][] = [];
  let current: DecommissionedInstance[] = [];
  let used = 0;
  for (const instance of instances) {
    const bytes = bytesOf(JSON.stringify(instance)) + 1; // and the comma
    if (current.length > 0 && used + bytes > room) {
      parts.push(current);
      current = [];
      used = 0;
    }
    current.push(instance);
    used += bytes;
  }
  return [...parts, current];
};

/**
 * An event whose message is over 1 MiB as numbered parts that each fit, every instance whole and in one part only; one
 * that fits is given back as it is. The same event always gives the same parts, so a redelivered part is known again.
 */
export const splitEvent = (event: DecommissionEvent): readonly DecommissionEvent[] => {
  if (fitsOneMessage(eventMessage(event))) return [event];
  const instances = instancesOf(event);
  const whole = instances.length;
  const part = (index: number, count: number, of: readonly DecommissionedInstance[]): DecommissionEvent => ({
    ...event,
    data: { ...event.data, part: { index, count, instances: whole }, instances: [...of] },
  });
  // The numbers of a part are not known yet: room is kept for the longest they can be.
  const room = LARGEST_EVENT_BYTES - bytesOf(eventMessage(part(whole, whole, [])));
  const parts = fill(instances, room);
  return parts.map((of, index) => part(index + 1, parts.length, of));
};
