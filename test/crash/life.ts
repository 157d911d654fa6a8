import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { type Running, begin } from '../cli/probate.ts';
import type { Prng } from '../simulation/prng.ts';
import { type Blow, type Finished, type Usual, drawBlow, finish, strike } from './blow.ts';
import type { Clouds, Held, Journals } from './clouds.ts';
import { LONGEST_ON_ITS_WAY_MS, type World } from './world.ts';

/** One kill as it fell; `at` is epoch ms of the clouds' clock, once nothing of that process was on its way any more. */
export interface Kill extends Blow {
  readonly leg: number;
  readonly at: number;
}

/** What one time left behind. */
export interface Life {
  readonly world: World;
  /** Where the state lies. */
  readonly state: string;
  readonly kills: readonly Kill[];
  /** The last run of each leg, which was left to end. */
  readonly finished: readonly Finished[];
  readonly before: Held;
  readonly after: Held;
  readonly journals: Journals;
}

const DAY_SECONDS = 86_400;

/** Recoverable mode goes on at the erasing dates, seven days and a while later. */
const LATER_SECONDS: Readonly<Record<World['mode'], readonly number[]>> = { immediate: [0], recoverable: [0, 7 * DAY_SECONDS + 3_600] };

/** Longer than a dead worker's lease and the settling of its call: what it worked on can be gone on with at once. */
const AFTER_A_LEASE_SECONDS = 60;
/** Shorter than a lease, so that a run may meet those of the dead; only where that run is killed in its turn. */
const WITHIN_A_LEASE_SECONDS = [0, 15];

/**
 * Moves the state's clock from outside, without opening it as a process of Probate would: what the dead left is for the
 * next run to find. Tells whether there was one yet.
 */
const moveState = (state: string, seconds: number): boolean => {
  const path = join(state, 'probate.db');
  if (!existsSync(path)) return false;
  const database = new DatabaseSync(path);
  try {
    const isMade = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'setting'`).get() !== undefined;
    if (isMade) database.prepare(`INSERT INTO setting (name, value) VALUES ('clock_offset_ms', ?) ON CONFLICT DO UPDATE SET value = value + excluded.value`).run(seconds * 1_000);
    return isMade;
  } finally {
    database.close();
  }
};

const written = (folder: string, { events, policy }: World): { readonly policy: string; readonly events: string[] } => {
  const file = (name: string, document: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(document));
    return path;
  };
  return { policy: file('policy.json', policy), events: events.map((event, index) => file(`event-${index + 1}.json`, event)) };
};

export interface LifeOptions {
  readonly clouds: Clouds;
  readonly folder: string;
  readonly world: World;
  /** Of an undisturbed run, leg by leg; null lets this one be undisturbed. */
  readonly usual: readonly Usual[] | null;
  readonly prng: Prng;
}

/** Lives through one world: runs it, kills the run at random moments, goes on, and leaves the last run of each leg to end. */
export const live = async ({ clouds, folder, world, usual, prng }: LifeOptions): Promise<Life> => {
  const state = join(folder, 'state');
  mkdirSync(folder, { recursive: true });
  const files = written(folder, world);
  await clouds.hold(world);
  const before = await clouds.held();
  const pass = async (seconds: number): Promise<void> => {
    if (seconds > 0 && moveState(state, seconds)) await clouds.pass(seconds);
  };

  const kills: Kill[] = [];
  const finished: Finished[] = [];
  // Until a run has shown that it works nobody knows whether it took the events in; the first one after it may be given them once more.
  const again = prng.chance(0.5);
  const sent = { begun: false, give: true };
  const begun = (): void => {
    sent.give = again && !sent.begun;
    sent.begun = true;
  };
  const run = (): Running => begin(['run', '--policy', files.policy, '--state', state, ...(sent.give ? files.events : [])], { env: clouds.env });

  for (const [leg, seconds] of LATER_SECONDS[world.mode].entries()) {
    await pass(seconds);
    let doneMs = 0;
    for (let left = usual === null ? 0 : leg === 0 ? prng.between(1, 3) : prng.between(0, 1); left > 0; left -= 1) {
      const blow = drawBlow(prng, usual?.[leg] ?? { startMs: 0, workMs: 0 }, doneMs);
      const { isKilled, isBegun } = await strike(run(), blow);
      if (!isKilled) break;
      // What the dead process had sent takes effect before the clocks are moved.
      await wait(LONGEST_ON_ITS_WAY_MS * 2);
      kills.push({ ...blow, leg, at: await clouds.pass(0) });
      if (blow.from === 'work') doneMs += blow.afterMs;
      if (isBegun) begun();
      await pass(left > 1 && prng.chance(0.5) ? prng.pick(WITHIN_A_LEASE_SECONDS) : AFTER_A_LEASE_SECONDS);
    }
    finished.push(await finish(run()));
    sent.give = false;
  }
  return { world, state, kills, finished, before, after: await clouds.held(), journals: await clouds.journals() };
};
