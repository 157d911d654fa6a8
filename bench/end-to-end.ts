import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.ts';
import type { EmulatedCsms } from './emulator/csms.ts';
import { cpuMicrosOf } from './machine.ts';
import { type Measured, rounded } from './result.ts';
import type { RecordAsks } from './settle/recording-worker.ts';
import { RECORD, SETTLE, startWorker } from './settle/start.ts';
import type { SettleAsks, Settled } from './settle/worker.ts';
import { type Trace, countsOf, stepsOf } from './skeleton/trace.ts';
import type { SkeletonAsks } from './skeleton/worker.ts';
import { cpuEach, interleave, median, medianOf, rateOf, ratioOf } from './slices.ts';
import { inPlace } from './place.ts';
import { type Workload, seedOf, unhindered } from './workload.ts';

const INSTANCES = 300;
const ROUNDS = 5;

const workload = (salt: string): Workload => ({ salt, instances: INSTANCES });

/** Runs once in a process with a recorder at its ports, warmed up like those that are timed; the trace goes into `file`. */
const record = async (csms: EmulatedCsms, directory: string, file: string): Promise<Trace> => {
  const recording = await startWorker<RecordAsks>(RECORD, join(directory, 'recorded'), csms, unhindered());
  await csms.hold(seedOf(workload('warm')));
  await recording.ask('warm', workload('warm'));
  await csms.hold(seedOf(workload('trace')));
  await recording.ask('record', { workload: workload('trace'), file });
  await recording.stop();
  const trace: Trace = JSON.parse(readFileSync(file, 'utf8'));
  const calls = stepsOf(trace).filter(({ op }) => op === 'call').length;
  const answered = (await csms.journal()).length;
  if (calls === 0 || calls !== answered) throw new Error(`the recording holds ${calls} calls, the emulator answered ${answered}`);
  return trace;
};

const perInstance = (counts: Readonly<Record<string, number>>): Record<string, number> => Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, rounded(count / INSTANCES)]));

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
    const trace = await record(csms, directory, file);
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

    await settle('warm-up');
    await replay('warm-up');
    if (profile !== null) await real.ask('beginProfile');
    const rounds = await interleave(
      [
        ['real', async (round) => {
          const before = cpuMicrosOf(csms.pid);
          const slice = await settle(`round-${round}`);
          if (before !== null) emulator.push(((cpuMicrosOf(csms.pid) ?? 0) - before) / INSTANCES);
          settled.push(slice);
          calls.push((await csms.journal()).length / INSTANCES);
          return slice;
        }],
        ['skeleton', async (round) => {
          const slice = await replay(`round-${round}`);
          batches.push(slice.batches);
          return slice;
        }],
      ],
      ROUNDS,
    );
    if (profile !== null) await real.ask('endProfile', profile);
    await Promise.all([real.stop(), skeleton.stop()]);

    const endings = settled.reduce<Record<string, number>>((sum, slice) => {
      for (const [ending, count] of Object.entries(slice.endings)) sum[ending] = (sum[ending] ?? 0) + count;
      return sum;
    }, {});
    const shared = { instances: INSTANCES, rounds: ROUNDS, endings, perInstance: perInstance(countsOf(stepsOf(trace))) };
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
