import { type Command, Option } from 'commander';

/** Where a state lies unless --state or PROBATE_STATE says otherwise. */
export const DEFAULT_STATE = '.probate';

/** What every command takes that works with a state (interfaces.md, Command). */
export interface StateOptions {
  readonly state: string;
  readonly stack: 'embedded' | 'aws';
  readonly json?: true;
}

/** What every command takes that needs a policy too. */
export interface CommonOptions extends StateOptions {
  readonly policy?: string;
}

/** Adds --state, --stack and --json with their PROBATE_* defaults. */
export const withStateOptions = (command: Command): Command =>
  command
    .addOption(new Option('--state <dir>', 'where ledger and queue live').env('PROBATE_STATE').default(DEFAULT_STATE, './.probate'))
    .addOption(new Option('--stack <where>', 'one machine, or AWS').choices(['embedded', 'aws']).env('PROBATE_STACK').default('embedded'))
    .option('--json', 'print one JSON document on standard output');

/** Adds --policy with its PROBATE_POLICY default, and what `withStateOptions` adds. */
export const withCommonOptions = (command: Command): Command =>
  withStateOptions(command.addOption(new Option('--policy <file>', 'what Probate may do').env('PROBATE_POLICY')));
