import type { Clock } from '../../ports/clock.ts';
import type { Answer, Api } from '../../ports/clouds.ts';
import { type InTurn, inTurn } from './in-turn.ts';

const REFUSED = { verdict: { kind: 'unauthenticated', code: 'key-closed' }, requests: 0 } as const;

/** For so long a key that was found open is taken to be open: another worker's refusal stops this one's reads a second later. */
const RECENT_MS = 1_000;

/** What may bar a call, asked as late as can be. */
export interface Bar {
  readonly isBarred: () => Promise<boolean>;
  /** An answer of a moment ago will do, where nothing but the key is asked about. */
  readonly mayBeRecent: boolean;
}

/**
 * Keeps a wrong key from being tried over and over: until a key has been accepted once, one call goes out at a time, and
 * the first refusal closes it (design.md, Where it bites, 2; five failures lock a key at Huawei).
 */
export interface KeyGate {
  pass<T>(api: Api, bar: Bar, call: () => Promise<Answer<T>>): Promise<Answer<T>>;
}

export const keyGate = (clock: Clock, close: (api: Api) => Promise<void>): KeyGate => {
  const accepted = new Set<Api>();
  const foundOpenAt = new Map<Api, number>();
  const turns: Readonly<Record<Api, InTurn>> = { csms: inTurn(), sae: inTurn() };

  const isBarred = async (api: Api, { isBarred, mayBeRecent }: Bar): Promise<boolean> => {
    const now = clock.monotonic();
    if (mayBeRecent && now - (foundOpenAt.get(api) ?? Number.NEGATIVE_INFINITY) < RECENT_MS) return false;
    const barred = await isBarred();
    if (!barred) foundOpenAt.set(api, now);
    return barred;
  };

  const attempt = async <T>(api: Api, bar: Bar, call: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    if (await isBarred(api, bar)) return REFUSED;
    const answer = await call();
    const { kind } = answer.verdict;
    if (kind === 'unauthenticated') {
      accepted.delete(api);
      foundOpenAt.delete(api);
      await close(api);
    } else if (kind !== 'retryable' && kind !== 'unknown' && kind !== 'throttled') accepted.add(api);
    return answer;
  };

  return {
    pass: (api, bar, call) => (accepted.has(api) ? attempt(api, bar, call) : turns[api](() => attempt(api, bar, call))),
  };
};
