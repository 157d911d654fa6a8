import { parseArgs } from 'node:util';
import type { Finding } from './findings.ts';
import { type SeedResult, countOf, runSeed } from './seed.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '200' }, from: { type: 'string', default: '1' }, seed: { type: 'string' }, trace: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } });

const isFault = ({ kind }: Finding): boolean => kind !== 'raced';
const LINES_BEFORE = 60;

/** What led to the first fault: the world as drawn, and the last lines before it. */
const minimalTrace = ({ seed, trace, findings }: SeedResult): string => {
  const first = findings.find(isFault);
  const until = trace.findLastIndex((line) => Number(line.slice(0, 12)) * 1_000 <= (first?.at ?? 0));
  const told = findings.map(({ kind, at, what }) => `${(at / 1_000).toFixed(3)} ${kind}: ${what}`);
  return [`seed ${seed}:`, ...trace.slice(0, 1), ...trace.slice(Math.max(1, until - LINES_BEFORE), until + 1), ...told, `replay: npm run simulate -- --seed ${seed} --trace`].join('\n');
};

const numbers = values.seed === undefined ? Array.from({ length: Number(values.seeds) }, (_, index) => Number(values.from) + index) : [Number(values.seed)];
const results: SeedResult[] = [];
for (const seed of numbers) {
  const result = await runSeed(seed);
  const isFaulty = result.findings.some(isFault);
  if (values.trace) process.stdout.write(`${[...result.trace, ...result.findings.map(({ kind, at, what }) => `${(at / 1_000).toFixed(3).padStart(12)} ${kind}: ${what}`)].join('\n')}\n`);
  else if (isFaulty) process.stderr.write(`${minimalTrace(result)}\n\n`);
  results.push({ ...result, trace: [] });
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
process.stdout.write(values.json ? `${JSON.stringify(sums)}\n` : `${Object.entries(sums).map(([name, count]) => `${name} ${count}`).join(', ')}\n`);
process.exitCode = sums.wrong + sums.lost + sums.stuck + sums.mismatch === 0 ? 0 : 1;
