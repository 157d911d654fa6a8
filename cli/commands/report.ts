import { type Command, Option } from 'commander';
import type { ReportOptions } from '../report/report-state.ts';
import type { Run } from '../terminal/terminal.ts';
import { withStateOptions } from './options.ts';

const AFTER_HELP = `
Tells what was deleted, when, why and by which event, from the state alone: no policy, no credentials, nothing is called.
With --from and --to it tells the instances that were at work in that time. The report goes to standard output; the
evidence goes into a folder, and its manifest's hash is printed so that it can be kept elsewhere.

Examples:
  $ npx probate report --format html > report.html
  $ npx probate report --from 2026-11-01 --to 2026-11-30 > november.json
  $ npx probate report --evidence evidence/2026-11 > report.json
  $ npx probate verify-evidence evidence/2026-11

Exit codes: 0 reported; 2 bad input; 3 a newer Probate wrote a saga, of which nothing is told.`;

/** Adds the command `report`. */
export const addReport = (program: Command, run: Run): void => {
  withStateOptions(program.command('report'))
    .summary('tell what was deleted, when, why, by which event')
    .description('Tells what the ledger of a state holds.')
    .option('--from <date>', 'leave out what had ended before; 2026-11-22 or 2026-11-22T08:30:00Z')
    .option('--to <date>', 'leave out what began after; a day counts in full')
    .addOption(new Option('--format <format>', 'as data, or as one page that needs no network').choices(['json', 'html']).default('json'))
    .option('--evidence <dir>', 'also write the hash-chained journals into this new folder')
    .addHelpText('after', AFTER_HELP)
    .action((options: ReportOptions) =>
      run(async (terminal) => {
        const { reportState } = await import('../report/report-state.ts');
        return reportState(terminal, options);
      }),
    );
};
