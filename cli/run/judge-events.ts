import type { DecommissionEvent } from '../../events/decommission.ts';
import { instancesOf } from '../../events/instances.ts';
import { splitEvent } from '../../events/split.ts';
import { admit } from '../../lib/saga/admission.ts';
import { identityOf } from '../../lib/saga/instance.ts';
import { moreCareful } from '../../lib/saga/policy.ts';
import { type Judgement, REUSED, type SeenEvent, outcomeOfEvent, partOf, readEvent } from '../../lib/workflow/event-store.ts';
import { readGenerations } from '../../lib/workflow/saga-store.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';

/** What the judging of events needs; no cloud. */
type Bench = Pick<Workflow, 'ledger' | 'clock' | 'policy'>;

/** An event and what became of it at the door. */
export interface JudgedEvent {
  readonly event: DecommissionEvent;
  readonly judgement: Judgement;
}

/** How many instances of a message would still open or join a saga if it came once more: those it has not been taken in for. */
const countLeftOut = async ({ ledger, clock, policy }: Bench, part: DecommissionEvent, seen: SeenEvent | null): Promise<number> => {
  const { source, id, data, time } = part;
  const isPlanRun = moreCareful(policy.mode, data.mode) === 'plan';
  const instances = instancesOf(part);
  // A plan run records no event; of any other nothing has begun before it is on record.
  if (!isPlanRun && outcomeOfEvent(seen, part) === null) return instances.length;
  const now = clock.now();
  const event = { source, id, part: partOf(part), time: seen?.time ?? (time === undefined ? now : Date.parse(time)) };
  const isTakenIn = await Promise.all(
    instances.map(async (named) => {
      const generations = (await readGenerations(ledger, identityOf(named))).map(({ saga }) => saga);
      const again = admit({ named, event, askedMode: data.mode, planOnly: false, generations }, policy, now);
      switch (again.kind) {
        case 'known':
        case 'refused':
          return true;
        case 'reopened':
          // What a plan run left is taken up by the event that carries it out, and by the next plan run.
          return again.saga.mode !== 'plan' || isPlanRun;
        case 'opened':
        case 'joined':
          return false;
      }
    }),
  );
  return isTakenIn.filter((taken) => !taken).length;
};

/** One judgement for an event however many parts it was sent in; one over the cap was refused whole. */
const judgementOf = async (bench: Bench, event: DecommissionEvent): Promise<Judgement> => {
  const seen = await readEvent(bench.ledger, event);
  const whole = outcomeOfEvent(seen, event);
  if (whole !== null && !whole.accepted && whole.reason !== REUSED) return whole;
  const parts = splitEvent(event);
  const refused = parts.map((part) => outcomeOfEvent(seen, part)).find((part) => part?.accepted === false);
  if (refused != null) return refused;
  let leftOut = 0;
  for (const part of parts) leftOut += await countLeftOut(bench, part, seen);
  if (leftOut === 0) return { accepted: true, reason: null };
  return { accepted: false, reason: `not-taken-in: ${leftOut} of its ${instancesOf(event).length} instances have no saga: look for its message with npx probate parked, mend what it says, then npx probate replay` };
};

/** What the ledger says became of events that were sent: accepted is one only when it is on record and each of its instances has its saga. */
export const judgedBy = (bench: Bench, events: readonly DecommissionEvent[]): Promise<JudgedEvent[]> =>
  Promise.all(events.map(async (event) => ({ event, judgement: await judgementOf(bench, event) })));
