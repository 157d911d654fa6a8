import type { DecommissionEvent } from '../../../events/decommission.ts';
import type { DecommissionedInstance } from '../../../events/decommissioned-instance.ts';
import { instancesOf } from '../../../events/instances.ts';
import { CloudSettingsRefused } from '../../clouds/settings-problem.ts';
import { type Admission, admit } from '../../saga/admission.ts';
import { identityOf } from '../../saga/instance.ts';
import { moreCareful } from '../../saga/policy.ts';
import { type EventName, type Saga, isTerminal } from '../../saga/saga.ts';
import { noteNeed } from '../needs/notices.ts';
import { amend } from '../records/amend.ts';
import { type Judgement, type SeenEvent, type SeenPart, dataDigest, outcomeOfEvent, partOf, readEvent, recordEvent } from '../records/event-store.ts';
import { isPreviousOpen } from '../records/generations.ts';
import { NewerSaga, type StoredSaga, orNewer, readGenerations, unwritten, writeSaga } from '../records/saga-store.ts';
import { tellFacts, tellOpened } from '../telling.ts';
import type { TimeLeft } from '../time-left.ts';
import { advance } from '../turn/advance.ts';
import { wakeAll } from '../wake-up.ts';
import type { CloudlessParts, Workflow } from '../workflow.ts';
import { judgePart, timeOfEvent } from './judge-part.ts';

/** So many instances of one event are admitted at a time: they share one list of their project. */
const AT_ONCE = 100;
const LARGEST_CONTENTION = 50;

/** How a saga that an event opens comes into the ledger; null when somebody else opened it first, and then nothing of it has happened. */
export type Open = (opened: StoredSaga) => Promise<Saga | null>;

/** As it was received, to be planned by whoever is woken for it. */
const openReceived =
  ({ ledger, clock, telemetry }: CloudlessParts): Open =>
  async (opened) => {
    const stored = await writeSaga(ledger, opened, null, clock.now());
    if (stored !== null) tellOpened(telemetry, stored.saga);
    return stored?.saga ?? null;
  };

/** With its plan taken already, so that planning costs neither a message nor a write of its own; as received where there are no credentials to plan with. */
export const openPlanned = (workflow: Workflow, timeLeft: TimeLeft): Open => {
  const openUnplanned = openReceived(workflow);
  return async (opened) => {
    try {
      const advanced = await advance(workflow, opened, timeLeft, await isPreviousOpen(workflow.ledger, opened.saga), 'plan');
      if (advanced.kind === 'taken') return null;
      await noteNeed(workflow.ledger, advanced.stored.saga, workflow.clock.now());
      return advanced.stored.saga;
    } catch (error) {
      if (error instanceof CloudSettingsRefused) return openUnplanned(opened);
      throw error;
    }
  };
};

type Admitted = { readonly kind: 'saga'; readonly saga: Saga; readonly toWake: boolean } | { readonly kind: 'refused'; readonly reason: string };

const carryOut = async ({ ledger, clock, telemetry }: CloudlessParts, open: Open, admission: Admission): Promise<Admitted | 'again'> => {
  switch (admission.kind) {
    case 'opened': {
      const saga = await open(unwritten(admission.fact));
      return saga === null ? 'again' : { kind: 'saga', saga, toWake: true };
    }
    case 'reopened':
    case 'joined': {
      const { saga, fact } = admission;
      const amended = await amend(ledger, saga.sagaId, clock.now(), (stored) => (stored.saga.turn === saga.turn && stored.saga.state === saga.state ? [fact] : []));
      if (amended === null || !amended.changed) return 'again';
      tellFacts(telemetry, saga, [fact]);
      return { kind: 'saga', saga: amended.stored.saga, toWake: admission.kind === 'reopened' };
    }
    case 'known':
      // A crash between the saga's write and its first message leaves it without one.
      return { kind: 'saga', saga: admission.saga, toWake: !isTerminal(admission.saga) };
    case 'refused':
      return admission;
  }
};

interface Intake {
  readonly parts: CloudlessParts;
  readonly open: Open;
  readonly event: EventName;
  readonly document: DecommissionEvent;
  readonly planOnly: boolean;
}

const admitInstance = async ({ parts, open, event, document: { data }, planOnly }: Intake, named: DecommissionedInstance): Promise<Admitted> => {
  const { ledger, clock, policy } = parts;
  for (let tries = 0; tries < LARGEST_CONTENTION; tries += 1) {
    const generations = (await readGenerations(ledger, identityOf(named))).map(({ saga }) => saga);
    const admitted = await carryOut(parts, open, admit({ named, event, askedMode: data.mode, planOnly, generations }, policy, clock.now()));
    if (admitted !== 'again') return admitted;
  }
  throw new Error(`the sagas of ${identityOf(named)} were written by others ${LARGEST_CONTENTION} times in a row`);
};

/** All of them, though a newer Probate wrote the sagas of some: those are answered as what they are, and left to it (H32). */
const admitAll = async (intake: Intake): Promise<(Admitted | NewerSaga)[]> => {
  const admitted: (Admitted | NewerSaga)[] = [];
  const instances = instancesOf(intake.document);
  for (let from = 0; from < instances.length; from += AT_ONCE) {
    const some = instances.slice(from, from + AT_ONCE);
    admitted.push(...(await Promise.all(some.map((named) => admitInstance(intake, named).catch(orNewer)))));
  }
  return admitted;
};

export interface TakeInOptions {
  readonly open?: Open;
  readonly planOnly?: boolean;
}

/**
 * Takes one event in: judged as a whole, then one saga per instance is opened, joined or reopened, and woken. Every step
 * may be repeated, so a crash in between is mended by the message's next delivery. `planOnly` asks for plans alone and
 * records nothing of the event, so that what it refuses can be run once the policy allows it. Rejects with NewerSaga, once
 * all other instances are taken in, where a newer Probate wrote the saga of one.
 */
export const takeIn = async (parts: CloudlessParts, event: DecommissionEvent, { open = openReceived(parts), planOnly = false }: TakeInOptions = {}): Promise<Judgement> => {
  const { ledger, queue, clock, policy } = parts;
  const seen = await readEvent(ledger, event);
  const known = outcomeOfEvent(seen, event);
  if (known !== null && !known.accepted) return known;
  const time = timeOfEvent(event, seen, clock.now());
  const judge = (before: SeenEvent | null): SeenPart => judgePart(event, before, policy, clock.now());
  const refuse = async (reason: string): Promise<Judgement> => {
    if (!planOnly) await recordEvent(ledger, event, time, () => ({ digest: dataDigest(event), instances: instancesOf(event).length, accepted: false, reason }));
    return { accepted: false, reason };
  };
  const isPlanRun = planOnly || moreCareful(policy.mode, event.data.mode) === 'plan';
  if (known === null && isPlanRun) {
    const { reason } = judge(seen);
    if (reason !== null) return refuse(reason);
  }
  if (known === null && !isPlanRun) {
    // Judged as it is written: only there do parts that come at the same moment see each other.
    const recorded = outcomeOfEvent(await recordEvent(ledger, event, time, judge), event);
    if (recorded !== null && !recorded.accepted) return recorded;
  }
  const { reason } = event.data;
  const name: EventName = { source: event.source, id: event.id, part: partOf(event), time, ...(reason === undefined ? {} : { reason }) };
  const met = await admitAll({ parts, open, event: name, document: event, planOnly });
  const admitted = met.flatMap((one) => (one instanceof NewerSaga ? [] : [one]));
  await wakeAll(queue, admitted.flatMap((one) => (one.kind === 'saga' && one.toWake ? [one.saga] : [])), clock.now());
  for (const one of met) if (one instanceof NewerSaga) throw one;
  const refused = admitted.find((one) => one.kind === 'refused');
  return refused === undefined || admitted.some(({ kind }) => kind === 'saga') ? { accepted: true, reason: null } : refuse(refused.reason);
};
