import type { Command } from 'commander';
import { buildProgram } from '../../cli/commands/program.ts';

/** The command line as it is, except that it runs nothing and prints nothing. */
export const silentProgram = (): Command =>
  buildProgram({ env: {}, interrupted: new AbortController().signal, now: () => 0, out: () => undefined, err: () => undefined, redact: (text) => text, conceal: () => undefined }, async () => undefined);
