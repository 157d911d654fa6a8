import { isFault } from '../simulation/findings.ts';
import { runSeed } from '../simulation/seed.ts';

/** Prints the first fault that the auditors of the simulation find within so many seeds, null when there is none. */
const firstFinding = async (seeds: number): Promise<{ readonly seed: number; readonly kind: string; readonly what: string } | null> => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { findings } = await runSeed(seed);
    const fault = findings.find(isFault);
    if (fault !== undefined) return { seed, kind: fault.kind, what: fault.what };
  }
  return null;
};

process.stdout.write(`${JSON.stringify(await firstFinding(Number(process.argv[2])))}\n`);
