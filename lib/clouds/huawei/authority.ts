import type { Clock } from '../../ports/clock.ts';
import type { Failure } from '../../saga/verdict.ts';
import type { HttpRequest } from '../http/message.ts';
import { canonicalQuery } from '../http/query.ts';
import { authorization, sdkDate } from './signer.ts';
import type { HuaweiKey, Signable } from './signer.ts';

/** A request before anything that authenticates it. */
export type Unsigned = Pick<Signable, 'path' | 'query' | 'body'> & Pick<HttpRequest, 'method'> & { readonly projectId: string };

/** Leave to make one call. */
export interface Grant {
  readonly kind: 'granted';
  /** The request with everything that authenticates it, as of now: a retry asks again, so that its date is its own. */
  sign(request: Unsigned): HttpRequest;
  /** Told that the cloud refused this grant; true when another one is worth asking for. */
  withdraw(): boolean;
}

/** Where grants come from: a key pair, or IAM. */
export interface Authority {
  grant(signal: AbortSignal): Promise<Grant | { readonly kind: 'refused'; readonly verdict: Failure }>;
}

/** The request as it goes out, with these headers beside those that every call has. */
const requestTo = ({ method, path, query, body }: Unsigned, headers: Readonly<Record<string, string>>): HttpRequest => ({
  method,
  path: query.length === 0 ? path : `${path}?${canonicalQuery(query)}`,
  // The language keeps the texts in which a quota is looked for in English.
  headers: { accept: 'application/json', 'user-agent': 'probate', 'x-language': 'en-us', ...headers },
  body,
});

/** What the vendor's own client signs, in its order. */
const baseHeaders = ({ projectId }: Unsigned): Record<string, string> => ({ 'content-type': 'application/json', 'x-project-id': projectId });

/**
 * Signs with a key pair. A refused signature is never tried again: five in a row lock the pair for five minutes
 * (contracts/huawei-csms.md, section 4).
 */
export const keyAuthority = (key: HuaweiKey, host: string, clock: Clock): Authority => {
  const sign = (request: Unsigned): HttpRequest => {
    const date = sdkDate(clock.now());
    const temporary = key.securityToken === null ? {} : { 'x-security-token': key.securityToken };
    const signed = { ...baseHeaders(request), host, 'x-sdk-date': date, ...temporary };
    return requestTo(request, { ...signed, authorization: authorization(key, { ...request, headers: signed }, date) });
  };
  return { grant: () => Promise.resolve({ kind: 'granted', sign, withdraw: () => false }) };
};

/** The request with a token of its project (X-Auth-Token); nothing of it is signed. */
export const tokenHeaders = (request: Unsigned, token: string): HttpRequest => requestTo(request, { ...baseHeaders(request), 'x-auth-token': token });
