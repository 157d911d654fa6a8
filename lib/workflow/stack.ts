import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Queue } from '../ports/queue.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting a function cannot start without; named, so that a cold start fails on it and not the first message. */
export class SettingRefused extends Error {
  override readonly name = 'SettingRefused';
}

export const required = (env: Environment, name: string): string => {
  const value = env[name];
  if (value === undefined || value.trim() === '') throw new SettingRefused(`${name} is not set`);
  return value;
};

/** Where ledger and queues are. */
export interface Store {
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly clock: Clock;
  close(): void;
}

/**
 * Opens the ledger and queues that PROBATE_STACK names, one machine's unless it is set. Each tier's adapters are loaded
 * only when they are asked for: a function on AWS has no use for SQLite, a laptop none for the SDK.
 */
export const openStore = async (env: Environment): Promise<Store> => {
  const stack = env['PROBATE_STACK'] ?? '';
  if (stack === '' || stack === 'embedded') {
    const directory = required(env, 'PROBATE_STATE');
    const { openState } = await import('../adapters/sqlite/state.ts');
    return openState(directory);
  }
  if (stack === 'aws') {
    const { readAwsSettings } = await import('../adapters/aws/settings.ts');
    const settings = readAwsSettings(env);
    const { openStage } = await import('../adapters/aws/stage.ts');
    return openStage(settings, env);
  }
  throw new SettingRefused(`PROBATE_STACK is "${stack}": set it to embedded or aws`);
};
