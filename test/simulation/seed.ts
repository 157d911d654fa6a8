import type { Finding, Kind } from './findings.ts';
import { type People, createPeople } from './people.ts';
import { prngOf } from './prng.ts';
import { drawPolicy, drawScenario } from './scenario.ts';
import { type World, createWorld } from './world.ts';
import { drawWeather } from './weather.ts';

export interface SeedResult {
  readonly seed: number;
  readonly steps: number;
  readonly findings: readonly Finding[];
  readonly trace: readonly string[];
  readonly digest: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CHAOS_MS = 9 * DAY_MS;
const LONGEST_MS = 120 * DAY_MS;
const MOST_ACTS = 10;

/** Runs a promise to its end together with the world: it waits for ports, and ports move only with the timeline. */
const alongside = async (world: World, running: Promise<void>): Promise<void> => {
  let isDone = false;
  const watched = running.finally(() => {
    isDone = true;
  });
  for (; !isDone; ) if ((await world.runUntil(world.timeline.now() + 1_000)) === 0) await world.timeline.step(Infinity);
  await watched;
};

/** One whole life under one seed: a scenario, nine days of whatever goes wrong, then quiet until all is settled, then the audit. */
export const runSeed = async (seed: number): Promise<SeedResult> => {
  const prng = prngOf(seed);
  const policy = drawPolicy(prng);
  const weather = drawWeather(prng);
  const late: { people: People | null } = { people: null };
  let acts = prng.between(1, MOST_ACTS);
  const act = (): void => {
    if ((acts -= 1) >= 0) void late.people?.act().catch(trouble);
  };
  const world = createWorld({ prng: prng.fork(), policy, weather, workers: prng.between(1, 3), act });
  const { timeline, trace } = world;
  const trouble = (error: unknown): void => trace.line('person', `fails: ${String(error)}`);
  trace.line('seed', `${seed} ${JSON.stringify(policy)} ${JSON.stringify(weather)}`);
  const scenario = drawScenario(prng, world.csms, world.sae);
  const people = createPeople({ ...world, prng: prng.fork(), scenario, policy, later: (milliseconds, what) => timeline.at(timeline.now() + milliseconds, () => void what().catch(trouble)) });
  late.people = people;

  const moment = (): number => prng.pick([prng.between(0, 3 * MINUTE_MS), prng.between(0, 20 * MINUTE_MS), prng.between(0, DAY_MS + 20 * MINUTE_MS), prng.between(0, CHAOS_MS)]);
  const happens = (times: number, what: () => void): void => {
    for (let count = 0; count < times; count += 1) timeline.at(moment(), what);
  };
  happens(weather.clockJumps, world.jump);
  happens(weather.lostQueue, world.loseQueue);
  happens(prng.between(0, 3), act);
  for (const event of scenario.events) {
    void world.send(event).catch(trouble);
    if (prng.chance(0.3)) timeline.at(moment(), () => void world.send(event).catch(trouble));
  }

  await world.runUntil(CHAOS_MS);
  const isQuiet = await world.settle(LONGEST_MS, () => people.tidyUp().catch(trouble));
  const stuck: Finding[] = isQuiet ? [] : [{ kind: 'stuck', at: timeline.now(), what: 'it never came to rest' }];
  if (isQuiet) await alongside(world, world.auditTheEnd());
  return { seed, steps: world.steps, findings: [...world.findings, ...stuck], trace: trace.lines, digest: trace.digest() };
};

export const countOf = (results: readonly SeedResult[], kind: Kind): number => results.flatMap(({ findings }) => findings).filter((finding) => finding.kind === kind).length;
