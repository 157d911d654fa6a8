import type { CommonOptions } from '../commands/options.ts';

/** The options of `run`, beside those every command takes. */
export interface RunOptions extends CommonOptions {
  readonly approve?: readonly string[];
  readonly embed?: true;
  readonly seed?: string;
  readonly fastForward?: true;
  readonly report?: string;
}
