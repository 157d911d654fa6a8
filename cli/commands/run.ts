import type { Command } from 'commander';
import type { RunOptions } from '../run/run-options.ts';
import type { Run } from '../terminal/terminal.ts';
import { withCommonOptions } from './options.ts';

const AFTER_HELP = `
Sends the events through the whole workflow and waits through every delay of at most 900 seconds. It ends when every
instance is settled or has its next step further off; run it again, with or without files, to go on from there.

Examples:
  $ npx probate run --policy policy.json event.json
  $ npx probate run --policy policy.json                     go on with what is there
  $ npx probate run --policy policy.json --approve sha256:…  only the plan you have seen
  $ npx probate run --policy policy.json --embed --seed cli/demo/seed.json --fast-forward event.json    on emulated clouds

Exit codes: 0 settled or waiting for a date; 2 bad input, nothing was called; 3 something needs a person; 130 interrupted.`;

const collect = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value];

/** Adds the command `run [FILE...]`. */
export const addRun = (program: Command, run: Run): void => {
  withCommonOptions(program.command('run'))
    .summary('send events through the workflow and wait')
    .description('Deletes what decommissioned instances leave behind, and proves it.')
    .argument('[file...]', 'files with one event or an array of events; - is standard input')
    .option('--approve <digest>', 'carry out only plans with this digest; may be given several times', collect)
    .option('--report <file.html>', 'afterwards write what the ledger holds as one page, and as JSON beside it')
    .option('--embed', 'use emulated clouds on this machine')
    .option('--seed <file>', 'with --embed: what they hold at the start')
    .option('--fast-forward', 'with --embed: move the clock to the next due date instead of waiting')
    .addHelpText('after', AFTER_HELP)
    .action((files: readonly string[], options: RunOptions) =>
      run(async (terminal) => {
        // Loaded only here: clients, functions and emulators would slow down every other command.
        const { runEvents } = await import('../run/run-events.ts');
        return runEvents(terminal, files, options);
      }),
    );
};
