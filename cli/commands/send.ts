import type { Command } from 'commander';
import type { Run } from '../terminal/terminal.ts';
import { type CommonOptions, type StateOptions, withCommonOptions } from './options.ts';

const SEND_HELP = `
Puts events on the queue decommissions and comes back at once; calls no cloud and needs no credentials. What takes them
from there is dev, the deployed functions, or the next run.

Examples:
  $ npx probate send --policy policy.json event.json
  $ generate-event | npx probate send --policy policy.json -

Exit codes: 0 sent; 2 bad input, nothing was sent; 3 an event was not accepted.`;

const APPROVE_HELP = `
Where the policy has requireApproval, a saga waits with its plan until that very plan is approved. A plan that was made
anew has another digest and waits again.

Example:
  $ npx probate approve 'huawei:cn-north-4:PROJECT:RDS:INSTANCE#1' sha256:…

Exit codes: 0 approved; 2 it waits for no approval, or stands at another plan, which is then named.`;

/** Adds the commands `send FILE...` and `approve SAGA DIGEST`. */
export const addSend = (program: Command, run: Run): void => {
  withCommonOptions(program.command('send'))
    .summary('put events on the queue')
    .description('Puts events on the decommissions queue.')
    .argument('<file...>', 'files with one event or an array of events; - is standard input')
    .addHelpText('after', SEND_HELP)
    .action((files: readonly string[], options: CommonOptions) =>
      run(async (terminal) => {
        const { sendFiles } = await import('../operate/send-files.ts');
        return sendFiles(terminal, files, options);
      }),
    );
  withCommonOptions(program.command('approve'))
    .summary('let a saga that waits with its plan go on')
    .description('Approves one plan of one saga.')
    .argument('<saga>', 'the saga id, as status prints it')
    .argument('<digest>', 'the digest of its plan')
    .addHelpText('after', APPROVE_HELP)
    .action((saga: string, digest: string, options: StateOptions) =>
      run(async (terminal) => {
        const { approvePlan } = await import('../operate/approve-plan.ts');
        return approvePlan(terminal, saga, digest, options);
      }),
    );
};
