import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prngOf } from '../simulation/prng.ts';
import type { Usual } from './blow.ts';
import { audit } from './audit.ts';
import { type Clouds, startClouds } from './clouds.ts';
import { judgeRuns, takeEvidence } from './evidence.ts';
import type { Finding } from './findings.ts';
import { type Kill, type Life, live } from './life.ts';
import { type Mode, drawWorld } from './world.ts';

/** One time: how often and when its run was killed, and what the audit found. */
export interface Time {
  readonly seed: number;
  readonly mode: Mode;
  /** false for the one of its mode that is left alone, by which the moments of the kills are measured. */
  readonly isDisturbed: boolean;
  readonly kills: readonly Kill[];
  /** Calls whose reply was lost with the process that had made them. */
  readonly cutOff: number;
  readonly legs: readonly Usual[];
  readonly findings: readonly Finding[];
  /** Where events, policy, state and evidence lie; removed when nothing was found. */
  readonly folder: string;
}

export interface TimesOptions {
  /** The first seed; each time has the next. */
  readonly first: number;
  readonly times: number;
  readonly instances: number;
  readonly tell: (time: Time) => void;
}

const modeOf = (seed: number): Mode => (prngOf(seed).chance(0.25) ? 'recoverable' : 'immediate');

const judge = async (life: Life, folder: string, env: Clouds['env']): Promise<Pick<Time, 'findings' | 'cutOff'>> => {
  const { evidence, findings } = await takeEvidence(life.state, join(folder, 'evidence'), env);
  const audited = evidence === null ? [] : audit(life, evidence);
  return { findings: [...judgeRuns(life.finished), ...findings, ...audited], cutOff: evidence?.cutOff ?? 0 };
};

/** Lives that many times one after another on one pair of emulators, each audited while the next is lived. */
export const liveTimes = async ({ first, times, instances, tell }: TimesOptions): Promise<readonly Time[]> => {
  const root = mkdtempSync(join(tmpdir(), 'probate-crash-'));
  const clouds = await startClouds(root);
  const usual = new Map<Mode, readonly Usual[]>();
  const audits: Promise<Time>[] = [];

  const judged = async (seed: number, isDisturbed: boolean, life: Life, folder: string): Promise<Time> => {
    const { findings, cutOff } = await judge(life, folder, clouds.env);
    const time: Time = { seed, mode: life.world.mode, isDisturbed, kills: life.kills, cutOff, legs: life.finished.map((run) => run.usual), findings, folder };
    if (findings.length === 0) rmSync(folder, { recursive: true });
    tell(time);
    return time;
  };

  const liveOnce = async (seed: number, mode: Mode, measured: readonly Usual[] | null): Promise<Life> => {
    const folder = join(root, `${seed}-${measured === null ? 'undisturbed' : 'killed'}`);
    const world = drawWorld(seed, mode, instances, Date.now());
    const life = await live({ clouds, folder, world, usual: measured, prng: prngOf(seed).fork() });
    // One audit at a time: they would otherwise pile up behind a slow one.
    await audits.at(-1);
    const judging = judged(seed, measured !== null, life, folder);
    // It is waited for only once the next time is lived; until then a failure must not end the process, and orphan the emulators.
    judging.catch(() => undefined);
    audits.push(judging);
    return life;
  };

  try {
    for (let seed = first; seed < first + times; seed += 1) {
      const mode = modeOf(seed);
      const measured = usual.get(mode) ?? (await liveOnce(seed, mode, null)).finished.map((run) => run.usual);
      usual.set(mode, measured);
      await liveOnce(seed, mode, measured);
    }
    const lived = await Promise.all(audits);
    if (lived.every(({ findings }) => findings.length === 0)) rmSync(root, { recursive: true });
    return lived;
  } finally {
    await clouds.stop();
  }
};
