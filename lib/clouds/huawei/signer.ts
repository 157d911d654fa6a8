import { createHmac, hash } from 'node:crypto';
import { canonicalQuery, encodeRfc3986 } from '../http/query.ts';

/** A key pair; `securityToken` only with temporary credentials, null with permanent ones. */
export interface HuaweiKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken: string | null;
}

/** What the signature of one request covers. */
export interface Signable {
  readonly method: string;
  /** Not encoded; without query. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** All of these are signed; X-Sdk-Date and Host must be among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const ALGORITHM = 'SDK-HMAC-SHA256';

const sha256 = (text: string): string => hash('sha256', text);

/** `YYYYMMDDTHHMMSSZ`, from epoch milliseconds. */
export const sdkDate = (now: number): string => {
  const iso = new Date(now).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
};

/** The path ends with a slash in the signed text, though not on the wire. */
const canonicalPath = (path: string): string => {
  const encoded = path.split('/').map(encodeRfc3986).join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
};

/** The Authorization header: the secret key signs directly, no key is derived (contracts/huawei-csms.md, section 6). */
export const authorization = (key: HuaweiKey, { method, path, query, headers, body }: Signable, date: string): string => {
  const signed = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = [method, canonicalPath(path), canonicalQuery(query), lines, names, sha256(body ?? '')].join('\n');
  const signature = createHmac('sha256', key.secretKey).update([ALGORITHM, date, sha256(canonical)].join('\n')).digest('hex');
  return `${ALGORITHM} Access=${key.accessKey}, SignedHeaders=${names}, Signature=${signature}`;
};
