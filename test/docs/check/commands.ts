import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommanderError } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };
import { silentProgram } from '../program.ts';
import type { Fault, Page } from './markdown.ts';
import { commandsIn } from './shell.ts';

type Strictness = 'whole' | 'mention';

const SCRIPTS: Readonly<Record<string, string>> = manifest.scripts;
const COMMANDS = new Set(silentProgram().commands.map((command) => command.name()));

/** Prose may name a command without all that it takes. */
const TAKES_MORE = new Set(['commander.missingArgument', 'commander.optionMissingArgument', 'commander.help']);

/** What commander itself says of a command line; a word in capitals or dots stands for any command. */
const probateProblem = async (words: readonly string[], strictness: Strictness): Promise<string | null> => {
  if (/^([A-Z]+|…|\.\.\.)$/.test(words[0] ?? '')) return null;
  try {
    await silentProgram().parseAsync(words, { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 || (strictness === 'mention' && TAKES_MORE.has(error.code)) ? null : error.message;
  }
};

const optionsIn = (words: readonly string[]): string[] => words.flatMap((word) => /^--[a-z-]+/.exec(word)?.[0] ?? []);

const withImports = (file: string): string => {
  const text = readFileSync(file, 'utf8');
  return [text, ...[...text.matchAll(/from '(\.[^']+\.ts)'/g)].map(([, imported = '']) => readFileSync(join(dirname(file), imported), 'utf8'))].join('\n');
};

/** Scripts read their options with parseArgs, in their own file or in one they import; it has each by its name and type. */
const optionsOfScript = (script: string): string[] => {
  const [, file] = /\bnode (\S+\.ts)/.exec(script) ?? [];
  return file === undefined ? [] : [...withImports(file).matchAll(/\b(\w+): \{ type: '/g)].map(([, name = '']) => `--${name}`);
};

const optionProblem = (script: string, words: readonly string[]): string | null => {
  const known = optionsOfScript(script);
  const unknown = optionsIn(words).find((option) => !known.includes(option));
  return unknown === undefined ? null : `unknown option ${unknown}`;
};

const OPTIONS: ReadonlySet<string> = new Set([
  '--help',
  ...silentProgram().commands.flatMap(({ options }) => options.flatMap(({ long }) => long ?? [])),
  ...Object.values(SCRIPTS).flatMap(optionsOfScript),
]);

const scriptProblem = async (name: string, passed: readonly string[], strictness: Strictness): Promise<string | null> => {
  const script = SCRIPTS[name];
  if (script === undefined) return 'no such script';
  const [, own] = /^node cli\/probate\.ts ?(.*)$/.exec(script) ?? [];
  return own === undefined ? optionProblem(script, passed) : probateProblem([...own.split(' ').filter((word) => word !== ''), ...passed], strictness);
};

/** What npm runs of package.json's scripts without a `run`. */
const BARE_SCRIPTS = new Set(['start', 'test']);

const npmProblem = async (words: readonly string[], strictness: Strictness): Promise<string | null> => {
  const begins = words.indexOf('--');
  const own = (begins < 0 ? words : words.slice(0, begins)).filter((word) => !word.startsWith('-'));
  const name = own[0] === 'run' ? own[1] : own.find((word) => BARE_SCRIPTS.has(word));
  return name === undefined ? null : scriptProblem(name, begins < 0 ? [] : words.slice(begins + 1), strictness);
};

const commandProblem = async ([program = '', ...words]: readonly string[], strictness: Strictness): Promise<string | null> => {
  const [first = '', ...rest] = words;
  if (program.startsWith('--')) return OPTIONS.has(program) ? null : 'no such option';
  if (program === 'probate') return probateProblem(words, strictness);
  if (program === 'npx' && first === 'probate') return probateProblem(rest, strictness);
  if (program === 'npm') return npmProblem(words, strictness);
  return COMMANDS.has(program) && first.startsWith('--') ? probateProblem([program, ...words], 'mention') : null;
};

/** What a person types in a console stands behind a dollar sign; the rest of such a block is what is printed. */
const typedIn = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line.startsWith('$ ') ? line.slice(2) : ''))
    .join('\n');

/**
 * Commands of npm's scripts and of Probate that do not exist, or do not take what they are given; none is run. In prose
 * `run --json` is a command of Probate too, and need not be whole, and `--json` alone is an option of some command or script.
 */
export const commandFaults = async ({ blocks, spans }: Page): Promise<Fault[]> => {
  const shells = blocks.flatMap(({ language, line, text }) =>
    language === 'sh' ? [{ line, shell: text, strictness: 'whole' as const }] : language === 'console' ? [{ line, shell: typedIn(text), strictness: 'whole' as const }] : [],
  );
  const mentions = spans.map(({ line, text }) => ({ line, shell: text, strictness: 'mention' as const }));
  const faults = [...shells, ...mentions].flatMap(({ line, shell, strictness }) =>
    commandsIn(shell).map(async (words) => {
      const problem = await commandProblem(words, strictness);
      return problem === null ? [] : [{ line, problem: `${words.join(' ')}: ${problem}` }];
    }),
  );
  return (await Promise.all(faults)).flat();
};
