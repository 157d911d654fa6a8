import type { DecommissionEvent } from '../../../events/decommission.ts';
import { instancesOf } from '../../../events/instances.ts';
import { eventMessage, splitEvent } from '../../../events/split.ts';
import { eventRefusal } from '../../saga/admission.ts';
import { dataDigest, recordEvent } from '../records/event-store.ts';
import type { CloudlessParts } from '../workflow.ts';

/**
 * Puts events on the decommissions queue, those over 1 MiB in numbered parts; answers all of them as they went on record. One over the
 * cap is refused whole right here: its parts could not be told from a smaller event's.
 */
export const sendEvents = async ({ queue, ledger, policy, clock }: Pick<CloudlessParts, 'queue' | 'ledger' | 'policy' | 'clock'>, events: readonly DecommissionEvent[]): Promise<DecommissionEvent[]> => {
  const sent: DecommissionEvent[] = [];
  const refused: DecommissionEvent[] = [];
  for (const event of events) {
    const now = clock.now();
    const instances = instancesOf(event).length;
    const refusal = eventRefusal({ time: now, instances: event.data.part?.instances ?? instances }, policy, now);
    if (refusal === null) sent.push(...splitEvent(event));
    else {
      await recordEvent(ledger, event, now, () => ({ digest: dataDigest(event), instances, accepted: false, reason: refusal }));
      refused.push(event);
    }
  }
  await queue.send(
    'decommissions',
    sent.map((event) => ({ body: eventMessage(event), delaySeconds: 0 })),
  );
  return [...sent, ...refused];
};
