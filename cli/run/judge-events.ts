import type { DecommissionEvent } from '../../events/decommission.ts';
import type { DecommissionedInstance } from '../../events/decommissioned-instance.ts';
import { instancesOf } from '../../events/instances.ts';
import { splitEvent } from '../../events/split.ts';
import { type Admission, admit } from '../../lib/saga/admission.ts';
import { identityOf } from '../../lib/saga/instance.ts';
import { type Policy, moreCareful } from '../../lib/saga/policy.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { type Judgement, REUSED, type SeenEvent, outcomeOfEvent, partOf, readEvent } from '../../lib/workflow/records/event-store.ts';
import { BY_NEWER, orNewer, readGenerations } from '../../lib/workflow/records/saga-store.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';

/** What events are judged on; no cloud. */
type Grounds = Pick<Workflow, 'ledger' | 'clock' | 'policy'>;

/** An event and what became of it at the door. */
export interface JudgedEvent {
  readonly event: DecommissionEvent;
  readonly judgement: Judgement;
}

/** Whether an event makes no more than plans, of which it leaves no trace but those. */
export const isPlanRun = (policy: Policy, { data }: DecommissionEvent): boolean => moreCareful(policy.mode, data.mode) === 'plan';

/** What would become of one instance if its event came now, or once more; `time` is when it came first, as far as that is on record. */
export const admissionNow = ({ clock, policy }: Pick<Grounds, 'clock' | 'policy'>, part: DecommissionEvent, named: DecommissionedInstance, generations: readonly Saga[], time?: number): Admission => {
  const { source, id, data } = part;
  const now = clock.now();
  const event = { source, id, part: partOf(part), time: time ?? (part.time === undefined ? now : Date.parse(part.time)) };
  return admit({ named, event, askedMode: data.mode, planOnly: false, generations }, policy, now);
};

/** How many instances of a message would still open or join a saga if it came once more: those it has not been taken in for. */
const countLeftOut = async (grounds: Grounds, part: DecommissionEvent, seen: SeenEvent | null): Promise<number> => {
  const isPlanned = isPlanRun(grounds.policy, part);
  const instances = instancesOf(part);
  // A plan run records no event; of any other nothing has begun before it is on record.
  if (!isPlanned && outcomeOfEvent(seen, part) === null) return instances.length;
  const isTakenIn = await Promise.all(
    instances.map(async (named) => {
      const generations = (await readGenerations(grounds.ledger, identityOf(named))).map(({ saga }) => saga);
      const again = admissionNow(grounds, part, named, generations, seen?.time);
      switch (again.kind) {
        case 'known':
        case 'refused':
          return true;
        case 'reopened':
          // What a plan run left is taken up by the event that carries it out, and by the next plan run.
          return again.saga.mode !== 'plan' || isPlanned;
        case 'opened':
        case 'joined':
          return false;
      }
    }),
  );
  return isTakenIn.filter((taken) => !taken).length;
};

/** For a `catch`: of an event, of whose sagas a newer Probate wrote one, nothing is told but that (H32); any other error is thrown on. */
export const leftToNewer = (error: unknown): Judgement => ({ accepted: false, reason: `newer-saga: ${orNewer(error).sagaId} ${BY_NEWER}: look with that one what became of this event` });

/** One judgement for an event however many parts it was sent in; one over the cap was refused whole. */
const judgementOf = async (grounds: Grounds, event: DecommissionEvent): Promise<Judgement> => {
  const seen = await readEvent(grounds.ledger, event);
  const whole = outcomeOfEvent(seen, event);
  if (whole !== null && !whole.accepted && whole.reason !== REUSED) return whole;
  const parts = splitEvent(event);
  const refused = parts.map((part) => outcomeOfEvent(seen, part)).find((part) => part?.accepted === false);
  if (refused != null) return refused;
  let leftOut = 0;
  for (const part of parts) leftOut += await countLeftOut(grounds, part, seen);
  if (leftOut === 0) return { accepted: true, reason: null };
  return { accepted: false, reason: `not-taken-in: ${leftOut} of its ${instancesOf(event).length} instances have no saga: look for its message with npx probate parked, mend what it says, then npx probate replay` };
};

/** What the ledger says became of events that were sent: an event is accepted only when it is on record and each of its instances has its saga, one that can be read. */
export const judgedBy = (grounds: Grounds, events: readonly DecommissionEvent[]): Promise<JudgedEvent[]> =>
  Promise.all(events.map(async (event) => ({ event, judgement: await judgementOf(grounds, event).catch(leftToNewer) })));
