import type { Command } from 'commander';
import type { Run } from '../terminal/terminal.ts';
import { type StateOptions, withCommonOptions } from './options.ts';

const AFTER_HELP = `
Without an argument: stops, then every saga that is open or needs somebody, the most urgent first, then the rest in
numbers. With one: all sagas of that saga id, instance id, secret (huawei/PROJECT/NAME, alibaba/NAMESPACE/ID) or bare
secret name.
For each: where it is, what comes next and when, until when it can be undone, what blocks it, and the command to act.
Reads the ledger alone: needs no policy and no credentials, calls nothing.

Examples:
  $ npx probate status
  $ npx probate status app-db-legacy
  $ npx probate status 'huawei:cn-north-4:PROJECT:RDS:INSTANCE#1' --json

Exit codes: 0 nothing needs a person; 2 bad input; 3 something does.`;

/** Adds the command `status [SAGA|INSTANCE|SECRET]`. */
export const addStatus = (program: Command, run: Run): void => {
  withCommonOptions(program.command('status'))
    .summary('where everything is, and what needs you')
    .description('Shows where sagas are and what they need.')
    .argument('[target]', 'a saga, an instance or a secret')
    .addHelpText('after', AFTER_HELP)
    .action((target: string | undefined, options: StateOptions) =>
      run(async (terminal) => {
        const { showStatus } = await import('../operate/show-status.ts');
        return showStatus(terminal, target, options);
      }),
    );
};
