import { readAwsSettings } from '../../adapters/aws/settings.ts';
import { openStage } from '../../adapters/aws/stage.ts';
import { fetchSecret } from '../../adapters/secrets-manager/fetch-secret.ts';
import { SettingRefused } from './setting.ts';
import type { Tiers } from './tiers.ts';

/**
 * The tiers of a deployed function, imported outright: every cold start needs them, and of what is loaded later a bundler
 * keeps the whole package. The other tier's file would not outlive the function.
 */
export const tiers: Tiers = {
  embedded: () => Promise.reject(new SettingRefused('PROBATE_STACK names no stage of AWS: set it to aws, a deployed function has nothing else')),
  aws: async (env) => openStage(readAwsSettings(env), env),
  fetchSecret,
};
