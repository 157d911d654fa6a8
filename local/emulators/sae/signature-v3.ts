import { createHash, createHmac } from 'node:crypto';
import { decodeStrictly, encodeStrictly, headerIn, readQuery, type Incoming } from '../wire.ts';

/** ACS3-HMAC-SHA256 as the gateway checks it (contracts/alibaba-sae.md, section 4.1). */

export interface Authorization {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export const readAuthorization = (header: string): Authorization | null => {
  const match = /^ACS3-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(header);
  if (match === null) return null;
  const [, accessKeyId = '', signedHeaders = '', signature = ''] = match;
  return { accessKeyId, signedHeaders: signedHeaders.split(';'), signature };
};

export const sha256 = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

const bytewise = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

// The official client's URL leaves some characters raw that it signs escaped, so the query is decoded and encoded anew.
const canonicalQuery = (query: string): string =>
  (readQuery(query) ?? [])
    .toSorted(([a], [b]) => bytewise(a, b))
    .map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
    .join('&');

/** Over the header list the caller names; null when one of them was not sent. */
export const canonicalRequest = (incoming: Incoming, signedHeaders: readonly string[]): string | null => {
  const { method, path, query, headers } = incoming;
  const lines: string[] = [];
  for (const name of signedHeaders) {
    const value = headerIn(incoming, name);
    if (value === undefined) return null;
    lines.push(`${name}:${value.trim()}\n`);
  }
  const uri = path.split('/').map((segment) => encodeStrictly(decodeStrictly(segment) ?? segment)).join('/');
  return [method, uri, canonicalQuery(query), lines.join(''), signedHeaders.join(';'), headers['x-acs-content-sha256'] ?? ''].join('\n');
};

export const stringToSign = (request: string): string => `ACS3-HMAC-SHA256\n${sha256(request)}`;

export const signatureOf = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');
