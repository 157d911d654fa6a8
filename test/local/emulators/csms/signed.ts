import { createHash, createHmac } from 'node:crypto';

/** A signer of SDK-HMAC-SHA256 written from the vendor's page, so that the emulator is not judged by its own code. */

export const PROJECT = '0123456789abcdef0123456789abcdef';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

interface Signing {
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly securityToken?: string;
  readonly signedAt?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent, but left out of what is signed. */
  readonly unsigned?: string;
}

const escaped = (text: string): string => encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

export const signedHeaders = (method: string, url: URL, body: string, signing: Signing = {}): Record<string, string> => {
  const { accessKey = 'local-ak', secretKey = 'local-sk', securityToken, signedAt = Date.now() } = signing;
  const date = new Date(signedAt).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    host: url.host,
    'x-sdk-date': date,
    ...(securityToken === undefined ? {} : { 'x-security-token': securityToken }),
    ...signing.headers,
  };
  const names = Object.keys(headers).filter((name) => name !== signing.unsigned).sort();
  const query = [...url.searchParams].map(([name, value]) => `${escaped(name)}=${escaped(value)}`).sort();
  const path = `${url.pathname.split('/').map((part) => escaped(decodeURIComponent(part))).join('/')}/`;
  const request = [method, path, query.join('&'), names.map((name) => `${name}:${headers[name]}\n`).join(''), names.join(';'), headers['x-sdk-content-sha256'] ?? hash(body)].join('\n');
  const signature = createHmac('sha256', secretKey).update(`SDK-HMAC-SHA256\n${date}\n${hash(request)}`).digest('hex');
  return { ...headers, authorization: `SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=${names.join(';')}, Signature=${signature}` };
};

export const readReply = async (response: Response): Promise<Reply> => {
  const text = await response.text();
  const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json');
  const json: unknown = isJson ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
};

/** Sends one signed request; `path` is what follows /v1/PROJECT. */
export const call = async (endpoint: string, method: string, path: string, body?: unknown, signing?: Signing): Promise<Reply> => {
  const url = new URL(`${endpoint}/v1/${PROJECT}${path}`);
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const { host: _set, ...headers } = signedHeaders(method, url, text, signing);
  return readReply(await fetch(url, { method, headers, ...(text === '' ? {} : { body: text }) }));
};

/** Calls one of the emulator's own endpoints. */
export const emulatorCall = async (endpoint: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Reply> =>
  readReply(await fetch(`${endpoint}/_emulator/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }));
