import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Running, begin } from '../cli/probate.ts';
import type { Prng } from '../simulation/prng.ts';
import { type Blow, type Finished, type Usual, drawBlow, finish, strike } from './blow.ts';
import type { Clouds, Held, Journals } from './clouds.ts';
import { passTime } from './pass-time.ts';
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

/** How long after the one before each leg begins: recoverable mode goes on at the erasing dates, after seven days and a while. */
const LEGS: Readonly<Record<World['mode'], readonly number[]>> = { immediate: [0], recoverable: [0, 7 * DAY_SECONDS + 3_600] };

/** Longer than a dead worker's lease and the settling of its call: what it worked on can be gone on with at once. */
const AFTER_A_LEASE_SECONDS = 60;
/** Shorter than a lease, so that a run may meet those of the dead; only where that run is killed in its turn. */
const WITHIN_A_LEASE_SECONDS = [0, 15];

const drawKills = (prng: Prng, leg: number): number => (leg === 0 ? prng.between(1, 3) : prng.between(0, 1));

/** Starts runs of this world in a folder, given its events or going on from what is there. */
const runner = (folder: string, env: Clouds['env'], { events, policy }: World): ((withEvents: boolean) => Running) => {
  const file = (name: string, document: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(document));
    return path;
  };
  const policyFile = file('policy.json', policy);
  const eventFiles = events.map((event, index) => file(`event-${index + 1}.json`, event));
  return (withEvents) => begin(['run', '--policy', policyFile, '--state', join(folder, 'state'), ...(withEvents ? eventFiles : [])], { env });
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
  mkdirSync(folder);
  await clouds.hold(world);
  const before = await clouds.held();
  const run = runner(folder, clouds.env, world);
  // Nobody knows whether a run that showed no work took its events in; half of the time the one after one that did gets them again.
  let given = prng.chance(0.5) ? 2 : 1;
  const kills: Kill[] = [];

  /** Answers false where the run had ended before it could be killed. */
  const kill = async (leg: number, { startMs, workMs }: Usual): Promise<boolean> => {
    const doneMs = kills.reduce((sum, blow) => (blow.leg === leg && blow.from === 'work' ? sum + blow.afterMs : sum), 0);
    const blow = drawBlow(prng, { startMs, workMs: Math.max(1, workMs - doneMs) });
    const { isKilled, isBegun } = await strike(run(given > 0), blow);
    if (isBegun) given -= 1;
    if (!isKilled) return false;
    // What the dead process had sent takes effect before the clocks are moved.
    await wait(LONGEST_ON_ITS_WAY_MS * 2);
    kills.push({ ...blow, leg, at: await clouds.pass(0) });
    return true;
  };

  const disturb = async (leg: number, measured: Usual): Promise<void> => {
    for (let left = drawKills(prng, leg); left > 0 && (await kill(leg, measured)); left -= 1) {
      await passTime(state, clouds, left > 1 && prng.chance(0.5) ? prng.pick(WITHIN_A_LEASE_SECONDS) : AFTER_A_LEASE_SECONDS);
    }
  };

  const finished: Finished[] = [];
  for (const [leg, seconds] of LEGS[world.mode].entries()) {
    await passTime(state, clouds, seconds);
    const measured = usual?.[leg];
    if (measured !== undefined) await disturb(leg, measured);
    finished.push(await finish(run(given > 0)));
    given = 0;
  }
  return { world, state, kills, finished, before, after: await clouds.held(), journals: await clouds.journals() };
};
