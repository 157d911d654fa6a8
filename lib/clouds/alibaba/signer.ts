import { createHmac } from 'node:crypto';
import { sha256 } from '../../saga/canonical.ts';
import { canonicalQuery } from '../http/query.ts';

/** A key pair; `securityToken` only with temporary (STS) credentials, null with permanent ones. */
export interface AlibabaKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string | null;
}

/** What the signature of one request covers; a body is covered by its hash among the headers. */
export interface Signable {
  readonly method: string;
  /** As it goes on the wire. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Those among them that the scheme signs are signed: every x-acs-*, host and content-type. */
  readonly headers: Readonly<Record<string, string>>;
}

const ALGORITHM = 'ACS3-HMAC-SHA256';

const isSigned = (name: string): boolean => name.startsWith('x-acs-') || name === 'host' || name === 'content-type';

/**
 * The Authorization header of ACS3-HMAC-SHA256 (contracts/alibaba-sae.md, section 4.1). The older SHA-1 scheme does not
 * exist here: it signs less, and its refusals echo the signed text.
 */
export const authorization = (key: AlibabaKey, { method, path, query, headers }: Signable): string => {
  const signed = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .filter(([name]) => isSigned(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  const bodyHash = signed.find(([name]) => name === 'x-acs-content-sha256')?.[1] ?? '';
  const canonical = [method, path, canonicalQuery(query), lines, names, bodyHash].join('\n');
  const signature = createHmac('sha256', key.accessKeySecret).update(`${ALGORITHM}\n${sha256(canonical)}`).digest('hex');
  return `${ALGORITHM} Credential=${key.accessKeyId},SignedHeaders=${names},Signature=${signature}`;
};
