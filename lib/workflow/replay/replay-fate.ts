import type { DecommissionEvent } from '../../../events/decommission.ts';
import { instancesOf } from '../../../events/instances.ts';
import { SagaId } from '../../../events/messages.ts';
import { identityOf } from '../../saga/instance.ts';
import { isStale } from '../../saga/reopen.ts';
import { isTerminal } from '../../saga/saga.ts';
import { readGenerations, readSaga } from '../records/saga-store.ts';
import type { CloudlessParts } from '../workflow.ts';
import { type ParkedThing, asideSince } from './parked-things.ts';

export type ParkedMessageThing = Extract<ParkedThing, { kind: 'message' }>;

/** What became, or with a dry run would become, of one parked thing. */
export type Fate =
  | { readonly kind: 'sent' | 'reopened' | 'planned' | 'obsolete' }
  /** Sending it round would only bring it back; why. */
  | { readonly kind: 'stays'; readonly why: string };

/** When what an event tells of happened; one that says no time is as old as its message. */
const timeOf = (thing: ParkedMessageThing, { time }: DecommissionEvent): number => (time === undefined ? asideSince(thing) : Date.parse(time));

/** Whether later decommissions of every instance it names were settled meanwhile. */
const isSuperseded = async ({ ledger }: Pick<CloudlessParts, 'ledger'>, event: DecommissionEvent, time: number): Promise<boolean> => {
  for (const named of instancesOf(event)) {
    const generations = await readGenerations(ledger, identityOf(named));
    const latest = generations.findLast(({ saga }) => saga.mode !== 'plan')?.saga;
    if (latest === undefined || !isTerminal(latest) || latest.events.every((one) => one.time <= time)) return false;
  }
  return true;
};

const fateOfEvent = async (parts: CloudlessParts, thing: ParkedMessageThing, event: DecommissionEvent): Promise<Fate> => {
  const time = timeOf(thing, event);
  const isOld = isStale(time, parts.policy, parts.clock.now()) || (await isSuperseded(parts, event, time));
  return { kind: isOld ? 'planned' : 'sent' };
};

const fateOfWakeUp = async ({ ledger }: CloudlessParts, { sagaId, turn }: { readonly sagaId: string; readonly turn: number }): Promise<Fate> => {
  const stored = await readSaga(ledger, SagaId.parse(sagaId));
  if (stored === null) return { kind: 'stays', why: `the ledger holds no saga ${sagaId}` };
  // H62: a ledger that is older than its messages was brought back from a backup, and must not be acted from.
  if (turn > stored.saga.turn) return { kind: 'stays', why: `the ledger is older than this message: turn ${stored.saga.turn} against ${turn}` };
  return { kind: turn < stored.saga.turn ? 'obsolete' : 'sent' };
};

/** What is to become of a parked message: stale and superseded events are only planned (H16). */
export const fateOf = (parts: CloudlessParts, thing: ParkedMessageThing): Promise<Fate> => {
  const { content } = thing;
  switch (content.kind) {
    case 'unreadable':
      return Promise.resolve({ kind: 'stays', why: `it cannot be read: ${content.why}` });
    case 'event':
      return fateOfEvent(parts, thing, content.event);
    case 'wake-up':
      return fateOfWakeUp(parts, content);
  }
};
