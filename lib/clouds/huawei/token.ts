import * as z from 'zod/mini';
import type { Clock } from '../../ports/clock.ts';
import type { Failure } from '../../saga/verdict.ts';
import { exchange, faultVerdict } from '../http/exchange.ts';
import { readJson } from '../http/json.ts';
import type { HttpReply } from '../http/message.ts';
import type { Transport } from '../http/transport.ts';
import { classify } from './classify.ts';
import { CREATE_TOKEN } from './operations.ts';

/** An IAM user's password; HUAWEI IDs cannot get tokens. */
export interface HuaweiUser {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

/** A token of one project; `expiresAt` is epoch milliseconds. */
export interface Token {
  readonly kind: 'token';
  readonly token: string;
  readonly expiresAt: number;
}

/** What IAM answered; a refusal never quotes it. */
export type TokenReply = Token | { readonly kind: 'refused'; readonly verdict: Failure };

const Body = z.object({ token: z.object({ expires_at: z.iso.datetime({ offset: true }) }) });

const readToken = (reply: HttpReply): TokenReply => {
  const token = reply.header('x-subject-token');
  const body = Body.safeParse(reply.body === null ? null : readJson(reply.body));
  // Visible ASCII only: it goes into a header of every call.
  if (!/^[\x21-\x7e]+$/.test(token) || !body.success) return { kind: 'refused', verdict: { kind: 'retryable', code: 'unreadable-token' } };
  return { kind: 'token', token, expiresAt: Date.parse(body.data.token.expires_at) };
};

const askFor = ({ domain, user, password }: HuaweiUser, projectId: string): string =>
  JSON.stringify({
    auth: {
      identity: { methods: ['password'], password: { user: { domain: { name: domain }, name: user, password } } },
      scope: { project: { id: projectId } },
    },
  });

/** One token for one project. The call that waits for it has not been sent yet, so nothing here is ever `unknown`. */
export const createToken = async (iam: Transport, user: HuaweiUser, projectId: string, signal: AbortSignal): Promise<TokenReply> => {
  const headers = { accept: 'application/json', 'content-type': 'application/json;charset=utf8', 'user-agent': 'probate' };
  const request = { method: CREATE_TOKEN.method, path: `${CREATE_TOKEN.path}?nocatalog=1`, headers, body: askFor(user, projectId) };
  // Not tried again here: each attempt with a wrong password counts towards locking the user out.
  const { outcome } = await exchange(iam, () => request, true, signal);
  if (outcome.kind === 'fault') return { kind: 'refused', verdict: faultVerdict(outcome, false) };
  if (CREATE_TOKEN.success.includes(outcome.status)) return readToken(outcome);
  const verdict = classify(CREATE_TOKEN, outcome);
  return { kind: 'refused', verdict: verdict.kind === 'unknown' ? { kind: 'retryable', code: verdict.code } : verdict };
};

/** Five minutes short of its end a token is renewed: the vendor's clock and ours may differ by as much. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** Whether a token may still be sent. */
export const isLive = (token: Token, clock: Clock): boolean => clock.now() < token.expiresAt - RENEW_BEFORE_MS;
