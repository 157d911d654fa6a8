import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { cpuMicrosOf } from './machine.ts';
import { type Measured, rounded } from './result.ts';
import { record } from './settle/record.ts';
import { SETTLE, startWorker } from './settle/start.ts';
import type { SettleAsks, Settled } from './settle/worker.ts';
import { countsOf, stepsOf } from './skeleton/trace.ts';
import type { SkeletonAsks } from './skeleton/worker.ts';
import { cpuEach, interleave, median, medianOf, rateOf, ratioOf } from './slices.ts';
import { inPlace } from './place.ts';
import { type Workload, seedOf, unhindered } from './workload.ts';

const INSTANCES = 300;
const ROUNDS = 5;

const workload = (salt: string): Workload => ({ salt, instances: INSTANCES });

const perInstance = (counts: Readonly<Record<string, number>>): Record<string, number> => Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, rounded(count / INSTANCES)]));

/** How the sagas of all rounds ended. */
const endingsOf = (settled: readonly Settled[]): Record<string, number> => {
  const sum: Record<string, number> = {};
  for (const [ending, count] of settled.flatMap(({ endings }) => Object.entries(endings))) sum[ending] = (sum[ending] ?? 0) + count;
  return sum;
};

export interface Profiling {
  /** Where the profile of the real side is written, null for none. */
  readonly profile: string | null;
}

/**
 * Instances a second and CPU an instance, from an event accepted to verified gone, by those of a skeleton that does the same
 * SQLite statements and the same calls and nothing else. Both sides are processes of their own and take turns; the
 * emulator is a third.
 */
export const measureEndToEnd = ({ profile }: Profiling): Promise<{ 'end-to-end': Measured; 'cpu-per-instance': Measured }> =>
  inPlace(async (directory, csms) => {
    const file = join(directory, 'trace.json');
    const trace = await record(csms, directory, INSTANCES, file);
    const real = await startWorker<SettleAsks>(SETTLE, join(directory, 'real'), csms, unhindered());
    const skeleton = await startChild<SkeletonAsks>(new URL('skeleton/worker.ts', import.meta.url));
    await skeleton.ask('load', file);
    const settled: Settled[] = [];
    const batches: number[] = [];
    const emulator: number[] = [];
    const calls: number[] = [];

    const settle = async (salt: string): Promise<Settled> => {
      await csms.hold(seedOf(workload(salt)));
      return real.ask('settle', workload(salt));
    };
    const replay = async (name: string): ReturnType<SkeletonAsks['replay']> => {
      await csms.hold(seedOf(workload('trace')));
      const place = join(directory, name);
      mkdirSync(place);
      return skeleton.ask('replay', place);
    };

    const realRound = async (round: number): Promise<Settled> => {
      const before = cpuMicrosOf(csms.pid);
      const slice = await settle(`round-${round}`);
      if (before !== null) emulator.push(((cpuMicrosOf(csms.pid) ?? 0) - before) / INSTANCES);
      settled.push(slice);
      calls.push((await csms.journal()).length / INSTANCES);
      return slice;
    };
    const skeletonRound = async (round: number): ReturnType<SkeletonAsks['replay']> => {
      const slice = await replay(`round-${round}`);
      batches.push(slice.batches);
      return slice;
    };

    await settle('warm-up');
    await replay('warm-up');
    if (profile !== null) await real.ask('beginProfile');
    const rounds = await interleave(
      [
        ['real', realRound],
        ['skeleton', skeletonRound],
      ],
      ROUNDS,
    );
    if (profile !== null) await real.ask('endProfile', profile);
    await Promise.all([real.stop(), skeleton.stop()]);

    const shared = { instances: INSTANCES, rounds: ROUNDS, endings: endingsOf(settled), perInstance: perInstance(countsOf(stepsOf(trace))) };
    return {
      'end-to-end': {
        ratio: ratioOf(rounds, rateOf, 'real', 'skeleton'),
        detail: {
          instancesPerSecond: rounded(medianOf(rounds, rateOf, 'real')),
          skeletonPerSecond: rounded(medianOf(rounds, rateOf, 'skeleton')),
          skippedSeconds: rounded(median(settled.map(({ skippedSeconds }) => skippedSeconds))),
          perSecondWhileWorking: rounded(median(settled.map(({ count, seconds, skippedSeconds }) => count / (seconds - skippedSeconds)))),
          callsEach: rounded(median(calls)),
          skeletonBatches: median(batches),
          ...shared,
        },
      },
      'cpu-per-instance': {
        ratio: ratioOf(rounds, cpuEach, 'real', 'skeleton'),
        detail: {
          cpuMicros: rounded(medianOf(rounds, cpuEach, 'real')),
          skeletonCpuMicros: rounded(medianOf(rounds, cpuEach, 'skeleton')),
          emulatorCpuMicros: emulator.length === 0 ? null : rounded(median(emulator)),
          instances: INSTANCES,
          rounds: ROUNDS,
        },
      },
    };
  });
