import { createHash, timingSafeEqual } from 'node:crypto';
import type { AccessKey, SaeCredentials } from '../credentials.ts';
import type { Incoming } from '../wire.ts';
import type { Content } from './content.ts';
import { gatewayRefuses, type Answer } from './replies.ts';
import * as v2 from './signature-v2.ts';
import * as v3 from './signature-v3.ts';

/** 15 minutes either way; a nonce is remembered until no date that goes with it can pass (section 4). */
const SKEW_MS = 15 * 60 * 1000;
const NONCE_LIFE_MS = 2 * SKEW_MS;

const REQUIRED_IN_V3 = ['host', 'x-acs-action', 'x-acs-content-sha256', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-version'];

const incomplete = (): Answer => gatewayRefuses(400, 'IncompleteSignature', 'The request signature does not conform to Aliyun standards.');
const mismatch = (text: string): Answer =>
  gatewayRefuses(400, 'SignatureDoesNotMatch', `Specified signature is not matched with our calculation. server string to sign is:${text}`);

const same = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const isFresh = (date: string, now: number): boolean => Math.abs(now - Date.parse(date)) <= SKEW_MS;
const expired = (): Answer => gatewayRefuses(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');

const tokenRefusal = ({ headers }: Incoming, { securityToken }: AccessKey): Answer | null => {
  const sent = headers['x-acs-security-token'];
  if (securityToken === null ? sent === undefined : sent === securityToken) return null;
  return sent === undefined
    ? gatewayRefuses(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.')
    : gatewayRefuses(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
};

const spendNonce = ({ nonces }: Content, nonce: string, now: number): Answer | null => {
  for (const [used, at] of nonces.entries()) {
    if (at > now - NONCE_LIFE_MS) break;
    nonces.remove(used);
  }
  if (nonces.get(nonce) !== undefined) return gatewayRefuses(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  nonces.put(nonce, now);
  return null;
};

/** The refusal of a request that is not let in, null for one that is. `now` is real time, epoch ms. */
export type Authenticate = (incoming: Incoming, now: number) => Answer | null;

export const createAuthentication =
  (content: Content, { accessKey }: SaeCredentials): Authenticate =>
  (incoming, now) => {
    const { headers, body } = incoming;
    const sent = headers['authorization'] ?? '';
    const nonce = headers['x-acs-signature-nonce'];
    const third = v3.readAuthorization(sent);
    const second = third === null ? v2.readAuthorization(sent) : null;
    const authorization = third ?? second;
    const date = third === null ? headers['date'] : headers['x-acs-date'];
    if (authorization === null || nonce === undefined || nonce === '' || date === undefined) return incomplete();
    if (authorization.accessKeyId !== accessKey.id) {
      return gatewayRefuses(Number(content.unknowns().unknownKeyStatus), 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    }
    if (!isFresh(date, now)) return expired();
    if (third !== null) {
      if (!REQUIRED_IN_V3.every((name) => third.signedHeaders.includes(name))) return incomplete();
      const request = v3.canonicalRequest(incoming, third.signedHeaders);
      if (request === null) return incomplete();
      const text = v3.stringToSign(request);
      if (headers['x-acs-content-sha256'] !== v3.sha256(body)) return mismatch(text);
      if (!same(v3.signatureOf(accessKey.secret, text), third.signature)) return mismatch(text);
    } else {
      const text = v2.stringToSign(incoming);
      const md5 = headers['content-md5'];
      if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64')) return mismatch(text);
      if (!same(v2.signatureOf(accessKey.secret, text), authorization.signature)) return mismatch(text);
    }
    return tokenRefusal(incoming, accessKey) ?? spendNonce(content, nonce, now);
  };
