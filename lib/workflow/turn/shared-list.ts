import type { Clock } from '../../ports/clock.ts';
import type { Answer } from '../../ports/clouds.ts';

/** A complete list, when its reading began (epoch ms) and how long it took. */
export interface Listed<T> {
  readonly begunAt: number;
  readonly readMs: number;
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
  /** How long it took; null while it is under way. */
  readMs: number | null;
}

/** What sort of list is asked for: one that began after that moment (epoch ms), and whether somebody's next call hangs on it. */
export interface Wanted {
  readonly begunAfter: number;
  readonly isUrgent: boolean;
}

/** Reads of one list, shared by all sagas of a project or namespace: whoever asks for one young enough gets the same. */
export interface SharedList<T> {
  get(key: string, wanted: Wanted, read: () => Promise<Answer<readonly T[]>>): Promise<Listed<T>>;
}

export const sharedList = <T>(clock: Clock): SharedList<T> => {
  /** The latest reading of each key. Urgent ones are kept apart: they do not wait for one that waits its turn in the pace. */
  const urgent = new Map<string, Reading<T>>();
  const calm = new Map<string, Reading<T>>();

  const isShared = ({ begunAt, begunMonotonic }: Reading<T>): boolean => {
    const ageMs = clock.monotonic() - begunMonotonic;
    return ageMs < SHARED_MS && Math.abs(clock.now() - begunAt - ageMs) < CLOCK_SET_MS;
  };

  const begin = async (readings: Map<string, Reading<T>>, key: string, begunAfter: number, read: () => Promise<Answer<readonly T[]>>): Promise<Listed<T>> => {
    // A read asked for now begins after the asking, even where the clock has not ticked in between.
    const reading: Reading<T> = { begunAt: Math.max(clock.now(), begunAfter + 1), begunMonotonic: clock.monotonic(), answer: read(), readMs: null };
    readings.set(key, reading);
    /** Whoever comes after a failed read reads anew, whether the answer was a failure or none came. */
    const forget = (): void => {
      if (readings.get(key) === reading) readings.delete(key);
    };
    try {
      const answer = await reading.answer;
      const readMs = clock.monotonic() - reading.begunMonotonic;
      reading.readMs = readMs;
      if (answer.verdict.kind !== 'done') forget();
      return { begunAt: reading.begunAt, readMs, answer, requests: answer.requests };
    } catch (error) {
      forget();
      throw error;
    }
  };

  return {
    get: async (key, { begunAfter, isUrgent }, read) => {
      const own = isUrgent ? urgent : calm;
      for (;;) {
        const known = [urgent.get(key), calm.get(key)].filter((reading) => reading !== undefined).filter((reading) => reading.begunAt > begunAfter && isShared(reading));
        const shared = known.find(({ readMs }) => readMs !== null) ?? known.find((reading) => !isUrgent || reading === own.get(key));
        if (shared !== undefined) {
          const answer = await shared.answer;
          return { begunAt: shared.begunAt, readMs: shared.readMs ?? 0, answer, requests: 0 };
        }
        const underWay = own.get(key);
        if (underWay === undefined || underWay.readMs !== null) return begin(own, key, begunAfter, read);
        // One read at a time: everybody whom the one under way is too old for shares the next.
        await underWay.answer.catch(() => undefined);
      }
    },
  };
};
