import type { Answer } from '../ports/clouds.ts';
import type { Clock } from '../ports/clock.ts';

/** A complete list and when its reading began (epoch ms). */
export interface Listed<T> {
  readonly begunAt: number;
  readonly answer: Answer<readonly T[]>;
  /** HTTP requests it took; 0 for whoever shares a list that another saga caused. */
  readonly requests: number;
}

interface Reading<T> {
  readonly begunAt: number;
  readonly answer: Promise<Answer<readonly T[]>>;
}

/** Reads of one list, shared by all sagas of a project or namespace: whoever asks for one young enough gets the same. */
export interface SharedList<T> {
  get(key: string, begunAfter: number, read: () => Promise<Answer<readonly T[]>>): Promise<Listed<T>>;
}

export const sharedList = <T>(clock: Clock): SharedList<T> => {
  const latest = new Map<string, Reading<T>>();
  return {
    get: async (key, begunAfter, read) => {
      const known = latest.get(key);
      if (known !== undefined && known.begunAt > begunAfter) return { begunAt: known.begunAt, answer: await known.answer, requests: 0 };
      // A read asked for now begins after the asking, even where the clock has not ticked in between.
      const reading: Reading<T> = { begunAt: Math.max(clock.now(), begunAfter + 1), answer: read() };
      latest.set(key, reading);
      const answer = await reading.answer;
      // A failed read is nobody's list.
      if (answer.verdict.kind !== 'done' && latest.get(key) === reading) latest.delete(key);
      return { begunAt: reading.begunAt, answer, requests: answer.requests };
    },
  };
};
