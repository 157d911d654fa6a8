import type { Command } from 'commander';
import type { ParkedOptions, ReplayOptions } from '../operate/set-aside.ts';
import type { Run } from '../terminal/terminal.ts';
import { withCommonOptions } from './options.ts';

const FILTERS = `
A filter is KEY=PATTERN, where * stands for anything. Given several times, all must fit. The keys:
  kind, queue, state               message or saga; a queue's name; parked or refused
  reason, event, source,           why it is set aside; what it is about, by ids
  instance, saga
  text                             anything in a message, or in a saga's ids, reasons and secrets
  older, newer                     how long it has been waiting: older=2d, newer=90m`;

const PARKED_HELP = `${FILTERS}

Examples:
  $ npx probate parked
  $ npx probate parked --filter kind=saga --filter 'reason=still-present*'
  $ npx probate parked --filter older=2d --filter text=billing

Exit codes: 0 nothing is parked; 2 bad input; 3 something is, or a saga was written by a newer Probate.`;

const REPLAY_HELP = `${FILTERS}

Messages go back to their queues, parked and refused sagas are opened again under the policy of today, ten a second. Who
asked and why goes on record. An event older than the policy's maxEventAgeDays, or a saga decided on longer ago, is only
planned. What could not succeed stays parked, with the reason.

Examples:
  $ npx probate replay --policy policy.json --dry-run
  $ npx probate replay --policy policy.json --filter 'saga=huawei:*:INSTANCE#1' --reason 'the permission was granted'

Exit codes: 0 all of it sent; 2 bad input; 3 something stays parked, or a saga was written by a newer Probate.`;

const collect = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value];

/** Adds the commands `parked` and `replay`. */
export const addParked = (program: Command, run: Run): void => {
  withCommonOptions(program.command('parked'))
    .summary('what is set aside, and why')
    .description('Lists parked messages, parked sagas and refused ones.')
    .option('--filter <key=pattern>', 'only what fits; may be given several times', collect)
    .addHelpText('after', PARKED_HELP)
    .action((options: ParkedOptions) =>
      run(async (terminal) => {
        const { showParked } = await import('../operate/set-aside.ts');
        return showParked(terminal, options);
      }),
    );
  withCommonOptions(program.command('replay'))
    .summary('send what is set aside round again')
    .description('Sends parked things round again.')
    .option('--filter <key=pattern>', 'only what fits; may be given several times', collect)
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--reason <text>', 'why; it stands in the journal')
    .addHelpText('after', REPLAY_HELP)
    .action((options: ReplayOptions) =>
      run(async (terminal) => {
        const { replayParked } = await import('../operate/set-aside.ts');
        return replayParked(terminal, options);
      }),
    );
};
