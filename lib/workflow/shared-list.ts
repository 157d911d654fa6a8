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
  /** By the monotonic clock: a wall clock that is set back must not make an old list young. */
  readonly begunMonotonic: number;
  readonly answer: Promise<Answer<readonly T[]>>;
}

/** Reads of one list, shared by all sagas of a project or namespace: whoever asks for one young enough gets the same. */
export interface SharedList<T> {
  get(key: string, begunAfter: number, read: () => Promise<Answer<readonly T[]>>): Promise<Listed<T>>;
}

export const sharedList = <T>(clock: Clock): SharedList<T> => {
  const latest = new Map<string, Reading<T>>();
  const begunAt = ({ begunMonotonic }: Reading<T>): number => Math.floor(clock.now() - (clock.monotonic() - begunMonotonic));

  /** A failed read is nobody's list: whoever comes next reads anew, be it an answer that failed or a fault on the way to it. */
  const forget = (key: string, reading: Reading<T>): void => {
    if (latest.get(key) === reading) latest.delete(key);
  };

  return {
    get: async (key, begunAfter, read) => {
      const known = latest.get(key);
      if (known !== undefined && begunAt(known) > begunAfter) {
        const begun = begunAt(known);
        return { begunAt: begun, answer: await known.answer, requests: 0 };
      }
      // A read asked for now begins after the asking, even where the clock has not ticked in between.
      const begun = Math.max(clock.now(), begunAfter + 1);
      const reading: Reading<T> = { begunMonotonic: clock.monotonic(), answer: read() };
      latest.set(key, reading);
      try {
        const answer = await reading.answer;
        if (answer.verdict.kind !== 'done') forget(key, reading);
        return { begunAt: begun, answer, requests: answer.requests };
      } catch (error) {
        forget(key, reading);
        throw error;
      }
    },
  };
};
