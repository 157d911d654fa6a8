import type * as z from 'zod/mini';
import { type TraceSource, eventOfTrace, isTrace } from './cts.ts';
import { DecommissionEvent } from './decommission.ts';
import { unwrap } from './envelope.ts';
import { readJson } from './json.ts';
import { WakeUp } from './messages.ts';
import { type Parsed, type Problem, validate } from './problems.ts';

const parseJson = (text: string, file: string): Parsed<unknown> => {
  const json = readJson(text);
  if (json.kind === 'value') return { kind: 'parsed', value: json.value };
  const problem: Problem =
    text.trim() === ''
      ? { file, path: '', message: 'is empty', remedy: 'write one JSON document into it' }
      : { file, path: '', message: json.message, remedy: json.remedy };
  return { kind: 'refused', problems: [problem] };
};

/** JSON text to a value of the schema, or every problem found, each named by `file` and field; it never throws. */
export const parseDocument = <T>(schema: z.ZodMiniType<T>, text: string, file: string): Parsed<T> => {
  const json = parseJson(text, file);
  return json.kind === 'refused' ? json : validate(schema, json.value, file);
};

/** What the policy says of native events: without a source they are refused. */
export interface Sources {
  readonly cts?: TraceSource | undefined;
}

const parseOne = (document: unknown, file: string, path: string, { cts }: Sources): Parsed<DecommissionEvent> => {
  const inner = unwrap(document, file, path);
  if (inner.kind === 'refused') return inner;
  if (isTrace(inner.value.document)) return eventOfTrace(inner.value.document, cts, file, inner.value.path);
  return validate(DecommissionEvent, inner.value.document, file, inner.value.path);
};

/**
 * A file's text (one event, or an array of events; each may stand in an SNS or EventBridge envelope, or be a CTS trace) to
 * its events in order, or the problems of all of them; it never throws (interfaces.md, Event).
 */
export const parseEvents = (text: string, file: string, sources: Sources = {}): Parsed<readonly DecommissionEvent[]> => {
  const json = parseJson(text, file);
  if (json.kind === 'refused') return json;
  if (!Array.isArray(json.value)) {
    const one = parseOne(json.value, file, '', sources);
    return one.kind === 'refused' ? one : { kind: 'parsed', value: [one.value] };
  }
  const documents: readonly unknown[] = json.value;
  if (documents.length === 0) return { kind: 'refused', problems: [{ file, path: '', message: 'holds no event', remedy: 'write one event, or an array of events' }] };
  const all = documents.map((document, index) => parseOne(document, file, `[${index}]`, sources));
  const problems = all.flatMap((parsed) => (parsed.kind === 'refused' ? parsed.problems : []));
  if (problems.length > 0) return { kind: 'refused', problems };
  return { kind: 'parsed', value: all.flatMap((parsed) => (parsed.kind === 'parsed' ? [parsed.value] : [])) };
};

/** The body of one message of the queue decommissions to its one event, or the problems; it never throws. */
export const parseEvent = (text: string, sources: Sources = {}): Parsed<DecommissionEvent> => {
  const json = parseJson(text, 'message');
  return json.kind === 'refused' ? json : parseOne(json.value, 'message', '', sources);
};

/** The body of one message of the other queues to its wake-up, or the problems; it never throws. */
export const parseWakeUp = (text: string): Parsed<WakeUp> => parseDocument(WakeUp, text, 'message');
