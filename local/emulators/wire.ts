import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Effect } from './emulator.ts';

/** A request as it was received: nothing decoded, nothing put right, since signatures are over these very bytes. */
export interface Incoming {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A reply, with what the journal says about it. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly code: string | null;
  readonly effect: Effect | null;
}

/** The body limit of Huawei Cloud's gateway (contracts/huawei-csms.md, section 5); Alibaba's is below it. */
export const LARGEST_BODY_BYTES = 12 * 1024 * 1024;

const flat = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]])));

/** A header by its name in lower case, undefined where it was not sent: also one called what every object has. */
export const headerIn = ({ headers }: Pick<Incoming, 'headers'>, name: string): string | undefined => (Object.hasOwn(headers, name) ? headers[name] : undefined);

/** Reads the body to its end; of one beyond the limit, only enough is kept to tell. */
export const receive = async (message: IncomingMessage): Promise<Incoming> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    // Read on all the same: a connection closed halfway would never show the refusal.
    if (!Buffer.isBuffer(chunk) || bytes > LARGEST_BODY_BYTES) continue;
    chunks.push(chunk);
    bytes += chunk.length;
  }
  const [path = '/', ...query] = (message.url ?? '/').split('?');
  return { method: message.method ?? 'GET', path, query: query.join('?'), headers: flat(message.headers), body: Buffer.concat(chunks) };
};

export const send = (response: ServerResponse, { status, headers, body }: Pick<Outgoing, 'status' | 'headers' | 'body'>): void => {
  // A 204 has no length: a Content-Length there makes strict clients wait or complain.
  response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

/** RFC 3986 with nothing but the unreserved characters left as they are, which both clouds sign. */
export const encodeStrictly = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Undoes percent-encoding; null when it is broken. `+` stays what it is: neither cloud reads it as a space. */
export const decodeStrictly = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

export type Pair = readonly [name: string, value: string];

/** The pairs of a query in the order they were sent; null when one cannot be decoded. */
export const readQuery = (query: string): readonly Pair[] | null => {
  const pairs: Pair[] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decodeStrictly(equals === -1 ? part : part.slice(0, equals));
    const value = decodeStrictly(equals === -1 ? '' : part.slice(equals + 1));
    if (name === null || value === null) return null;
    pairs.push([name, value]);
  }
  return pairs;
};

/** Nothing that either cloud takes is so deep or so long. What walks a body later calls itself at each level, and a check notes what is wrong with each value. */
const MOST_LEVELS = 100;
const MOST_VALUES = 50_000;

const isBounded = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  const inner: readonly unknown[] = Object.values(value);
  return levels > 0 && inner.length <= MOST_VALUES && inner.every((one) => isBounded(one, levels - 1));
};

/** The JSON a body holds, undefined when it is empty, and null where it is no JSON at all, or none that anybody means. */
export const readJson = (body: Buffer): { readonly value: unknown } | null => {
  if (body.length === 0) return { value: undefined };
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isBounded(value, MOST_LEVELS) ? { value } : null;
  } catch {
    return null;
  }
};
