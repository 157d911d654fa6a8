import { createHmac } from 'node:crypto';
import { readQuery, type Incoming } from '../wire.ts';

/** The older HMAC-SHA1 of ROA products, which SAE's own page still documents (contracts/alibaba-sae.md, section 4.2). */

export interface Authorization {
  readonly accessKeyId: string;
  readonly signature: string;
}

export const readAuthorization = (header: string): Authorization | null => {
  const match = /^acs ([^:\s]+):([A-Za-z0-9+/]{27}=)$/.exec(header);
  if (match === null) return null;
  const [, accessKeyId = '', signature = ''] = match;
  return { accessKeyId, signature };
};

const bytewise = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const resource = (path: string, query: string): string => {
  const pairs = (readQuery(query) ?? []).toSorted(([a], [b]) => bytewise(a, b)).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
};

/** Headers that were not sent are empty lines; the host is not signed, query values are not encoded. */
export const stringToSign = ({ method, path, query, headers }: Incoming): string => {
  const vendorHeaders = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-acs-'))
    .toSorted(([a], [b]) => bytewise(a, b))
    .map(([name, value]) => `${name}:${value}\n`);
  const fixed = ['accept', 'content-md5', 'content-type', 'date'].map((name) => headers[name] ?? '');
  return `${[method, ...fixed].join('\n')}\n${vendorHeaders.join('')}${resource(path, query)}`;
};

export const signatureOf = (secret: string, text: string): string => createHmac('sha1', secret).update(text).digest('base64');
