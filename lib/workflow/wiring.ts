import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseDocument } from '../../events/parse.ts';
import { createClouds } from '../clouds/clouds.ts';
import { readCloudSettings } from '../clouds/settings.ts';
import { openState } from '../adapters/sqlite/state.ts';
import { wallClock } from '../adapters/wall-clock.ts';
import { Policy } from '../saga/policy.ts';
import { type Workflow, makeWorkflow } from './workflow.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting a function cannot start without; named, so that a cold start fails on it and not the first message. */
export class SettingRefused extends Error {
  override readonly name = 'SettingRefused';
}

const required = (env: Environment, name: string): string => {
  const value = env[name];
  if (value === undefined || value.trim() === '') throw new SettingRefused(`${name} is not set`);
  return value;
};

/** The policy of a file, every key checked; throws SettingRefused naming file, field and remedy. */
const readPolicy = (file: string): Policy => {
  const parsed = parseDocument(Policy, readFileSync(file, 'utf8'), file);
  if (parsed.kind === 'parsed') return parsed.value;
  throw new SettingRefused(parsed.problems.map(({ path, message, remedy }) => `PROBATE_POLICY: ${file}: ${path} ${message}: ${remedy}`).join('; '));
};

/** Builds a worker's workflow from its environment; `close` ends what it holds open. */
const wire = (env: Environment): { workflow: Workflow; close: () => Promise<void> } => {
  const policy = readPolicy(required(env, 'PROBATE_POLICY'));
  const state = openState(required(env, 'PROBATE_STATE'));
  // The clouds judge signatures by the real time, whatever time an embedded state has been moved to.
  const clouds = createClouds(readCloudSettings(env), wallClock);
  const { ledger, queue, clock } = state;
  const workflow = makeWorkflow({ ledger, queue, clock, clouds, writers: clouds, policy, newToken: randomUUID });
  const close = async (): Promise<void> => {
    await clouds.close();
    state.close();
  };
  return { workflow, close };
};

let wired: ReturnType<typeof wire> | null = null;

/** The one workflow of this process, built on first use and shared by all functions that run in it. */
export const processWorkflow = (): Workflow => {
  wired ??= wire(process.env);
  return wired.workflow;
};

/** Ends the workflow of this process; the next use builds a new one. */
export const closeProcessWorkflow = async (): Promise<void> => {
  const ending = wired;
  wired = null;
  await ending?.close();
};
