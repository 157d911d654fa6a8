import { describe, expect, it } from 'vitest';
import { isFault } from './findings.ts';
import { runSeed } from './seed.ts';

const AT_ONCE = 50;
/** `npm run simulate -- --seeds 10000` goes on from here. */
const SEEDS = 1_000;

const from = (first: number): number[] => Array.from({ length: AT_ONCE }, (_, index) => first + index);

describe('a whole life under faults of every kind, one seed each', () => {
  it.each(Array.from({ length: SEEDS / AT_ONCE }, (_, index) => 1 + index * AT_ONCE))('ends legally for the seeds from %i on: nothing wrong, lost, stuck or unlike the cloud', async (first) => {
    const faults: string[] = [];
    for (const seed of from(first)) {
      const { findings } = await runSeed(seed);
      faults.push(...findings.filter(isFault).map(({ kind, what }) => `${kind}: ${what} (npm run simulate -- --seed ${seed} --trace)`));
    }
    expect(faults).toEqual([]);
  }, 120_000);

  it('is the same life, line by line, whenever its seed is lived again', async () => {
    const twice = async (seed: number): Promise<readonly (readonly string[])[]> => [(await runSeed(seed)).trace, (await runSeed(seed)).trace];
    for (const seed of [3, 29, 184]) {
      const [one, again] = await twice(seed);
      expect(again).toEqual(one);
    }
  }, 120_000);
});
