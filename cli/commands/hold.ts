import type { Command } from 'commander';
import type { StopOptions } from '../operate/stop.ts';
import type { Run } from '../terminal/terminal.ts';
import { type StateOptions, withCommonOptions } from './options.ts';

const TARGETS = `
TARGET is a saga id, an instance id, alibaba/NAMESPACE, huawei/PROJECT/SECRET-NAME or alibaba/NAMESPACE/SECRET-ID.`;

const HOLD_HELP = `${TARGETS}
Instances and secrets may be held before anything names them.

A hold stops deletions, never cancellations. What is in quarantine is erased by the cloud at its date whatever is held, so
a saga that is still held six hours before turns back: its schedules are cancelled, and nothing is deleted.

Examples:
  $ npx probate hold 2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01 --reason 'CHG-10440 asks for a week' --until 7d
  $ npx probate hold huawei/0123456789abcdef0123456789abcdef/app-db

Exit codes: 0 "effective"; 2 bad input; 3 "a call may be under way": no cloud can take back a call that was sent.`;

const RELEASE_HELP = `${TARGETS}

Example:
  $ npx probate release 2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01

Exit codes: 0 lifted, or there was nothing to lift; 2 bad input; 3 another hold keeps a saga held, or a saga was written by
a newer Probate.`;

/** Adds the commands `hold TARGET` and `release TARGET`. */
export const addHold = (program: Command, run: Run): void => {
  withCommonOptions(program.command('hold'))
    .summary('stop an instance, a saga or a secret')
    .description("A person's stop for one target.")
    .argument('<target>', 'what to stop')
    .option('--reason <text>', 'why; it stands in the journal and in status')
    .option('--until <time>', 'when it ends by itself: 2026-11-22T08:30:00Z, or 30m, 12h, 7d from now')
    .addHelpText('after', HOLD_HELP)
    .action((target: string, options: StopOptions) =>
      run(async (terminal) => {
        const { holdTarget } = await import('../operate/stop.ts');
        return holdTarget(terminal, target, options);
      }),
    );
  withCommonOptions(program.command('release'))
    .summary('lift a hold')
    .description('Lifts the hold on one target.')
    .argument('<target>', 'what was held')
    .addHelpText('after', RELEASE_HELP)
    .action((target: string, options: StateOptions) =>
      run(async (terminal) => {
        const { releaseTarget } = await import('../operate/stop.ts');
        return releaseTarget(terminal, target, options);
      }),
    );
};
