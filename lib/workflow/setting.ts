/** The variables a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting a function cannot start without; named, so that a cold start fails on it and not the first message. */
export class SettingRefused extends Error {
  override readonly name = 'SettingRefused';
}

const REMEDIES = {
  PROBATE_POLICY: "name the policy's file",
  PROBATE_STATE: 'name the directory that ledger and queue live in',
  PROBATE_STAGE: "name the stage, as its queues' names have it",
} as const;

export const required = (env: Environment, name: keyof typeof REMEDIES): string => {
  const value = env[name];
  if (value === undefined || value.trim() === '') throw new SettingRefused(`${name} is not set: ${REMEDIES[name]}`);
  return value;
};
