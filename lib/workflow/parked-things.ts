import type { DecommissionEvent } from '../../events/decommission.ts';
import { instancesOf } from '../../events/instances.ts';
import { QUEUE_NAMES, type QueueName } from '../../events/messages.ts';
import { nearest } from '../../events/nearest.ts';
import { parseEvent, parseWakeUp } from '../../events/parse.ts';
import { instanceTargets } from '../saga/controls.ts';
import { matchesGlob } from '../saga/glob.ts';
import { instanceOf } from '../saga/instance.ts';
import type { Policy } from '../saga/policy.ts';
import type { Saga } from '../saga/saga.ts';
import { type ParkedRow, listParked, readParkedBody } from './parked.ts';
import { listSagas } from './saga-store.ts';
import type { Workflow } from './workflow.ts';

/** What a parked message's text says, where it says anything. */
export type Content =
  | { readonly kind: 'event'; readonly event: DecommissionEvent }
  | { readonly kind: 'wake-up'; readonly sagaId: string; readonly turn: number }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Something that was set aside and can be sent round again. */
export type ParkedThing =
  | { readonly kind: 'message'; readonly row: ParkedRow; readonly queue: QueueName; readonly body: string; readonly content: Content }
  | { readonly kind: 'saga'; readonly saga: Saga };

/** By what parked things can be told apart (`--filter K=V`). */
export const FILTER_KEYS = ['kind', 'queue', 'reason', 'event', 'source', 'instance', 'saga', 'state'] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];
export type Filters = readonly { readonly key: FilterKey; readonly pattern: string }[];

/** One filter as people write it, `reason=too-*`; `problem` says what is wrong with it. */
export const parseFilter = (text: string): { readonly filter: Filters[number] } | { readonly problem: string } => {
  const [, word = '', pattern = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const key = FILTER_KEYS.find((known) => known === word);
  if (key === undefined) {
    const near = nearest(word === '' ? text : word, FILTER_KEYS);
    return { problem: `${near === null ? '' : `did you mean ${near}? `}give it as KEY=PATTERN; the keys are ${FILTER_KEYS.join(', ')}` };
  }
  return pattern === '' ? { problem: `give a pattern after ${key}=, such as ${key}=*` } : { filter: { key, pattern } };
};

/** The queue a row came from: on AWS its name carries the stage before it. */
const queueNamed = (name: string): QueueName => QUEUE_NAMES.find((known) => name === known || name.endsWith(`-${known}`)) ?? 'decommissions';

const contentOf = (queue: QueueName, body: string, { sources }: Pick<Policy, 'sources'>): Content => {
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

/** Everything a thing can be found by, and what `parked` shows of it. */
export const traitsOf = (thing: ParkedThing): Readonly<Record<FilterKey, readonly string[]>> => {
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

const passes = (thing: ParkedThing, filters: Filters): boolean => {
  const traits = traitsOf(thing);
  return filters.every(({ key, pattern }) => traits[key].some((trait) => matchesGlob(pattern, trait)));
};

/** Parked messages first, then parked and refused sagas; those that pass every filter. */
export async function* listParkedThings({ ledger }: Pick<Workflow, 'ledger'>, policy: Pick<Policy, 'sources'>, filters: Filters): AsyncGenerator<ParkedThing> {
  for await (const row of listParked(ledger)) {
    const queue = queueNamed(row.message.queue);
    const body = await readParkedBody(ledger, row);
    const content: Content = body === null ? { kind: 'unreadable', why: 'part of its text is missing from the ledger' } : contentOf(queue, body, policy);
    const thing: ParkedThing = { kind: 'message', row, queue, body: body ?? '', content };
    if (passes(thing, filters)) yield thing;
  }
  for await (const { saga } of listSagas(ledger)) {
    const thing: ParkedThing = { kind: 'saga', saga };
    const isAside = saga.mode !== 'plan' && (saga.state === 'parked' || saga.state === 'refused');
    if (isAside && passes(thing, filters)) yield thing;
  }
}
