import { type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { awaitsPerson } from '../../lib/saga/waits.ts';
import { readControls } from '../../lib/workflow/records/controls.ts';
import { NewerSaga, listUnlessNewer } from '../../lib/workflow/records/saga-store.ts';
import { countDeadLetters } from '../../lib/workflow/replay/dead-letters.ts';
import { listParked } from '../../lib/workflow/replay/parked.ts';
import { type SagaResult, sagaResult, totalsOf } from '../../lib/workflow/result.ts';
import type { Store } from '../../lib/workflow/workflow.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import type { JudgedEvent } from './judge-events.ts';
import type { Place } from './place.ts';

/** One event and whether it was accepted; `reason` is null when it was. */
export interface EventResult {
  readonly id: string;
  readonly source: string;
  readonly accepted: boolean;
  readonly reason: string | null;
}

/** What `run` and `plan` print with --json (interfaces.md, Result). */
export interface RunResult {
  readonly clouds: Place['clouds'];
  readonly events: readonly EventResult[];
  readonly sagas: readonly SagaResult[];
  readonly totals: ReturnType<typeof totalsOf>;
  /** Messages that were set aside meanwhile, dead letters included. */
  readonly parkedMessages: number;
  /** Ids of sagas that a newer Probate wrote: what they are at is not for this one to tell (H32). */
  readonly newer: readonly string[];
}

/** How things stood when a command began. */
export interface Outset {
  /** Epoch ms. */
  readonly at: number;
  readonly deadLetters: number;
}

/** How things stand before anything is sent. */
export const outsetOf = async ({ clock, queue }: Pick<Store, 'clock' | 'queue'>): Promise<Outset> => ({ at: clock.now(), deadLetters: await countDeadLetters(queue) });

const isNamedBy = (saga: Saga, judged: readonly JudgedEvent[]): boolean =>
  judged.some(({ event }) => saga.events.some(({ source, id }) => source === event.source && id === event.id));

const countParkedSince = async ({ ledger, queue }: Store, outset: Outset): Promise<number> => {
  let parked = 0;
  for await (const { message } of listParked(ledger)) if (message.parkedAt >= outset.at) parked += 1;
  return parked + Math.max(0, (await countDeadLetters(queue)) - outset.deadLetters);
};

/** Sagas that were open before, were opened or touched by these events, or were worked on meanwhile; and what could not be worked off. */
export const resultOf = async ({ workflow, clouds }: Pick<Place, 'clouds'> & { readonly workflow: Store }, judged: readonly JudgedEvent[], outset: Outset): Promise<RunResult> => {
  const controls = await readControls(workflow.ledger);
  const sagas: SagaResult[] = [];
  const newer: string[] = [];
  for await (const stored of listUnlessNewer(workflow.ledger)) {
    if (stored instanceof NewerSaga) {
      newer.push(stored.sagaId);
      continue;
    }
    const { saga } = stored;
    const concerns = !isTerminal(saga) || (saga.finishedAt ?? 0) >= outset.at || isNamedBy(saga, judged);
    if (concerns) sagas.push(sagaResult(saga, controls, workflow.clock.now()));
  }
  const events = judged.map(({ event: { id, source }, judgement: { accepted, reason } }): EventResult => ({ id, source, accepted, reason }));
  return { clouds, events, sagas, totals: totalsOf(sagas), parkedMessages: await countParkedSince(workflow, outset), newer };
};

const NEEDS_PERSON: ReadonlySet<SagaResult['state']> = new Set(['restored', 'refused', 'parked', 'compensation-failed']);

/** Whether one saga goes on, or is done with, only after somebody acted. */
export const needsPerson = ({ state, hold, reason, finishedAt }: SagaResult): boolean =>
  NEEDS_PERSON.has(state) || hold !== null || (finishedAt === null && awaitsPerson(reason ?? ''));

/** 3 when something needs a person, an event was not accepted, a message was set aside or a saga cannot be read, else 0. */
export const exitCodeOf = ({ events, sagas, parkedMessages, newer }: Pick<RunResult, 'events' | 'sagas' | 'parkedMessages' | 'newer'>): ExitCode =>
  parkedMessages + newer.length > 0 || sagas.some(needsPerson) || events.some(({ accepted }) => !accepted) ? EXIT.needsPerson : EXIT.settled;
