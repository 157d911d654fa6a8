import type { DecommissionEvent } from '../../events/decommission.ts';
import { splitEvent } from '../../events/split.ts';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { type Judgement, REUSED, outcomeOfEvent, readEvent } from '../../lib/workflow/event-store.ts';
import { type SagaResult, sagaResult, totalsOf } from '../../lib/workflow/result.ts';
import { listSagas } from '../../lib/workflow/saga-store.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import type { Place } from './place.ts';

/** One event and whether it was accepted; `reason` is null when it was. */
export interface EventResult {
  readonly id: string;
  readonly source: string;
  readonly accepted: boolean;
  readonly reason: string | null;
}

/** What `run`, `plan` and `undo` print with --json (interfaces.md, Result). */
export interface RunResult {
  readonly clouds: Place['clouds'];
  readonly events: readonly EventResult[];
  readonly sagas: readonly SagaResult[];
  readonly totals: ReturnType<typeof totalsOf>;
}

/** An event and what became of it at the door. */
export interface JudgedEvent {
  readonly event: DecommissionEvent;
  readonly judgement: Judgement;
}

/** One judgement for an event however many parts it was sent in; one over the cap was refused whole. */
const judgementOf = async ({ ledger }: Pick<Workflow, 'ledger'>, event: DecommissionEvent): Promise<Judgement> => {
  const seen = await readEvent(ledger, event);
  const whole = outcomeOfEvent(seen, event);
  if (whole !== null && !whole.accepted && whole.reason !== REUSED) return whole;
  const parts = splitEvent(event).map((part) => outcomeOfEvent(seen, part));
  // In plan mode an accepted event is not recorded, so having no record means that nothing spoke against it.
  return parts.find((part) => part?.accepted === false) ?? { accepted: true, reason: null };
};

/** What the ledger says became of events that were sent. */
export const judgedBy = (workflow: Pick<Workflow, 'ledger'>, events: readonly DecommissionEvent[]): Promise<JudgedEvent[]> =>
  Promise.all(events.map(async (event) => ({ event, judgement: await judgementOf(workflow, event) })));

const isNamedBy = (saga: Saga, judged: readonly JudgedEvent[]): boolean =>
  judged.some(({ event }) => saga.events.some(({ source, id }) => source === event.source && id === event.id));

/** Where a result is read, and which clouds it tells of. */
type Desk = Pick<Place, 'clouds'> & { readonly workflow: Pick<Workflow, 'ledger' | 'clock'> };

/** Sagas that were open before, were opened or touched by these events, or were worked on meanwhile. */
export const resultOf = async (place: Desk, judged: readonly JudgedEvent[], since: number): Promise<RunResult> => {
  const { workflow, clouds } = place;
  const sagas: SagaResult[] = [];
  for await (const { saga } of listSagas(workflow.ledger)) {
    const concerns = !isTerminal(saga) || (saga.finishedAt ?? 0) >= since || isNamedBy(saga, judged);
    if (concerns) sagas.push(sagaResult(saga, workflow.clock.now()));
  }
  const events = judged.map(({ event: { id, source }, judgement: { accepted, reason } }): EventResult => ({ id, source, accepted, reason }));
  return { clouds, events, sagas, totals: totalsOf(sagas) };
};

const NEEDS_PERSON: ReadonlySet<SagaResult['state']> = new Set(['restored', 'refused', 'parked', 'compensation-failed']);
/** Open sagas that go on only after somebody acted, or may not without that. */
const AWAITS_PERSON = /^(approval|held|paused|credentials-refused|not-cancelled)/;

/** 3 when something needs a person or an event was not accepted, else 0. */
export const exitCodeOf = ({ events, sagas }: Pick<RunResult, 'events' | 'sagas'>): ExitCode => {
  const person = sagas.some(({ state, hold, reason, finishedAt }) => NEEDS_PERSON.has(state) || hold !== null || (finishedAt === null && AWAITS_PERSON.test(reason ?? '')));
  return person || events.some(({ accepted }) => !accepted) ? EXIT.needsPerson : EXIT.settled;
};
