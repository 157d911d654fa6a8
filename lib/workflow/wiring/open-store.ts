import { type Environment, SettingRefused, required } from './setting.ts';
import { type OpenedStore, tiers } from './tiers.ts';

/** Opens the ledger and queues that PROBATE_STACK names, one machine's unless it is set; throws SettingRefused for what is missing or no such name. */
export const openStore = async (env: Environment): Promise<OpenedStore> => {
  const stack = env['PROBATE_STACK'] ?? '';
  if (stack === '' || stack === 'embedded') return tiers.embedded(required(env, 'PROBATE_STATE'));
  if (stack === 'aws') return tiers.aws(env);
  throw new SettingRefused(`PROBATE_STACK is "${stack}": set it to embedded or aws`);
};
