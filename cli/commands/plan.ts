import type { Command } from 'commander';
import type { PlanOptions } from '../run/plan-events.ts';
import type { Run } from '../terminal/terminal.ts';
import { withCommonOptions } from './options.ts';

const AFTER_HELP = `
Lists what each instance has left behind, and prints the plan with its digest. Nothing is changed in any cloud: a plan
run has no client that could. No event is recorded, so the same files can be run afterwards.

Examples:
  $ npx probate plan --policy policy.json event.json
  $ npx probate run  --policy policy.json --approve sha256:… event.json    carry out just that plan

Exit codes: 0 planned; 2 bad input; 3 something would be refused, or needs a person; 130 interrupted.`;

/** Adds the command `plan FILE...`. */
export const addPlan = (program: Command, run: Run): void => {
  withCommonOptions(program.command('plan'))
    .summary('show what would be deleted; changes nothing')
    .description('Shows what a run would delete, without changing anything.')
    .argument('<file...>', 'files with one event or an array of events; - is standard input')
    .option('--embed', 'use emulated clouds on this machine')
    .option('--seed <file>', 'with --embed: what they hold at the start')
    .addHelpText('after', AFTER_HELP)
    .action((files: readonly string[], options: PlanOptions) =>
      run(async (terminal) => {
        const { planEvents } = await import('../run/plan-events.ts');
        return planEvents(terminal, files, options);
      }),
    );
};
