import type { Command } from 'commander';
import type { StopOptions } from '../operate/stop.ts';
import type { Run } from '../terminal/terminal.ts';
import { type StateOptions, withCommonOptions } from './options.ts';

const PAUSE_HELP = `
The kill switch: every worker reads it right before each deletion. Cancellations go on, and so does looking. What is in
quarantine turns back six hours before the cloud would erase it, if it is still paused then.

Example:
  $ npx probate pause --reason 'too many instances went at once'

Exit codes: 0 "effective"; 2 bad input; 3 "a call may be under way": no cloud can take back a call that was sent.`;

const RESUME_HELP = `
Lifts the pause, and opens every key that a cloud refused: mend the key first, five bad signatures lock it.
Holds on single targets stay; lift those with release.

Example:
  $ npx probate resume

Exit codes: 0 lifted, or there was nothing to lift; 2 bad input; 3 a saga was written by a newer Probate.`;

/** Adds the commands `pause` and `resume`. */
export const addPause = (program: Command, run: Run): void => {
  withCommonOptions(program.command('pause'))
    .summary('stop every deletion')
    .description("A person's stop for everything.")
    .option('--reason <text>', 'why; it stands in status')
    .option('--until <time>', 'when it ends by itself: 2026-11-22T08:30:00Z, or 30m, 12h, 7d from now')
    .addHelpText('after', PAUSE_HELP)
    .action((options: StopOptions) =>
      run(async (terminal) => {
        const { pauseAll } = await import('../operate/stop.ts');
        return pauseAll(terminal, options);
      }),
    );
  withCommonOptions(program.command('resume'))
    .summary('lift the pause, open closed keys')
    .description('Lets everything go on.')
    .addHelpText('after', RESUME_HELP)
    .action((options: StateOptions) =>
      run(async (terminal) => {
        const { resumeAll } = await import('../operate/stop.ts');
        return resumeAll(terminal, options);
      }),
    );
};
