import type { Prng } from './prng.ts';
import type { Timeline } from './timeline.ts';

/** One process. A crash abandons it where it stands: nothing it awaits ever comes back to it. */
export interface Life {
  readonly name: string;
  isAlive: boolean;
  /** It stands still until then (true time) and goes on as if nothing had been. */
  frozenUntil: number;
}

/** What may befall a process at one operation of a port: it goes through, or the process dies just before or just after its effect. */
export type Blow = 'none' | 'crash-before' | 'crash-after';

export interface Ports {
  readonly timeline: Timeline;
  readonly prng: Prng;
  /** Asked at every operation of every port; scripted crashes come from here. */
  readonly strike: (life: Life, what: string) => Blow;
  readonly crash: (life: Life) => void;
}

/** Hands a result to a process: now, when it thaws, or never. */
export const deliver = (timeline: Timeline, life: Life, hand: () => void): void => {
  if (!life.isAlive) return;
  if (life.frozenUntil > timeline.now()) timeline.at(life.frozenUntil, () => deliver(timeline, life, hand));
  else hand();
};

/** One operation of a port: it takes `latencyMs`, has its effect, and its result goes back to the process if that still lives. */
export const operate = <T>({ timeline, prng, strike, crash }: Ports, life: Life, what: string, latencyMs: number, effect: () => T): Promise<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const blow = strike(life, what);
  if (blow === 'crash-before') {
    crash(life);
    return promise;
  }
  timeline.at(timeline.now() + latencyMs, () => {
    // Whether what a dead process had sent still arrives is chance.
    if (!life.isAlive && prng.chance(0.5)) return;
    try {
      const value = effect();
      if (blow === 'crash-after') crash(life);
      deliver(timeline, life, () => resolve(value));
    } catch (error) {
      deliver(timeline, life, () => reject(error instanceof Error ? error : new Error(String(error))));
    }
  });
  return promise;
};
