import { createHash, createHmac, randomUUID } from 'node:crypto';
import { send, type Reply } from '../raw.ts';

/** A signer of ACS3-HMAC-SHA256 written from the vendor's page, so that the emulator is not judged by its own code. */

export const NAMESPACE = 'cn-beijing:test';
export const SECRET = '/pop/v1/sam/secret/secret';
const SECRETS = '/pop/v1/sam/secret/secrets';

export interface Asked {
  readonly action: string;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Replace what would be sent; undefined leaves a header out, before signing. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly accessKey?: string;
  readonly accessSecret?: string;
  readonly signedAt?: number;
}

const escaped = (text: string): string => encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

export const call = (endpoint: string, asked: Asked): Promise<Reply> => {
  const { action, method, path, query = {}, body = '', accessKey = 'local-ak', accessSecret = 'local-sk', signedAt = Date.now() } = asked;
  const wanted: Record<string, string | undefined> = {
    host: new URL(endpoint).host,
    accept: 'application/json',
    'x-acs-action': action,
    'x-acs-version': '2019-05-06',
    'x-acs-date': new Date(signedAt).toISOString().replace(/\.\d+/, ''),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-content-sha256': hash(body),
    ...asked.headers,
  };
  const headers = Object.fromEntries(Object.entries(wanted).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  const names = Object.keys(headers).filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-')).sort();
  const text = Object.keys(query).sort().map((name) => `${escaped(name)}=${escaped(query[name] ?? '')}`).join('&');
  const request = [method, path, text, names.map((name) => `${name}:${headers[name]}\n`).join(''), names.join(';'), headers['x-acs-content-sha256'] ?? ''].join('\n');
  const signature = createHmac('sha256', accessSecret).update(`ACS3-HMAC-SHA256\n${hash(request)}`).digest('hex');
  const authorization = `ACS3-HMAC-SHA256 Credential=${accessKey},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return send(endpoint, { method, target: text === '' ? path : `${path}?${text}`, headers: { ...headers, authorization }, body });
};

export const listOf = (namespaceId: string): Asked => ({ action: 'ListSecrets', method: 'GET', path: SECRETS, query: { NamespaceId: namespaceId } });
export const deletionOf = (secretId: string, namespaceId = NAMESPACE): Asked => ({
  action: 'DeleteSecret',
  method: 'DELETE',
  path: SECRET,
  query: { NamespaceId: namespaceId, SecretId: secretId },
});
