import { parseArgs } from 'node:util';
import { type Asked, GOALS, MEASUREMENTS, isName } from './benchmarks.ts';
import { measureCalmly } from './calmly.ts';
import { machineFacts, watchSteal } from './machine.ts';
import { writePage } from './page/write.ts';
import { type Name, type Result, isMet, rounded } from './result.ts';
import { timeByPart } from './settle/time-by-part.ts';
import { tableOf } from './table.ts';

const USAGE = `npm run bench -- [--json] [--only NAME]... [--write] [--profile FILE.cpuprofile]
  --only NAME     measures only this one (repeatable): ${Object.keys(GOALS).join(', ')}
  --json          prints one JSON document and nothing else on standard output
  --write         writes docs/performance.md and its picture from the results; takes longer
  --profile FILE  writes a CPU profile of end-to-end's real side, and prints where its time went\n`;

/** A whole run ends within five minutes: nothing is begun again that could not end by then, and the largest size is cut off. */
const FIVE_MINUTES_MS = 275_000;
/** To write the page more is measured, and it is read long after. */
const WRITING_MS = 1_500_000;
/** Where the scaling picture is drawn beside the two sizes that are compared. */
const SIZES_OF_THE_PICTURE = [100, 300, 3_000];
const PROFILED_PARTS = 40;

/** What was asked for cannot be done. */
class UsageRefused extends Error {
  override readonly name = 'UsageRefused';
}

const chosen = (only: readonly string[]): readonly Name[] => {
  const unknown = only.filter((name) => !isName(name));
  if (unknown.length > 0) throw new UsageRefused(`there is no benchmark ${unknown.join(', ')}`);
  const names = Object.keys(GOALS).filter(isName);
  return only.length === 0 ? names : names.filter((name) => only.includes(name));
};

const progress = (text: string): void => void process.stderr.write(`${text}\n`);

const measureAll = async (names: readonly Name[], asked: Asked): Promise<readonly Result[]> => {
  const results = new Map<Name, Result>();
  for (const { names: given, measure } of MEASUREMENTS) {
    if (!given.some((name) => names.includes(name))) continue;
    progress(`measuring ${given.join(', ')}`);
    const { value, steal, tries, seconds } = await measureCalmly(() => measure(asked), asked.deadline);
    for (const name of given) {
      const measured = value[name];
      if (measured === undefined) throw new Error(`${name} was not measured`);
      results.set(name, { name, ratio: rounded(measured.ratio), ...GOALS[name], detail: { ...measured.detail, steal: rounded(steal), tries, measuredInSeconds: rounded(seconds) } });
    }
  }
  return names.map((name) => results.get(name)).filter((result) => result !== undefined);
};

const showProfile = (file: string): void => {
  for (const { part, milliseconds, share } of timeByPart(file).slice(0, PROFILED_PARTS)) {
    progress(`${milliseconds.toFixed(0).padStart(8)} ms ${(share * 100).toFixed(1).padStart(5)} %  ${part}`);
  }
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: [] }, write: { type: 'boolean', default: false }, profile: { type: 'string' } },
  });
  if (values.write && values.only.length > 0) throw new UsageRefused('--write writes the results of a whole run: leave --only out');
  const names = chosen(values.only);
  const profile = values.profile ?? null;
  const facts = machineFacts();
  const stealSince = watchSteal();
  const began = performance.now();
  const results = await measureAll(names, { profile, sizes: values.write ? SIZES_OF_THE_PICTURE : [], deadline: began + (values.write ? WRITING_MS : FIVE_MINUTES_MS) });
  const machine = { ...facts, steal: rounded(stealSince()), seconds: rounded((performance.now() - began) / 1_000), at: new Date().toISOString() };
  if (profile !== null && names.includes('end-to-end')) showProfile(profile);
  if (values.write) for (const file of writePage({ machine, results })) progress(`wrote ${file}`);
  process.stdout.write(values.json ? `${JSON.stringify({ machine, results }, null, 2)}\n` : tableOf(results));
  process.exitCode = results.every(isMet) ? 0 : 1;
};

try {
  await main();
} catch (error) {
  const isUsage = error instanceof UsageRefused || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  if (!isUsage) throw error;
  process.stderr.write(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
