import type { Answer, Api } from '../ports/clouds.ts';

const REFUSED = { verdict: { kind: 'unauthenticated', code: 'key-closed' }, requests: 0 } as const;

/**
 * Keeps a wrong key from being tried over and over: until a key has been accepted once, one call goes out at a time, and
 * the first refusal closes it (design.md, Where it bites, 2; five failures lock a key at Huawei).
 */
export interface KeyGate {
  pass<T>(api: Api, isClosed: () => Promise<boolean>, call: () => Promise<Answer<T>>): Promise<Answer<T>>;
}

export const keyGate = (close: (api: Api) => Promise<void>): KeyGate => {
  const accepted = new Set<Api>();
  const turns = new Map<Api, Promise<unknown>>();

  const attempt = async <T>(api: Api, isClosed: () => Promise<boolean>, call: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    if (await isClosed()) return REFUSED;
    const answer = await call();
    const { kind } = answer.verdict;
    if (kind === 'unauthenticated') {
      accepted.delete(api);
      await close(api);
    } else if (kind !== 'retryable' && kind !== 'unknown' && kind !== 'throttled') accepted.add(api);
    return answer;
  };

  return {
    pass: (api, isClosed, call) => {
      if (accepted.has(api)) return attempt(api, isClosed, call);
      const turn = (turns.get(api) ?? Promise.resolve()).then(() => attempt(api, isClosed, call));
      turns.set(
        api,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
};
