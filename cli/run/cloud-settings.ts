import { CloudSettingsRefused } from '../../lib/clouds/settings-problem.ts';
import { type CloudSettings, readCloudSettings } from '../../lib/clouds/settings.ts';
import { CredentialsNotFetched, CredentialsRefused, withCredentials } from '../../lib/workflow/wiring/credentials.ts';
import { tiers } from '../../lib/workflow/wiring/tiers.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { OutsideTrouble } from '../terminal/outside-trouble.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { isUnreachable } from './aws-trouble.ts';
import { settingProblem } from './needed-clouds.ts';

/** What AWS answers to a reference that is wrong in itself. */
const WRONG_REFERENCE = new Set(['ResourceNotFoundException', 'InvalidParameterException', 'InvalidRequestException', 'ValidationException', 'CredentialsProviderError']);

const notFetched = (error: CredentialsNotFetched): Error => {
  const { reference, cause } = error;
  if (isUnreachable(cause)) return new OutsideTrouble(`the secret of ${reference} cannot be fetched, since AWS cannot be reached: see that this machine may go there`, { cause: error });
  const why = cause instanceof Error ? cause.message : String(cause);
  // What AWS refused otherwise, or failed at, says nothing about the reference.
  if (cause instanceof Error && '$fault' in cause && !WRONG_REFERENCE.has(cause.name)) return new OutsideTrouble(`the secret of ${reference} cannot be fetched: ${cause.name}: ${why}; see the permissions in docs/deploy.md`, { cause: error });
  return new BadInput([settingProblem({ variable: reference, problem: `refers to a secret that cannot be fetched: ${why}`, remedy: 'give the ARN of a secret in Secrets Manager, and AWS credentials that may read it' })]);
};

const inWords = (error: unknown): unknown => {
  if (error instanceof CloudSettingsRefused) return new BadInput(error.problems.map(settingProblem));
  if (error instanceof CredentialsNotFetched) return notFetched(error);
  if (!(error instanceof CredentialsRefused)) return error;
  const { reference, problem, remedy } = error;
  return new BadInput([settingProblem({ variable: reference, problem: `refers to a secret that ${problem}`, remedy })]);
};

/**
 * What a command judges the clouds by, and calls them with: the settings of the environment as every function reads them,
 * credentials that it only refers to included. Those are kept off the terminal from then on (H58). Rejects with BadInput
 * naming each variable that cannot be used, with OutsideTrouble where AWS cannot be reached.
 */
export const readSettings = async ({ env, conceal }: Pick<Terminal, 'env' | 'conceal'>): Promise<CloudSettings> => {
  try {
    const whole = await withCredentials(env, tiers.fetchSecret);
    conceal(whole);
    return readCloudSettings(whole);
  } catch (error) {
    throw inWords(error);
  }
};
