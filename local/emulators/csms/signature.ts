import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { decodeStrictly, encodeStrictly, headerIn, readQuery, type Incoming } from '../wire.ts';

/** SDK-HMAC-SHA256 as the gateway checks it (contracts/huawei-csms.md, section 6). */

export interface Authorization {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export const readAuthorization = (header: string): Authorization | null => {
  const match = /^SDK-HMAC-SHA256 Access=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(header);
  if (match === null) return null;
  const [, accessKeyId = '', signedHeaders = '', signature = ''] = match;
  return { accessKeyId, signedHeaders: signedHeaders.split(';').map((name) => name.toLowerCase()), signature };
};

/** The moment of `YYYYMMDDTHHMMSSZ`, epoch ms, or null. */
export const readSdkDate = (text: string): number | null => {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match;
  const moment = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(moment) ? null : moment;
};

const bytewise = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const canonicalPath = (path: string): string => {
  const segments = path.split('/').map((segment) => encodeStrictly(decodeStrictly(segment) ?? segment));
  const joined = segments.join('/');
  return joined.endsWith('/') ? joined : `${joined}/`;
};

/** Sorted as the official client sorts it: before it is encoded. */
const canonicalQuery = (query: string): string =>
  (readQuery(query) ?? [])
    .toSorted(([a, x], [b, y]) => bytewise(a, b) || bytewise(x, y))
    .map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
    .join('&');

const sha256 = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

const UNSIGNED = 'UNSIGNED-PAYLOAD';

/** Over the header list the caller names and the bytes received; null when a named header was not sent or the content hash lies. */
export const canonicalRequest = (incoming: Incoming, signedHeaders: readonly string[]): string | null => {
  const { method, path, query, headers, body } = incoming;
  const lines: string[] = [];
  for (const name of signedHeaders) {
    const value = headerIn(incoming, name);
    if (value === undefined) return null;
    lines.push(`${name}:${value.trim()}\n`);
  }
  const claimed = headers['x-sdk-content-sha256'];
  const hash = sha256(body);
  if (claimed !== undefined && claimed !== UNSIGNED && claimed !== hash) return null;
  return [method, canonicalPath(path), canonicalQuery(query), lines.join(''), signedHeaders.join(';'), claimed ?? hash].join('\n');
};

export const signatureOf = (secret: string, sdkDate: string, request: string): string =>
  createHmac('sha256', secret).update(`SDK-HMAC-SHA256\n${sdkDate}\n${sha256(request)}`).digest('hex');

export const sameSignature = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
