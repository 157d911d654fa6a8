import { watchSteal } from './machine.ts';

/** Above this the host took so much that even ratios suffer (performance.md, How to measure). */
const MOST_STEAL = 0.1;
const MOST_TRIES = 3;

export interface Calm<T> {
  readonly value: T;
  /** Share of the processors' time, 0 to 1, that the host kept for others meanwhile. */
  readonly steal: number;
  readonly tries: number;
  readonly seconds: number;
}

/**
 * Measures again, twice at most and only where it can end before `deadline` (milliseconds of the monotonic clock), when the
 * host took too much; answers the calmest try.
 */
export const measureCalmly = async <T>(measure: () => Promise<T>, deadline: number): Promise<Calm<T>> => {
  let calmest: Omit<Calm<T>, 'tries'> | null = null;
  for (let tries = 1; ; tries += 1) {
    const stealSince = watchSteal();
    const began = performance.now();
    const value = await measure();
    const milliseconds = performance.now() - began;
    const steal = stealSince();
    if (calmest === null || steal < calmest.steal) calmest = { value, steal, seconds: milliseconds / 1_000 };
    if (calmest.steal <= MOST_STEAL || tries === MOST_TRIES || performance.now() + milliseconds > deadline) return { ...calmest, tries };
  }
};
