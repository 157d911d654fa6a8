import { readJson } from './json.ts';
import { type Parsed, joinPaths } from './problems.ts';
import { fieldOf, isRecord } from './shape.ts';

/** A document and the path of the place in the file where it was found. */
export interface Unwrapped {
  readonly document: unknown;
  readonly path: string;
}

/** SNS that carries EventBridge that carries our event is two; more is nobody's doing. */
const MOST_ENVELOPES = 3;

const refused = (file: string, path: string, message: string, remedy: string): Parsed<Unwrapped> => ({
  kind: 'refused',
  problems: [{ file, path, message, remedy }],
});

const openSns = (envelope: Readonly<Record<string, unknown>>, file: string, path: string): Parsed<Unwrapped> => {
  const at = joinPaths(path, 'Message');
  if (envelope['Type'] !== 'Notification') {
    return refused(file, joinPaths(path, 'Type'), 'is an SNS message that carries no event', 'confirm or end the subscription in SNS; only notifications carry events');
  }
  if (typeof envelope['Message'] !== 'string') return refused(file, at, 'is not a text', 'put the event into Message as JSON text, the way SNS delivers it');
  const json = readJson(envelope['Message']);
  if (json.kind === 'broken') return refused(file, at, json.message, `put the event into Message as JSON text: ${json.remedy}`);
  return { kind: 'parsed', value: { document: json.value, path: at } };
};

const isSns = (document: Readonly<Record<string, unknown>>): boolean => typeof document['Type'] === 'string' && ('TopicArn' in document || 'Message' in document);

const isEventBridge = (document: Readonly<Record<string, unknown>>): boolean => 'detail-type' in document && 'detail' in document;

/**
 * Takes an event of ours out of an SNS envelope (`Type` Notification, the event as text in `Message`) or an EventBridge
 * one (`detail-type`, the event in `detail`), one inside the other too; anything else is given back as it is.
 */
export const unwrap = (document: unknown, file: string, path = '', envelopes = 0): Parsed<Unwrapped> => {
  if (!isRecord(document) || !(isSns(document) || isEventBridge(document))) return { kind: 'parsed', value: { document, path } };
  if (envelopes === MOST_ENVELOPES) return refused(file, path, 'is an envelope inside too many others', 'send the event in one envelope');
  if (!isSns(document)) return unwrap(fieldOf(document, 'detail'), file, joinPaths(path, 'detail'), envelopes + 1);
  const opened = openSns(document, file, path);
  return opened.kind === 'refused' ? opened : unwrap(opened.value.document, file, opened.value.path, envelopes + 1);
};
