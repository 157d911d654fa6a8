import type { Problem } from '../../events/problems.ts';
import type { OpenedStore } from '../../lib/workflow/wiring/tiers.ts';
import type { StateOptions } from '../commands/options.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { nameAws } from './aws-trouble.ts';
import { nameState, openExistingState, openStateAt } from './open-state.ts';
import { functionMappings } from './serverless.ts';

/** Ledger, queues and clock of the stack a command was asked to work on. */
export interface OpenedStack extends OpenedStore {
  readonly name: StateOptions['stack'];
  /** What the names of its queues hold. */
  readonly stage: string;
  /** Whether this machine has to run the functions, or AWS does. */
  readonly functions: 'here' | 'deployed';
  /** Moves its clock; null where time goes by itself. */
  readonly advance: ((milliseconds: number) => void) | null;
}

type Which = 'existing' | 'made if missing';

/** A state's queues are its own, whatever they are called. */
const OWN_STAGE = 'local';

const openAws = async (): Promise<OpenedStack> => {
  // Loaded only here: the SDK would slow down every command of the one-machine tier.
  const { AwsSettingsRefused, readAwsSettings } = await import('../../lib/adapters/aws/settings.ts');
  const { openStage } = await import('../../lib/adapters/aws/stage.ts');
  try {
    const settings = readAwsSettings(process.env);
    if (settings.isLoopback) {
      const { prepareStage } = await import('../../local/aws/prepare.ts');
      await prepareStage(settings, process.env, functionMappings(settings.stage, process.env));
    }
    return { ...openStage(settings, process.env), name: 'aws', stage: settings.stage, functions: settings.isLoopback ? 'here' : 'deployed', advance: null };
  } catch (error) {
    if (!(error instanceof AwsSettingsRefused)) throw error;
    throw new BadInput(error.problems.map(({ variable, problem, remedy }): Problem => ({ file: 'environment', path: variable, message: problem, remedy })));
  }
};

const openStack = async ({ stack, state }: Pick<StateOptions, 'stack' | 'state'>, which: Which): Promise<OpenedStack> => {
  switch (stack) {
    case 'aws':
      return openAws();
    case 'embedded': {
      const opened = which === 'existing' ? openExistingState(state) : openStateAt(state);
      return { ...opened, name: 'embedded', stage: OWN_STAGE, functions: 'here', advance: (milliseconds) => opened.clock.advance(milliseconds) };
    }
  }
};

/**
 * Works on the stack of --stack and closes it afterwards: the state in --state, made if missing unless it must be there
 * already, or the stage on AWS, whose queues and table are made if missing where stand-ins on this machine play AWS.
 * Rejects with BadInput naming what cannot be used.
 */
export const withStack = async <T>(options: Pick<StateOptions, 'stack' | 'state'>, which: Which, work: (stack: OpenedStack) => Promise<T>): Promise<T> => {
  try {
    const stack = await openStack(options, which);
    try {
      return await work(stack);
    } finally {
      stack.close();
    }
  } catch (error) {
    throw options.stack === 'aws' ? nameAws(process.env['PROBATE_STAGE'] ?? '', error) : nameState(options.state, error);
  }
};
