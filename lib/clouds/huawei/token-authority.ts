import type { Clock } from '../../ports/clock.ts';
import type { Transport } from '../http/transport.ts';
import { tokenHeaders } from './authority.ts';
import type { Authority } from './authority.ts';
import { createToken, isLive } from './token.ts';
import type { HuaweiUser, Token, TokenReply } from './token.ts';

/** A renewal serves every call that waits for it, so no single caller's deadline may end it. */
const RENEWAL_DEADLINE_MS = 15_000;

const untilAborted = (signal: AbortSignal): { readonly aborted: Promise<TokenReply>; readonly stop: () => void } => {
  const { promise, resolve } = Promise.withResolvers<TokenReply>();
  const onAbort = (): void => resolve({ kind: 'refused', verdict: { kind: 'retryable', code: 'deadline' } });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return { aborted: promise, stop: () => signal.removeEventListener('abort', onAbort) };
};

/**
 * Tokens of one project: one renewal at a time whoever asks, before the token's end, and after a refusal only while the
 * refused token is still the current one (otherwise ten refusals would renew ten times; design.md, Where it bites, 3).
 */
export const tokenAuthority = (iam: Transport, user: HuaweiUser, projectId: string, clock: Clock): Authority => {
  let current: Token | null = null;
  let renewal: Promise<TokenReply> | null = null;

  const renew = async (): Promise<TokenReply> => {
    try {
      const reply = await createToken(iam, user, projectId, AbortSignal.timeout(RENEWAL_DEADLINE_MS));
      current = reply.kind === 'token' ? reply : null;
      return reply;
    } finally {
      renewal = null;
    }
  };

  const token = async (signal: AbortSignal): Promise<TokenReply> => {
    if (current !== null && isLive(current, clock)) return current;
    renewal ??= renew();
    const { aborted, stop } = untilAborted(signal);
    const reply = await Promise.race([renewal, aborted]);
    stop();
    return reply;
  };

  const withdraw = (refused: Token): boolean => {
    if (current?.token === refused.token) current = null;
    return true;
  };

  return {
    grant: async (signal) => {
      const reply = await token(signal);
      if (reply.kind === 'refused') return reply;
      return { kind: 'granted', sign: (request) => tokenHeaders(request, reply.token), withdraw: () => withdraw(reply) };
    },
  };
};
