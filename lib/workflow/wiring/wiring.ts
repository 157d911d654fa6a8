import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseDocument } from '../../../events/parse.ts';
import { embeddedMetrics } from '../../adapters/telemetry/embedded-metrics.ts';
import { quietTelemetry } from '../../adapters/telemetry/quiet.ts';
import { wallClock } from '../../adapters/wall-clock.ts';
import { createClouds } from '../../clouds/clouds.ts';
import { type CloudSettings, readCloudSettings } from '../../clouds/settings.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { Policy } from '../../saga/policy.ts';
import { type Workflow, makeWorkflow } from '../workflow.ts';
import { withCredentials } from './credentials.ts';
import { openStore } from './open-store.ts';
import { type Environment, SettingRefused, required, unknownSettings } from './setting.ts';
import { tiers } from './tiers.ts';

/** The policy of a file, every key checked; throws SettingRefused naming file, field and remedy. */
const readPolicy = (file: string): Policy => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingRefused(`PROBATE_POLICY: ${file} cannot be read (${error instanceof Error ? error.message : String(error)}): name the policy's file`, { cause: error });
  }
  const parsed = parseDocument(Policy, text, file);
  if (parsed.kind === 'parsed') return parsed.value;
  throw new SettingRefused(parsed.problems.map(({ path, message, remedy }) => `PROBATE_POLICY: ${file}: ${path} ${message}: ${remedy}`).join('; '));
};

/** On Lambda CloudWatch reads standard output, logs and metrics both; on a terminal that is where results go. */
const telemetryOf = (env: Environment, err: (line: string) => void): Telemetry => {
  if (env['AWS_LAMBDA_FUNCTION_NAME'] === undefined) return quietTelemetry(err);
  return embeddedMetrics({ stage: required(env, 'PROBATE_STAGE'), now: () => wallClock.now(), write: (line) => process.stdout.write(line) });
};

/** Builds a worker's workflow from its environment, with the clouds' settings of it where they were read already; `close` ends what it holds open. */
const wire = async (env: Environment, err: (line: string) => void, judged: CloudSettings | null): Promise<{ workflow: Workflow; close: () => Promise<void> }> => {
  const unknown = unknownSettings(env).map(({ name, remedy }) => `${name} is no variable of Probate's: ${remedy}`);
  if (unknown.length > 0) throw new SettingRefused(unknown.join('; '));
  const policy = readPolicy(required(env, 'PROBATE_POLICY'));
  const store = await openStore(env);
  const settings = judged ?? readCloudSettings(await withCredentials(env, tiers.fetchSecret));
  // The clouds judge signatures by the real time, whatever time an embedded state has been moved to.
  const clouds = createClouds(settings, wallClock);
  const { ledger, queue, clock } = store;
  const workflow = makeWorkflow({ ledger, queue, clock, clouds, writers: clouds, policy, newToken: randomUUID, telemetry: telemetryOf(env, err) });
  const close = async (): Promise<void> => {
    await clouds.close();
    store.close();
  };
  return { workflow, close };
};

let wired: ReturnType<typeof wire> | null = null;

/**
 * The one workflow of this process, built on first use and shared by all functions that run in it; rejects when a setting
 * is missing or malformed. `err` takes lines for standard error; on a terminal they go through its redactor. A command that
 * has judged the clouds' settings hands them over: what it judged is then what is called with.
 */
export const processWorkflow = async (err: (line: string) => void = (line) => void process.stderr.write(line), judged: CloudSettings | null = null): Promise<Workflow> => {
  wired ??= wire(process.env, err, judged);
  return (await wired).workflow;
};

/** Ends the workflow of this process; the next use builds a new one. */
export const closeProcessWorkflow = async (): Promise<void> => {
  const ending = wired;
  wired = null;
  await (await ending)?.close();
};
