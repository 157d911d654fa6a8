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
