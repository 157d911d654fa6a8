import { instancesOf } from '../../../events/instances.ts';
import { parseEvent, parseWakeUp } from '../../../events/parse.ts';
import type { Subject } from '../../ports/telemetry.ts';
import { instanceOf } from '../../saga/instance.ts';
import type { Policy } from '../../saga/policy.ts';
import { readSaga } from '../records/saga-store.ts';
import type { CloudlessParts } from '../workflow.ts';

/** What a message is about, so that a line about it can be found: the saga it wakes, or the event it carries; null when its text tells neither. */
export const subjectOfMessage = async ({ ledger, policy }: Pick<CloudlessParts, 'ledger'> & { readonly policy: Pick<Policy, 'sources'> }, body: string): Promise<Subject | null> => {
  const wakeUp = parseWakeUp(body);
  if (wakeUp.kind === 'parsed') {
    const { sagaId } = wakeUp.value;
    // The ledger may be what failed.
    const stored = await readSaga(ledger, sagaId).catch(() => null);
    return stored?.saga ?? { sagaId, events: [] };
  }
  const event = parseEvent(body, policy.sources);
  if (event.kind === 'refused') return null;
  const [first, ...others] = instancesOf(event.value).map(instanceOf);
  return { ...(first === undefined || others.length > 0 ? {} : { instance: first }), events: [event.value] };
};
