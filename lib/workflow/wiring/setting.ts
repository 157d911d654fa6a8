import { nearest } from '../../../events/nearest.ts';

/** The variables a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

const OWN = [
  'PROBATE_POLICY',
  'PROBATE_STATE',
  'PROBATE_STACK',
  'PROBATE_STAGE',
  'PROBATE_DEBUG',
  'PROBATE_HUAWEI_CREDENTIALS',
  'PROBATE_ALIBABA_CREDENTIALS',
  'PROBATE_NOTIFY_TOPIC',
];

/** Read by the conformance suite alone (test/conformance). */
const FOR_CONFORMANCE = 'PROBATE_CONFORMANCE_';

export interface UnknownSetting {
  readonly name: string;
  readonly remedy: string;
}

/**
 * Variables that bear Probate's name and that nothing of it reads. With PROBATE_STATE misspelt a command would go by another
 * state than was meant, and by none of the holds in it.
 */
export const unknownSettings = (env: Environment): UnknownSetting[] =>
  Object.keys(env)
    .filter((name) => name.startsWith('PROBATE_') && !name.startsWith(FOR_CONFORMANCE) && !OWN.includes(name) && env[name]?.trim() !== '')
    .map((name) => {
      const near = nearest(name, OWN);
      return { name, remedy: near === null ? `unset it; there are ${OWN.join(', ')}` : `did you mean ${near}?` };
    });

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
