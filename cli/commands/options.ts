import { type Command, Option } from 'commander';

/** What every command takes that works with a policy and a state (interfaces.md, Command). */
export interface CommonOptions {
  readonly policy?: string;
  readonly state: string;
  readonly stack: 'embedded' | 'aws';
  readonly json?: true;
}

/** Adds --policy, --state, --stack and --json with their PROBATE_* defaults. */
export const withCommonOptions = (command: Command): Command =>
  command
    .addOption(new Option('--policy <file>', 'what Probate may do').env('PROBATE_POLICY'))
    .addOption(new Option('--state <dir>', 'where ledger and queue live').env('PROBATE_STATE').default('.probate', './.probate'))
    .addOption(new Option('--stack <where>', 'one machine, or AWS').choices(['embedded', 'aws']).env('PROBATE_STACK').default('embedded'))
    .option('--json', 'print one JSON document on standard output');
