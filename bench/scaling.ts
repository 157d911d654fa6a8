import { join } from 'node:path';
import type { EmulatedCsms } from './emulator/csms.ts';
import { inPlace } from './place.ts';
import { type Measured, rounded } from './result.ts';
import { SETTLE, startWorker } from './settle/start.ts';
import type { SettleAsks, Settled } from './settle/worker.ts';
import { cpuEach, median, rateOf } from './slices.ts';
import { seedOf, unhindered } from './workload.ts';

const SMALL = 1_000;
const LARGE = 10_000;
/** What the smallest Lambda function has. */
const UNIT_BYTES = 128 * 2 ** 20;
/**
 * What the start script of Lambda's Node image makes of it: a tenth for the young generation, which has two such halves, and
 * the rest for the old one. Node by itself takes what the machine has, and says nothing of what is needed.
 */
const HEAP_OF_UNIT = '--max-semi-space-size=6 --max-old-space-size=116';
/** So that neither size pays for the compiling. */
const WARM_UP = 200;

/** What any size gets, however late it is. */
const LEAST_MS = 20_000;

/** One size in a process of its own. */
interface Sized {
  readonly instances: number;
  readonly settled: Settled;
  readonly idleBytes: number;
}

const settleIn = async (csms: EmulatedCsms, directory: string, instances: number, limitMs: number): Promise<Sized> => {
  const worker = await startWorker<SettleAsks>(SETTLE, directory, csms, unhindered(), { NODE_OPTIONS: HEAP_OF_UNIT });
  const idleBytes = await worker.ask('rssBytes');
  const settle = async (salt: string, count: number): Promise<Settled> => {
    await csms.hold(seedOf({ salt, instances: count }));
    return worker.ask('settle', { salt, instances: count }, Math.max(LEAST_MS, Math.round(limitMs)));
  };
  await settle('warm-up', WARM_UP);
  const settled = await settle('scaling', instances);
  await worker.stop();
  return { instances, settled, idleBytes };
};

/** One point of the picture in docs/performance.md. */
export interface Point {
  readonly instances: number;
  readonly cpuMicros: number;
  readonly instancesPerSecond: number;
}

const pointOf = ({ instances, settled }: Sized): Point => ({
  instances,
  cpuMicros: rounded(cpuEach(settled)),
  instancesPerSecond: rounded(rateOf(settled)),
});

/**
 * CPU an instance at ten thousand instances by that at one thousand, and the memory the ten thousand took at most. The
 * small size runs before and after the large one; `between` are further sizes to be shown. What is not done by `deadline`
 * (milliseconds of the monotonic clock) is cut off, and said to be.
 */
export const measureScaling = (between: readonly number[], deadline: number): Promise<{ 'scaling-10x': Measured; 'memory-10x': Measured }> =>
  inPlace(async (directory, csms) => {
    const sized: Sized[] = [];
    let smallMs = 0;
    for (const instances of [...between, SMALL, LARGE, SMALL]) {
      const began = performance.now();
      // The small size runs once more after this one.
      sized.push(await settleIn(csms, join(directory, String(sized.length)), instances, deadline - began - smallMs));
      if (instances === SMALL) smallMs = performance.now() - began;
    }
    const of = (size: number): Sized[] => sized.filter(({ instances }) => instances === size);
    const cost = (size: number): number => median(of(size).map(({ settled }) => cpuEach(settled)));
    const [large] = of(LARGE);
    if (large === undefined) throw new Error('the large size was not measured');
    const { settled, idleBytes } = large;
    // What was cut off is taken to have needed as much as what was done.
    const overIdleBytes = ((settled.peakBytes - idleBytes) * LARGE) / settled.count;
    const points = sized.map(pointOf).sort((a, b) => a.instances - b.instances);
    return {
      'scaling-10x': {
        ratio: cost(LARGE) / cost(SMALL),
        detail: { points, seconds: rounded(settled.seconds), skippedSeconds: rounded(settled.skippedSeconds), cutOff: settled.cutOff, endings: settled.endings },
      },
      'memory-10x': {
        ratio: overIdleBytes / UNIT_BYTES,
        detail: { idleMB: rounded(idleBytes / 2 ** 20), peakMB: rounded(settled.peakBytes / 2 ** 20), instances: LARGE, cutOff: settled.cutOff, endings: settled.endings },
      },
    };
  });
