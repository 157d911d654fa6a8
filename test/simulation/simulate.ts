import { parseArgs } from 'node:util';
import { type Finding, isFault } from './findings.ts';
import { type SeedResult, countOf, runSeed } from './seed.ts';

const USAGE = `npm run simulate -- [--seeds N] [--from N] [--seed N] [--trace] [--json]
  --seeds N   lives through so many seeds (200)
  --from N    the first of them (1)
  --seed N    lives through this one alone
  --trace     prints all that happens, line by line
  --json      prints one JSON document and nothing else on standard output
Exits 1 when anything was wrong, lost, stuck or a mismatch; what was raced is counted apart.\n`;

/** A misspelt number must not come to no seeds at all, which nothing could be found in. */
const numberOf = (text: string, option: string): number => {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new RangeError(`--${option} is ${JSON.stringify(text)}: give a positive whole number`);
  return Number(text);
};

const LINES_BEFORE = 60;

/** What led to the first fault: the world as drawn, and the last lines before it. */
const minimalTrace = ({ seed, trace, findings }: SeedResult): string => {
  const first = findings.find(isFault);
  const until = trace.findLastIndex((line) => Number(line.slice(0, 12)) * 1_000 <= (first?.at ?? 0));
  const told = findings.map(({ kind, at, what }) => `${(at / 1_000).toFixed(3)} ${kind}: ${what}`);
  return [`seed ${seed}:`, ...trace.slice(0, 1), ...trace.slice(Math.max(1, until - LINES_BEFORE), until + 1), ...told, `replay: npm run simulate -- --seed ${seed} --trace`].join('\n');
};

const lineOf = ({ kind, at, what }: Finding): string => `${(at / 1_000).toFixed(3).padStart(12)} ${kind}: ${what}`;

interface Asked {
  readonly seeds: readonly number[];
  readonly showsTrace: boolean;
  readonly asJson: boolean;
}

const liveThrough = async ({ seeds, showsTrace, asJson }: Asked): Promise<void> => {
  const results: SeedResult[] = [];
  for (const seed of seeds) {
    const result = await runSeed(seed);
    if (showsTrace) process.stdout.write(`${[...result.trace, ...result.findings.map(lineOf)].join('\n')}\n`);
    else if (result.findings.some(isFault)) process.stderr.write(`${minimalTrace(result)}\n\n`);
    results.push({ ...result, trace: [] });
    if (process.stderr.isTTY) process.stderr.write(`${results.length}/${seeds.length}\r`);
  }
  const sums = {
    seeds: results.length,
    steps: results.reduce((sum, { steps }) => sum + steps, 0),
    wrong: countOf(results, 'wrong'),
    raced: countOf(results, 'raced'),
    lost: countOf(results, 'lost'),
    stuck: countOf(results, 'stuck'),
    mismatch: countOf(results, 'mismatch'),
  };
  process.stdout.write(asJson ? `${JSON.stringify(sums)}\n` : `${Object.entries(sums).map(([name, count]) => `${name} ${count}`).join(', ')}\n`);
  process.exitCode = sums.wrong + sums.lost + sums.stuck + sums.mismatch === 0 ? 0 : 1;
};

const read = (): Asked => {
  const { values } = parseArgs({
    options: { seeds: { type: 'string', default: '200' }, from: { type: 'string', default: '1' }, seed: { type: 'string' }, trace: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  });
  const from = numberOf(values.seed ?? values.from, values.seed === undefined ? 'from' : 'seed');
  const count = values.seed === undefined ? numberOf(values.seeds, 'seeds') : 1;
  return { seeds: Array.from({ length: count }, (_, index) => from + index), showsTrace: values.trace, asJson: values.json };
};

const main = async (): Promise<void> => {
  let asked: Asked;
  try {
    asked = read();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  await liveThrough(asked);
};

await main();
