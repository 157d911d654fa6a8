import type { Answer } from '../../lib/ports/clouds.ts';
import type { Failure } from '../../lib/saga/verdict.ts';
import { type Life, type Ports, deliver } from './life.ts';
import type { Replied } from './csms-model.ts';
import type { Weather } from './weather.ts';

/** What becomes of one request on its way and of its reply on the way back. */
type Fate =
  | { readonly kind: 'answered'; readonly arrivesAt: number; readonly replyMs: number }
  /** It arrives, or not, and no reply ever comes: the connection breaks after a while, or nothing is heard until the deadline. */
  | { readonly kind: 'silent'; readonly arrivesAt: number | null; readonly breaksMs: number | null }
  /** An answer that is not the operation's own, in place of it or after it had its effect. */
  | { readonly kind: 'refused'; readonly arrivesAt: number | null; readonly replyMs: number; readonly verdict: Failure };

export interface Request<T> {
  readonly what: string;
  readonly changes: boolean;
  readonly signal: AbortSignal;
  /** The last true moment at which it can still take effect. */
  readonly latest: number;
  /** May take effect minutes later, after everybody gave it up. */
  readonly mayComeLate: boolean;
  readonly perform: () => Replied<T>;
}

/** Beyond five minutes, a wrong clock's minute and a half included, a schedule's date would no longer tell whose it is, and nobody could (design.md, Every step). */
const LATEST_MS = 3 * 60_000;

const refusal = ({ prng }: Ports, changes: boolean): Failure => {
  const serverFault: Failure = changes ? { kind: 'unknown', code: 'http-503' } : { kind: 'retryable', code: 'http-503' };
  const unreadable: Failure = { kind: 'unknown', code: 'unreadable-body' };
  const throttled: Failure = { kind: 'throttled', code: 'APIGW.0308', retryAfterMs: prng.chance(0.5) ? prng.between(0, 5_000) : null, quota: prng.chance(0.3) ? { calls: 10, perSeconds: 60 } : null };
  const unlisted: Failure = { kind: 'retryable', code: 'CSMS.0999' };
  const once = prng.unit();
  if (once < 0.015) return { kind: 'unauthenticated', code: 'APIGW.0301' };
  if (once < 0.03) return { kind: 'terminal', code: 'CSMS.0302' };
  return prng.pick([serverFault, serverFault, unreadable, throttled, throttled, unlisted]);
};

const drawFate = (ports: Ports, weather: Weather, request: Request<unknown>): Fate => {
  const { timeline, prng } = ports;
  const now = timeline.now();
  const arrivesAt = now + (prng.chance(0.05) ? prng.between(0, 12_000) : prng.between(2, 150));
  const replyMs = prng.between(2, 150);
  if (request.mayComeLate && prng.chance(weather.lateEffects)) return { kind: 'silent', arrivesAt: request.latest + prng.between(1_000, LATEST_MS), breaksMs: null };
  if (!prng.chance(weather.cloudFault)) return { kind: 'answered', arrivesAt, replyMs };
  const breaksMs = prng.chance(0.5) ? prng.between(1, 9_000) : null;
  switch (prng.pick(['not-sent', 'lost-request', 'lost-reply', 'slow', 'refused', 'refused-after'])) {
    case 'not-sent':
      return { kind: 'refused', arrivesAt: null, replyMs, verdict: { kind: 'retryable', code: 'connection-refused' } };
    case 'lost-request':
      return { kind: 'silent', arrivesAt: null, breaksMs };
    case 'lost-reply':
      return { kind: 'silent', arrivesAt, breaksMs };
    case 'slow':
      return { kind: 'silent', arrivesAt: prng.between(Math.min(arrivesAt, request.latest), request.latest), breaksMs };
    case 'refused-after':
      // Only what leaves the effect open may come after it; the other refusals mean that nothing was done.
      return { kind: 'refused', arrivesAt, replyMs, verdict: { kind: request.changes ? 'unknown' : 'retryable', code: 'http-504' } };
    default: {
      const verdict = refusal(ports, request.changes);
      return { kind: 'refused', arrivesAt: verdict.kind === 'unknown' && prng.chance(0.5) ? arrivesAt : null, replyMs, verdict };
    }
  }
};

const answerOf = <T>(replied: Replied<T>): Answer<T> => ('failure' in replied ? { verdict: replied.failure, requests: 1 } : { verdict: { kind: 'done' }, value: replied.value, requests: 1 });

/** One request as an adapter makes it: whatever happens, the answer is a verdict, and none comes later than the deadline. */
export const exchange = <T>(ports: Ports, weather: Weather, life: Life, request: Request<T>): Promise<Answer<T>> => {
  const { timeline, prng, strike, crash } = ports;
  const { changes, signal, latest, perform } = request;
  const { promise, resolve } = Promise.withResolvers<Answer<T>>();
  const lost = (code: string): Answer<T> => ({ verdict: { kind: changes ? 'unknown' : 'retryable', code }, requests: 1 });
  if (signal.aborted) return Promise.resolve({ verdict: { kind: 'retryable', code: 'deadline' }, requests: 0 });
  const blow = strike(life, `call ${request.what}`);
  if (blow === 'crash-before') {
    crash(life);
    return promise;
  }
  const fate = drawFate(ports, weather, request);
  signal.addEventListener('abort', () => resolve(lost('deadline')));
  const reply = (afterMs: number, answer: Answer<T>): void => {
    timeline.at(timeline.now() + afterMs, () => deliver(timeline, life, () => resolve(answer)));
  };
  const { arrivesAt } = fate;
  if (arrivesAt === null) {
    if (fate.kind === 'refused') reply(fate.replyMs, { verdict: fate.verdict, requests: 1 });
    else if (fate.kind === 'silent' && fate.breaksMs !== null) reply(fate.breaksMs, lost('connection-lost'));
    return promise;
  }
  const isTooLate = arrivesAt > latest && fate.kind === 'silent';
  timeline.at(isTooLate ? arrivesAt : Math.min(arrivesAt, latest), () => {
    // What a process had sent before it died may arrive all the same.
    if (!life.isAlive && prng.chance(0.3)) return;
    const answer = answerOf(perform());
    if (blow === 'crash-after') crash(life);
    if (fate.kind === 'answered') reply(fate.replyMs, answer);
    else if (fate.kind === 'refused') reply(fate.replyMs, { verdict: fate.verdict, requests: 1 });
  });
  if (fate.kind === 'silent' && fate.breaksMs !== null) reply(fate.breaksMs, lost('connection-lost'));
  return promise;
};
