import type { Command } from 'commander';
import type { DevOptions } from '../operate/keep-up.ts';
import type { SweepOptions } from '../operate/sweep-now.ts';
import type { Run } from '../terminal/terminal.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

const SWEEP_HELP = `
Sends whatever is due or was lost and works it off, parks dead letters, tells what needs a person, and looks in the
policy's scopes for secrets of settled instances that came back or appeared late. Those are reported and left alone,
unless the policy has sweep.deleteFindings. A list that cannot be read whole, or that shrank by more than
sweep.largestShrinkPercent, is not believed.

Examples:
  $ npx probate sweep --policy policy.json
  $ npx probate sweep --policy policy.json --accept-shrink     the list shrank, and you know why

Exit codes: 0 nothing needs a person; 2 bad input; 3 something does or was found, a list was not believed, or a saga was
written by a newer Probate; 130 interrupted.`;

const DEV_HELP = `
Its first line is {"csms","iam","sae","state","stage"}. The emulators keep their content in the state. Events come by
npx probate send, from another terminal; status, hold and all that call no cloud work beside it, undo does with these
endpoints and local-ak, local-sk in the environment. The sweep runs by itself.

Example:
  $ npx probate dev --policy policy.json --seed cli/demo/seed.json

Exit codes: 2 bad input; 130 ended by Ctrl-C.`;

const DOCTOR_HELP = `
Looks at ledger, queues and dead letters; for each cloud of the policy's scopes at credentials, clock, and what is
permitted; and whether lists show what the ledger knows to be there. Changes nothing: in recoverable mode it asks once per
project to cancel a deletion of a name that nobody has, and never asks for a deletion. What cannot be known without one
is said to be not checked. A refused key is not tried twice.

Example:
  $ npx probate doctor --policy policy.json

Exit codes: 0 no check failed; 2 bad input; 3 one did.`;

/** Adds the commands `sweep`, `dev` and `doctor`. */
export const addKeep = (program: Command, run: Run): void => {
  withCommonOptions(program.command('sweep'))
    .summary('one sweep now: what is due, lost or came back')
    .description('Sweeps once.')
    .option('--embed', 'use the emulated clouds kept in the state')
    .option('--accept-shrink', 'believe lists that shrank: you know why they did')
    .addHelpText('after', SWEEP_HELP)
    .action((options: SweepOptions) =>
      run(async (terminal) => {
        const { sweepNow } = await import('../operate/sweep-now.ts');
        return sweepNow(terminal, options);
      }),
    );
  withCommonOptions(program.command('dev'))
    .summary('keep the whole stack up on this machine')
    .description('Keeps emulated clouds, queues and functions up until Ctrl-C.')
    .option('--seed <file>', 'what the emulated clouds hold at the start')
    .addHelpText('after', DEV_HELP)
    .action((options: DevOptions) =>
      run(async (terminal) => {
        const { keepUp } = await import('../operate/keep-up.ts');
        return keepUp(terminal, options);
      }),
    );
  withCommonOptions(program.command('doctor'))
    .summary('check all that a run depends on; changes nothing')
    .description('Examines credentials, permissions, clocks, queues, ledger and lists.')
    .addHelpText('after', DOCTOR_HELP)
    .action((options: CommonOptions) =>
      run(async (terminal) => {
        const { examineAll } = await import('../doctor/doctor.ts');
        return examineAll(terminal, options);
      }),
    );
};
