import type { Answer } from '../ports/clouds.ts';
import type { Clock } from '../ports/clock.ts';

/** A complete list and when its reading began (epoch ms). */
export interface Listed<T> {
  readonly begunAt: number;
  readonly answer: Answer<readonly T[]>;
  /** HTTP requests it took; 0 for whoever shares a list that another saga caused. */
  readonly requests: number;
}

/** How long a list serves others than who caused it (design.md, Retry, pace, delay); a list is looked at again days later. */
const SHARED_MS = 10_000;
/** Apart from being set, a wall clock stays this close to the monotonic one for that long; the extra tick a read may count is far below it. */
const CLOCK_SET_MS = 1_000;

interface Reading<T> {
  readonly begunAt: number;
  /** By the monotonic clock: a wall clock that is set back must not make an old list young. */
  readonly begunMonotonic: number;
  readonly answer: Promise<Answer<readonly T[]>>;
  isRead: boolean;
}

/** Reads of one list, shared by all sagas of a project or namespace: whoever asks for one young enough gets the same. */
export interface SharedList<T> {
  get(key: string, begunAfter: number, read: () => Promise<Answer<readonly T[]>>): Promise<Listed<T>>;
}

export const sharedList = <T>(clock: Clock): SharedList<T> => {
  const latest = new Map<string, Reading<T>>();
  const isShared = ({ begunAt, begunMonotonic }: Reading<T>): boolean => {
    const ageMs = clock.monotonic() - begunMonotonic;
    return ageMs < SHARED_MS && Math.abs(clock.now() - begunAt - ageMs) < CLOCK_SET_MS;
  };

  /** A failed read is nobody's list: whoever comes next reads anew, be it an answer that failed or a fault on the way to it. */
  const forget = (key: string, reading: Reading<T>): void => {
    if (latest.get(key) === reading) latest.delete(key);
  };

  const begin = async (key: string, begunAfter: number, read: () => Promise<Answer<readonly T[]>>): Promise<Listed<T>> => {
    // A read asked for now begins after the asking, even where the clock has not ticked in between.
    const reading: Reading<T> = { begunAt: Math.max(clock.now(), begunAfter + 1), begunMonotonic: clock.monotonic(), answer: read(), isRead: false };
    latest.set(key, reading);
    try {
      const answer = await reading.answer;
      reading.isRead = true;
      if (answer.verdict.kind !== 'done') forget(key, reading);
      return { begunAt: reading.begunAt, answer, requests: answer.requests };
    } catch (error) {
      forget(key, reading);
      throw error;
    }
  };

  return {
    get: async (key, begunAfter, read) => {
      for (;;) {
        const known = latest.get(key);
        if (known !== undefined && known.begunAt > begunAfter && isShared(known)) return { begunAt: known.begunAt, answer: await known.answer, requests: 0 };
        if (known === undefined || known.isRead) return begin(key, begunAfter, read);
        // One read at a time: everybody whom the one under way is too old for shares the next.
        await known.answer.catch(() => undefined);
      }
    },
  };
};
