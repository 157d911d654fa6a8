import type { Store } from '../workflow.ts';
import type { Environment } from './setting.ts';

/** A store of which `close` gives up what it holds open. */
export interface OpenedStore extends Store {
  close(): void;
}

/** What a process can stand on. */
export interface Tiers {
  /** Ledger and queues in a directory of this machine. */
  embedded(directory: string): Promise<OpenedStore>;
  /** Those of the stage that the environment names. */
  aws(env: Environment): Promise<OpenedStore>;
  /** The text of a secret in AWS Secrets Manager. */
  fetchSecret(arn: string): Promise<string>;
}

/**
 * Each tier's adapters are loaded only when they are asked for: a laptop has no use for the SDK. A bundled function takes
 * tiers-on-lambda.ts in place of this module (deploy/lean.ts).
 */
export const tiers: Tiers = {
  embedded: async (directory) => {
    const { openState } = await import('../../adapters/sqlite/state.ts');
    return openState(directory);
  },
  aws: async (env) => {
    const { readAwsSettings } = await import('../../adapters/aws/settings.ts');
    const settings = readAwsSettings(env);
    const { openStage } = await import('../../adapters/aws/stage.ts');
    return openStage(settings, env);
  },
  fetchSecret: async (arn) => {
    const { fetchSecret } = await import('../../adapters/secrets-manager/fetch-secret.ts');
    return fetchSecret(arn);
  },
};
