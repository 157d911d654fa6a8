import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Mutant } from './mutant.ts';
import { compileRun, controlRun, judgeMutant } from './prove.ts';
import { ROOT, type Sandbox, openSandbox } from './sandbox.ts';
import type { Ruling } from './ruling.ts';

interface Judged extends Pick<Mutant, 'name' | 'about' | 'file'> {
  readonly ruling: Ruling;
  readonly seconds: number;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
/** What goes on right now: written over by what came of it. */
const doing = (what: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`${what} …\r`);
};

const inWords = (ruling: Ruling, word: string): string => {
  switch (ruling.kind) {
    case 'red':
      return `${word} by ${ruling.by}`;
    case 'green':
      return 'SURVIVED';
    case 'broken':
      return `PROVES NOTHING: ${ruling.why}`;
    case 'timed-out':
      return 'PROVES NOTHING: its time was over';
  }
};

type Word = 'red' | 'caught';

const judgeAll = async (sandbox: Sandbox, mutants: readonly Mutant[], word: Word): Promise<readonly Judged[]> => {
  const judged: Judged[] = [];
  for (const mutant of mutants) {
    const { name, about, file } = mutant;
    const place = `${judged.length + 1}/${mutants.length}`;
    doing(`${place} ${name}`);
    const began = performance.now();
    const ruling = await judgeMutant(sandbox, mutant);
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    judged.push({ name, about, file, ruling, seconds });
    say(`${place} ${name} (${about}): ${inWords(ruling, word)} (${seconds} s)`);
  }
  return judged;
};

/**
 * Puts one mutant after the other into a copy of the sources and asks what must go red: prints `N of N` and the word, or
 * with --json one document. Exit 1 unless all did and all was green before; 2 when --only names no mutant.
 */
export const prove = async (all: readonly Mutant[], word: Word): Promise<void> => {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } } });
  const { only = all.map(({ name }) => name), json } = values;
  const unknown = only.find((name) => all.every((mutant) => mutant.name !== name));
  if (unknown !== undefined) {
    say(`there is no ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  process.once('SIGINT', () => process.exit(130));
  const mutants = all.filter(({ name }) => only.includes(name));
  const sandbox = openSandbox();
  doing('without any mutant');
  const trouble = (await controlRun(sandbox, mutants)) ?? (await compileRun(sandbox, mutants, (file) => readFileSync(join(ROOT, file), 'utf8')));
  say(trouble ?? 'without any mutant all is green, and every mutant compiles');
  const judged = trouble === null ? await judgeAll(sandbox, mutants, word) : [];
  const count = judged.filter(({ ruling }) => ruling.kind === 'red').length;
  process.stdout.write(json ? `${JSON.stringify({ [word]: count, of: mutants.length, trouble, mutants: judged })}\n` : `${count} of ${mutants.length} ${word}\n`);
  process.exitCode = count === mutants.length ? 0 : 1;
};
