import type { DecommissionEvent } from '../../events/decommission.ts';
import { instancesOf } from '../../events/instances.ts';
import { identityOf } from '../../lib/saga/instance.ts';
import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { outcomeOfEvent, partOf, readEvent } from '../../lib/workflow/event-store.ts';
import { type SagaResult, sagaResult, totalsOf } from '../../lib/workflow/result.ts';
import { listSagas } from '../../lib/workflow/saga-store.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import type { Place } from './place.ts';

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

const eventResult = async ({ ledger }: Workflow, event: DecommissionEvent): Promise<EventResult> => {
  const outcome = outcomeOfEvent(await readEvent(ledger, event), event);
  // A plan run records no event, so having no record means that nothing spoke against it.
  return { id: event.id, source: event.source, accepted: outcome?.accepted ?? true, reason: outcome?.reason ?? null };
};

const isNamedBy = (saga: Saga, events: readonly DecommissionEvent[], identities: ReadonlySet<string>): boolean =>
  events.some((event) => saga.events.some(({ source, id, part }) => source === event.source && id === event.id && part === partOf(event))) ||
  (saga.events.length === 0 && identities.has(saga.sagaId.slice(0, saga.sagaId.lastIndexOf('#'))));

/** Sagas that were open before, were opened or touched by these events, or were worked on meanwhile. */
export const resultOf = async (place: Place, events: readonly DecommissionEvent[], since: number): Promise<RunResult> => {
  const { workflow, clouds } = place;
  const identities = new Set(events.flatMap(instancesOf).map(identityOf));
  const sagas: SagaResult[] = [];
  for await (const { saga } of listSagas(workflow.ledger)) {
    const concerns = !isTerminal(saga) || (saga.finishedAt ?? 0) >= since || isNamedBy(saga, events, identities);
    if (concerns) sagas.push(sagaResult(saga, workflow.clock.now()));
  }
  const told = await Promise.all(events.map((event) => eventResult(workflow, event)));
  return { clouds, events: told, sagas, totals: totalsOf(sagas) };
};

const NEEDS_PERSON: ReadonlySet<SagaResult['state']> = new Set(['restored', 'refused', 'parked', 'compensation-failed']);
/** Open sagas that go on only after somebody acted. */
const AWAITS_PERSON = /^(held|paused|credentials-refused)/;

export const exitCodeOf = ({ events, sagas }: Pick<RunResult, 'events' | 'sagas'>): ExitCode => {
  const person = sagas.some(({ state, hold, reason, finishedAt }) => NEEDS_PERSON.has(state) || hold !== null || (finishedAt === null && AWAITS_PERSON.test(reason ?? '')));
  return person || events.some(({ accepted }) => !accepted) ? EXIT.needsPerson : EXIT.settled;
};
