import type { DecommissionEvent, DecommissionedInstance } from '../../events/decommission.ts';
import { instancesOf } from '../../events/instances.ts';
import { type Admission, admit, eventRefusal } from '../saga/admission.ts';
import { identityOf } from '../saga/instance.ts';
import { moreCareful } from '../saga/policy.ts';
import { type EventName, type Saga, isTerminal } from '../saga/saga.ts';
import { amend } from './amend.ts';
import { type Judgement, type SeenEvent, dataDigest, outcomeOfEvent, partOf, readEvent, recordEvent } from './event-store.ts';
import { readGenerations, unwritten, writeSaga } from './saga-store.ts';
import { tellFacts } from './telling.ts';
import { wake } from './wake-up.ts';
import type { Office } from './workflow.ts';

/** So many instances of one event are admitted at a time. */
const AT_ONCE = 10;
const LARGEST_CONTENTION = 50;

type Admitted = { readonly kind: 'saga'; readonly saga: Saga; readonly isNew: boolean } | { readonly kind: 'refused'; readonly reason: string };

const carryOut = async ({ ledger, clock, telemetry }: Office, admission: Admission): Promise<Admitted | 'again'> => {
  switch (admission.kind) {
    case 'opened': {
      const stored = await writeSaga(ledger, unwritten(admission.fact), null, clock.now());
      if (stored === null) return 'again';
      telemetry.tell({ kind: 'reached', state: stored.saga.state, from: null, reason: null }, stored.saga);
      return { kind: 'saga', saga: stored.saga, isNew: true };
    }
    case 'reopened':
    case 'joined': {
      const { saga, fact } = admission;
      const amended = await amend(ledger, saga.sagaId, clock.now(), (stored) => (stored.saga.turn === saga.turn && stored.saga.state === saga.state ? [fact] : []));
      if (amended === null || !amended.changed) return 'again';
      tellFacts(telemetry, saga, [fact]);
      return { kind: 'saga', saga: amended.stored.saga, isNew: admission.kind === 'reopened' };
    }
    case 'known':
      // A crash between the saga's write and its first message leaves it without one.
      return { kind: 'saga', saga: admission.saga, isNew: admission.saga.wait === null && !isTerminal(admission.saga) };
    case 'refused':
      return admission;
  }
};

const admitInstance = async (workflow: Office, named: DecommissionedInstance, event: EventName, { data }: DecommissionEvent, planOnly: boolean): Promise<Admitted> => {
  const { ledger, clock, policy } = workflow;
  for (let tries = 0; tries < LARGEST_CONTENTION; tries += 1) {
    const generations = (await readGenerations(ledger, identityOf(named))).map(({ saga }) => saga);
    const admitted = await carryOut(workflow, admit({ named, event, askedMode: data.mode, planOnly, generations }, policy, clock.now()));
    if (admitted !== 'again') return admitted;
  }
  throw new Error(`the sagas of ${identityOf(named)} were written by others ${LARGEST_CONTENTION} times in a row`);
};

const admitAll = async (workflow: Office, event: EventName, document: DecommissionEvent, planOnly: boolean): Promise<Admitted[]> => {
  const admitted: Admitted[] = [];
  const instances = instancesOf(document);
  for (let from = 0; from < instances.length; from += AT_ONCE) {
    const some = instances.slice(from, from + AT_ONCE);
    admitted.push(...(await Promise.all(some.map((named) => admitInstance(workflow, named, event, document, planOnly)))));
  }
  return admitted;
};

/** Instances of the whole event: a part of ours says so, of another sender's the parts seen so far are added up. */
const wholeCount = ({ data }: DecommissionEvent, own: number, seen: SeenEvent | null): number => {
  if (data.part === undefined) return own;
  const others = Object.entries(seen?.parts ?? {}).filter(([index]) => index !== String(data.part?.index));
  return data.part.instances ?? others.reduce((sum, [, { instances }]) => sum + instances, own);
};

/**
 * Takes one event in: judged as a whole, then one saga per instance is opened, joined or reopened, and woken. Every step
 * may be repeated, so a crash in between is mended by the message's next delivery. `planOnly` asks for plans alone and
 * records nothing of the event, so that what it refuses can be run once the policy allows it.
 */
export const takeIn = async (workflow: Office, event: DecommissionEvent, planOnly = false): Promise<Judgement> => {
  const { ledger, queue, clock, policy } = workflow;
  const seen = await readEvent(ledger, event);
  const known = outcomeOfEvent(seen, event);
  if (known !== null && !known.accepted) return known;
  const time = seen?.time ?? (event.time === undefined ? clock.now() : Date.parse(event.time));
  const instances = instancesOf(event).length;
  const part = { digest: dataDigest(event), instances };
  const refusal = eventRefusal({ time, instances: wholeCount(event, instances, seen) }, policy, clock.now());
  const refuse = async (reason: string): Promise<Judgement> => {
    if (!planOnly) await recordEvent(ledger, event, time, { ...part, accepted: false, reason });
    return { accepted: false, reason };
  };
  if (known === null && refusal !== null) return refuse(refusal);
  const isPlanRun = planOnly || moreCareful(policy.mode, event.data.mode) === 'plan';
  if (known === null && !isPlanRun) {
    const recorded = outcomeOfEvent(await recordEvent(ledger, event, time, { ...part, accepted: true, reason: null }), event);
    if (recorded !== null && !recorded.accepted) return recorded;
  }
  const { reason } = event.data;
  const name: EventName = { source: event.source, id: event.id, part: partOf(event), time, ...(reason === undefined ? {} : { reason }) };
  const admitted = await admitAll(workflow, name, event, planOnly);
  for (const one of admitted) if (one.kind === 'saga' && one.isNew) await wake(queue, one.saga, 0);
  const refused = admitted.find((one) => one.kind === 'refused');
  return refused === undefined || admitted.some(({ kind }) => kind === 'saga') ? { accepted: true, reason: null } : refuse(refused.reason);
};
