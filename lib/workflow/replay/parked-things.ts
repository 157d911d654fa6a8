import type { DecommissionEvent } from '../../../events/decommission.ts';
import { instancesOf } from '../../../events/instances.ts';
import { QUEUE_NAMES, type QueueName } from '../../../events/messages.ts';
import { parseEvent, parseWakeUp } from '../../../events/parse.ts';
import { instanceTargets } from '../../saga/controls.ts';
import { instanceOf } from '../../saga/instance.ts';
import type { Policy } from '../../saga/policy.ts';
import type { Saga } from '../../saga/saga.ts';
import { NewerSaga, listUnlessNewer } from '../records/saga-store.ts';
import type { Workflow } from '../workflow.ts';
import { type ParkedRow, listParked, readParkedBody } from './parked.ts';

/** What a parked message's text says, where it says anything. */
export type MessageContent =
  | { readonly kind: 'event'; readonly event: DecommissionEvent }
  | { readonly kind: 'wake-up'; readonly sagaId: string; readonly turn: number }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Something that was set aside and can be sent round again. */
export type ParkedThing =
  | { readonly kind: 'message'; readonly row: ParkedRow; readonly queue: QueueName; readonly body: string; readonly content: MessageContent }
  | { readonly kind: 'saga'; readonly saga: Saga };

/** The queue a row came from: on AWS its name carries the stage before it. */
const queueNamed = (name: string): QueueName => QUEUE_NAMES.find((known) => name === known || name.endsWith(`-${known}`)) ?? 'decommissions';

const contentOf = (queue: QueueName, body: string, { sources }: Pick<Policy, 'sources'>): MessageContent => {
  if (queue === 'decommissions') {
    const parsed = parseEvent(body, sources);
    return parsed.kind === 'parsed' ? { kind: 'event', event: parsed.value } : { kind: 'unreadable', why: parsed.problems.map(({ path, message }) => `${path} ${message}`.trim()).join('; ') };
  }
  const parsed = parseWakeUp(body);
  return parsed.kind === 'parsed' ? { kind: 'wake-up', ...parsed.value } : { kind: 'unreadable', why: parsed.problems.map(({ path, message }) => `${path} ${message}`.trim()).join('; ') };
};

const instancesIn = (thing: ParkedThing): string[] => {
  if (thing.kind === 'saga') return instanceTargets(thing.saga.instance);
  return thing.content.kind === 'event' ? instancesOf(thing.content.event).flatMap((named) => instanceTargets(instanceOf(named))) : [];
};

export type Trait = 'kind' | 'queue' | 'reason' | 'event' | 'source' | 'instance' | 'saga' | 'state';

/** What a thing can be found by, and what `parked` shows of it. */
export const traitsOf = (thing: ParkedThing): Readonly<Record<Trait, readonly string[]>> => {
  const instance = instancesIn(thing);
  if (thing.kind === 'saga') {
    const { sagaId, state, reason, events } = thing.saga;
    return { kind: ['saga'], queue: [], reason: [reason ?? ''], event: events.map(({ id }) => id), source: events.map(({ source }) => source), instance, saga: [sagaId], state: [state] };
  }
  const { content, queue, row } = thing;
  const event = content.kind === 'event' ? content.event : null;
  return {
    kind: ['message'],
    queue: [queue],
    reason: [row.message.reason],
    event: event === null ? [] : [event.id],
    source: event === null ? [] : [event.source],
    instance,
    saga: content.kind === 'wake-up' ? [content.sagaId] : [],
    state: [],
  };
};

/** Everything in which a text is looked for: a message's own text, a saga's ids, reasons and secrets. */
export const textsOf = (thing: ParkedThing): readonly string[] => [
  ...Object.values(traitsOf(thing)).flat(),
  ...(thing.kind === 'message' ? [thing.body] : [...Object.values(thing.saga.secrets).map(({ target }) => target.name), ...thing.saga.events.flatMap(({ reason }) => reason ?? [])]),
];

/** Since when a message has been waiting to be worked off, or a saga for a person (epoch ms). */
export const asideSince = (thing: ParkedThing): number =>
  thing.kind === 'saga' ? (thing.saga.finishedAt ?? thing.saga.startedAt) : (thing.row.message.sentAt ?? thing.row.message.parkedAt);

/** Parked messages first, then parked and refused sagas; each that a newer Probate wrote, and that may be either, as the error that says so. */
export async function* listParkedThings({ ledger }: Pick<Workflow, 'ledger'>, policy: Pick<Policy, 'sources'>): AsyncGenerator<ParkedThing | NewerSaga> {
  for await (const row of listParked(ledger)) {
    const queue = queueNamed(row.message.queue);
    const body = await readParkedBody(ledger, row);
    const content: MessageContent = body === null ? { kind: 'unreadable', why: 'part of its text is missing from the ledger' } : contentOf(queue, body, policy);
    yield { kind: 'message', row, queue, body: body ?? '', content };
  }
  for await (const stored of listUnlessNewer(ledger)) {
    if (stored instanceof NewerSaga) {
      yield stored;
      continue;
    }
    const { saga } = stored;
    if (saga.mode !== 'plan' && (saga.state === 'parked' || saga.state === 'refused')) yield { kind: 'saga', saga };
  }
}
