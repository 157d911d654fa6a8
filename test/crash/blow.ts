import { setTimeout as wait } from 'node:timers/promises';
import type { Ended, Running } from '../cli/probate.ts';
import type { Prng } from '../simulation/prng.ts';

/** How long a run takes that nobody disturbs: until its first sign of work, and from there to its end. */
export interface Usual {
  readonly startMs: number;
  readonly workMs: number;
}

/** When a run is killed, counted from its start or from its first sign of work. */
export interface Blow {
  readonly from: 'start' | 'work';
  readonly afterMs: number;
}

/** Most kills fall while work is done; one in eight while the state is opened and the events are sent. */
export const drawBlow = (prng: Prng, { startMs, workMs }: Usual): Blow =>
  prng.chance(1 / 8) ? { from: 'start', afterMs: prng.between(0, startMs) } : { from: 'work', afterMs: prng.between(0, workMs) };

/** No run of such a policy has anything to wait for; one that is not done by then never will be. */
const LONGEST_MS = 150_000;

/** The moment (of `performance.now`) of a run's first line on standard error, which without --json is a saga's state; of its end where it has none. */
const firstSign = async ({ says }: Running): Promise<number> => {
  await says('\n').catch(() => undefined);
  return performance.now();
};

const endsWithin = async ({ ended }: Running, milliseconds: number): Promise<boolean> => {
  const over = new AbortController();
  const late = wait(milliseconds, false, { signal: over.signal }).catch(() => false);
  const inTime = await Promise.race([ended.then(() => true), late]);
  over.abort();
  return inTime;
};

export interface Struck extends Ended {
  /** false where it had ended by itself before. */
  readonly isKilled: boolean;
  readonly isBegun: boolean;
}

/** `kill -9` at that moment, or as soon as it has ended by itself. */
export const strike = async (running: Running, { from, afterMs }: Blow): Promise<Struck> => {
  if (from === 'work') await Promise.race([firstSign(running), endsWithin(running, LONGEST_MS)]);
  await endsWithin(running, afterMs);
  running.signal('SIGKILL');
  const ended = await running.ended;
  return { ...ended, isKilled: ended.code === null, isBegun: ended.err.includes('\n') };
};

export interface Finished extends Ended {
  readonly usual: Usual;
  readonly isStuck: boolean;
}

/** Lets a run come to its end, and tells how long it took. */
export const finish = async (running: Running): Promise<Finished> => {
  const began = performance.now();
  const sign = firstSign(running);
  const isStuck = !(await endsWithin(running, LONGEST_MS));
  if (isStuck) running.signal('SIGKILL');
  const ended = await running.ended;
  const worked = await sign;
  return { ...ended, isStuck, usual: { startMs: Math.round(worked - began), workMs: Math.round(performance.now() - worked) } };
};
