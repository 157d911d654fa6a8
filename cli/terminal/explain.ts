import { CommanderError } from 'commander';
import type { Problem } from '../../events/problems.ts';
import { BadInput } from './bad-input.ts';
import { onCommandLine } from './command-line.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { OutsideTrouble } from './outside-trouble.ts';
import { printable } from './printable.ts';
import { type Terminal, writeJson } from './terminal.ts';

/** One line per problem's place, one per what is wrong, one per what to do; no stack trace, nothing that needs decoding. */
const showProblem = ({ file, path, message, remedy }: Problem): string => [path === '' ? file : `${file}: ${path}`, `  ${message}`, `  ${remedy}`, ''].map(printable).join('\n');

/** Tells a person, or with `json` a program, what is wrong with the input. */
const tellProblems = (terminal: Terminal, problems: readonly Problem[], json: boolean): void => {
  if (json) writeJson(terminal, { problems });
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  terminal.err(`probate: ${count} with the input; nothing was called\n\n${problems.map(showProblem).join('\n')}`);
};

/** What commander found wrong with the command line, in the form every other problem has. */
const usageProblem = ({ message }: CommanderError): Problem => {
  const [what = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const [, path = ''] = /'([^']+)'/.exec(what) ?? [];
  const meant = hint.replace(/[()]/g, '').replace('Did', 'did');
  return onCommandLine(path, what, meant === '' ? 'see: npx probate --help' : meant);
};

/** Ends a command that threw: says why, and gives the exit code; the stack is printed only with PROBATE_DEBUG=1. */
export const explain = (terminal: Terminal, error: unknown, json: boolean): ExitCode => {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.settled;
    if (error.code !== 'commander.help') tellProblems(terminal, [usageProblem(error)], json);
    return EXIT.badInput;
  }
  if (error instanceof BadInput) {
    tellProblems(terminal, error.problems, json);
    return EXIT.badInput;
  }
  const whose = error instanceof OutsideTrouble ? '' : 'a fault of its own: ';
  const message = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
  if (json) writeJson(terminal, { fault: message });
  terminal.err(`probate: ${whose}${printable(message)} (PROBATE_DEBUG=1 prints where)\n`);
  if (terminal.env['PROBATE_DEBUG'] === '1' && error instanceof Error) terminal.err(`${error.stack ?? ''}\n`);
  return EXIT.fault;
};
