import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bundle, bundle } from '../../deploy/bundle.ts';
import { readHandlers } from '../../deploy/handlers.ts';
import { type Measured, rounded } from '../result.ts';
import { median } from '../slices.ts';
import { withDirectory } from '../temporary.ts';
import { policyWith } from '../workload.ts';
import { thirdPartyModule } from './third-party.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TIME_IMPORT = fileURLToPath(new URL('time-import.ts', import.meta.url));
const ROUNDS = 11;
/** Everything bundled naively (performance.md, Floors measured). */
const NAIVE_KB = 990;

/** The function with the most code, which starts slowest. */
const largestOf = async (): Promise<Bundle> => {
  const bundles = await bundle(ROOT, readHandlers(join(ROOT, 'serverless.yml')));
  const [largest] = [...bundles].sort((a, b) => b.code.length - a.code.length);
  if (largest === undefined) throw new Error('serverless.yml has no function');
  return largest;
};

const packageFiles = (inputs: readonly string[]): string[] => inputs.filter((input) => input.includes('node_modules/'));

/** The same packages without a line of ours; throws when it holds a file of theirs that the function does not, since it would be no floor then. */
const floorOf = async ({ name, inputs }: Bundle): Promise<Bundle> => {
  const module = '.build/bench/third-party';
  const file = join(ROOT, `${module}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, thirdPartyModule(ROOT, inputs));
  try {
    const [floor] = await bundle(ROOT, [{ name: 'third-party', module }]);
    if (floor === undefined) throw new Error('esbuild made no floor');
    const foreign = packageFiles(floor.inputs).filter((input) => !inputs.includes(input));
    if (foreign.length > 0) throw new Error(`the floor holds what ${name} does not: ${foreign.join(', ')}`);
    return floor;
  } finally {
    rmSync(file);
  }
};

/** What a function finds in its environment; nothing of it is called before the first message. */
const environment = (policy: string): Record<string, string> => ({
  AWS_LAMBDA_FUNCTION_NAME: 'probate-bench',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  PROBATE_STACK: 'aws',
  PROBATE_STAGE: 'bench',
  PROBATE_POLICY: policy,
});

const importMs = (file: string, env: Record<string, string>): number => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [TIME_IMPORT, file], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the bundle could not be imported: ${stderr}`);
  return Number(stdout);
};

const kilobytes = ({ code }: Bundle): number => code.length / 1_000;

/** How long the largest function takes to start, by the same packages alone; every start is a process of its own. */
export const measureInit = (): Promise<{ 'init-time': Measured }> =>
  withDirectory(async (directory) => {
    const ours = await largestOf();
    const floor = await floorOf(ours);
    const policy = join(directory, 'policy.json');
    writeFileSync(policy, JSON.stringify(policyWith({})));
    const [function_, packages] = [ours, floor].map(({ name, code }) => {
      const file = join(directory, `${name}.mjs`);
      writeFileSync(file, code);
      return (): number => importMs(file, environment(policy));
    });
    if (function_ === undefined || packages === undefined) throw new Error('there are two bundles');
    const rounds = Array.from({ length: ROUNDS + 1 }, () => ({ function: function_(), packages: packages() })).slice(1);
    return {
      'init-time': {
        ratio: median(rounds.map((round) => round.function / round.packages)),
        detail: {
          function: ours.name,
          functionMs: rounded(median(rounds.map((round) => round.function))),
          packagesMs: rounded(median(rounds.map((round) => round.packages))),
          functionKB: rounded(kilobytes(ours)),
          packagesKB: rounded(kilobytes(floor)),
          functionPackageFiles: packageFiles(ours.inputs).length,
          packageFiles: packageFiles(floor.inputs).length,
          rounds: ROUNDS,
        },
      },
    };
  });

export const measureSize = async (): Promise<{ 'bundle-size': Measured }> => {
  const ours = await largestOf();
  return { 'bundle-size': { ratio: kilobytes(ours) / NAIVE_KB, detail: { function: ours.name, functionKB: rounded(kilobytes(ours)), naiveKB: NAIVE_KB } } };
};
