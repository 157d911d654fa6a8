import type { AccessKey, CsmsCredentials } from '../credentials.ts';
import type { Incoming, Outgoing } from '../wire.ts';
import type { Content } from './content.ts';
import { createLockout, type Lockout } from './lockout.ts';
import { gatewayRefused, unauthorized } from './replies.ts';
import { canonicalRequest, readAuthorization, readSdkDate, sameSignature, signatureOf } from './signature.ts';

/** 15 minutes either way (contracts/huawei-csms.md, section 6, step 9). */
const SKEW_MS = 15 * 60 * 1000;

const LOCKED = 'AK access failed to reach the limit,forbidden';

/** The refusal of a request that is not let in, null for one that is. `now` is real time, epoch ms. */
export type Authenticate = (incoming: Incoming, projectId: string, now: number) => Outgoing | null;

const sdkDateOf = (moment: number): string => new Date(moment).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');

const checkSignature = (incoming: Incoming, header: string, key: AccessKey, lockout: Lockout, now: number): Outgoing | null => {
  const authorization = readAuthorization(header);
  if (authorization === null) return unauthorized('verify aksk signature fail');
  if (authorization.accessKeyId !== key.id) return unauthorized(`ak ${authorization.accessKeyId} not exist`);
  if (lockout.locked(now)) return unauthorized(LOCKED);
  const fail = (tail: string): Outgoing => unauthorized(lockout.failed(now) ? LOCKED : tail);

  const { signedHeaders, signature } = authorization;
  const sdkDate = incoming.headers['x-sdk-date'] ?? '';
  const signedAt = readSdkDate(sdkDate);
  if (signedAt === null || !signedHeaders.includes('host') || !signedHeaders.includes('x-sdk-date')) return fail('verify aksk signature fail');
  if (Math.abs(now - signedAt) > SKEW_MS) return fail(`signature expired,signature time:${sdkDate},server time:${sdkDateOf(now)}`);
  const request = canonicalRequest(incoming, signedHeaders);
  if (request === null) return fail('verify aksk signature fail');
  if (!sameSignature(signatureOf(key.secret, sdkDate, request), signature)) {
    return fail(`verify aksk signature fail, canonicalRequest:${request.replaceAll('\n', '|')}`);
  }
  const token = incoming.headers['x-security-token'] ?? null;
  if (token !== key.securityToken || (token !== null && !signedHeaders.includes('x-security-token'))) return fail('decrypt token fail');
  lockout.succeeded();
  return null;
};

const checkToken = ({ tokens }: Content, sent: string, projectId: string, now: number): Outgoing | null => {
  const token = tokens.get(sent);
  if (token === undefined) return unauthorized('decrypt token fail');
  if (token.expiresAt <= now) return unauthorized(`token expires, expires_at: ${new Date(token.expiresAt).toISOString()}`);
  // A token is good for the one project it was asked for.
  if (token.projectId !== projectId) return gatewayRefused(403, 'APIGW.0302', 'The IAM user is not authorized to access the API.');
  return null;
};

export const createAuthentication = (content: Content, { accessKey }: CsmsCredentials): Authenticate => {
  const lockout = createLockout();
  return (incoming, projectId, now) => {
    const { authorization, 'x-auth-token': token } = incoming.headers;
    if (authorization !== undefined) return checkSignature(incoming, authorization, accessKey, lockout, now);
    if (token !== undefined) return checkToken(content, token, projectId, now);
    return unauthorized('x-auth-token not found');
  };
};
