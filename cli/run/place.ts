import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecommissionEvent } from '../../events/decommission.ts';
import type { Problem } from '../../events/problems.ts';
import { type CloudSettings, readCloudSettings } from '../../lib/clouds/settings.ts';
import { CloudSettingsRefused } from '../../lib/clouds/settings-problem.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { listSagas } from '../../lib/workflow/saga-store.ts';
import { closeProcessWorkflow, processWorkflow } from '../../lib/workflow/wiring.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { type EmbedOptions, type EmbeddedClouds, startEmbeddedClouds } from './embedded-clouds.ts';
import { cloudProblems, neededApis, settingProblem } from './needed-clouds.ts';
import type { OpenedStack } from './open-stack.ts';

/** Everything one command works with on this machine: the state, the clouds, and the workflow the functions share. */
export interface Place {
  readonly workflow: Workflow;
  /** What the names of its queues hold. */
  readonly stage: string;
  readonly embedded: EmbeddedClouds | null;
  /** Endpoint, or `embedded`, by API; as results print it. */
  readonly clouds: { readonly csms: string; readonly sae: string };
  /** Moves the clock of state and embedded clouds; only with embedded clouds. */
  advance(milliseconds: number): void;
  close(): Promise<void>;
}

export interface PlaceOptions {
  readonly stack: OpenedStack;
  /** Where policy and embedded clouds are kept. */
  readonly state: string;
  readonly policy: Policy;
  readonly events: readonly DecommissionEvent[];
  /** The id of a saga that is to be worked on though it may have ended. */
  readonly saga?: string;
  /** null: the clouds of the environment. */
  readonly embed: EmbedOptions | null;
}

const settingsOf = (env: NodeJS.ProcessEnv): CloudSettings => {
  try {
    return readCloudSettings(env);
  } catch (error) {
    throw error instanceof CloudSettingsRefused ? new BadInput(error.problems.map(settingProblem)) : error;
  }
};

const sagasIn = async ({ ledger }: OpenedStack): Promise<Saga[]> => {
  const sagas: Saga[] = [];
  for await (const { saga } of listSagas(ledger)) sagas.push(saga);
  return sagas;
};

/** Where the clouds are unless the environment says otherwise. */
export const VENDOR_ENDPOINTS: Place['clouds'] = { csms: 'https://kms.{region}.myhuaweicloud.com', sae: 'https://sae.{region}.aliyuncs.com' };

const endpointsOf = (settings: CloudSettings | null): Place['clouds'] =>
  settings === null
    ? { csms: 'embedded', sae: 'embedded' }
    : {
        csms: settings.endpoints.HUAWEICLOUD_CSMS_ENDPOINT ?? VENDOR_ENDPOINTS.csms,
        sae: settings.endpoints.ALIBABA_CLOUD_SAE_ENDPOINT ?? VENDOR_ENDPOINTS.sae,
      };

/** Emulated clouds beside functions that run on AWS: on emulated secrets this machine would settle what those are asked to settle on real ones. */
export const mixtureProblems = ({ functions }: OpenedStack, isEmbedded: boolean): Problem[] =>
  functions === 'deployed' && isEmbedded
    ? [{ file: 'command line', path: '--stack', message: 'is aws, where deployed functions run, and the clouds are emulated', remedy: 'emulate clouds on one machine, or on what stands in for AWS there' }]
    : [];

/**
 * Points this process's functions at a stack: they read their settings from the environment, here as on Lambda. Rejects
 * with BadInput, before any cloud is called, when a needed one has no credentials, or is emulated beside deployed functions.
 */
export const openPlace = async ({ stack, state: directory, policy, events, saga = '', embed }: PlaceOptions): Promise<Place> => {
  const mixed = mixtureProblems(stack, embed !== null);
  if (mixed.length > 0) throw new BadInput(mixed);
  const settings = embed === null ? settingsOf(process.env) : null;
  if (settings !== null) {
    const problems = cloudProblems(settings, policy, neededApis(events, await sagasIn(stack), saga));
    if (problems.length > 0) throw new BadInput(problems);
  }
  mkdirSync(directory, { recursive: true });
  const effective = join(directory, 'policy.json');
  writeFileSync(effective, `${JSON.stringify(policy, null, 2)}\n`);
  const embedded = embed === null ? null : await startEmbeddedClouds(directory, embed);
  Object.assign(process.env, embedded?.environment, { PROBATE_STACK: stack.name, PROBATE_STATE: directory, PROBATE_POLICY: effective });
  return {
    workflow: await processWorkflow(),
    stage: stack.stage,
    embedded,
    clouds: endpointsOf(settings),
    advance: (milliseconds) => {
      if (stack.advance === null) throw new Error(`the time of the stack ${stack.name} cannot be moved`);
      stack.advance(milliseconds);
      embedded?.advance(milliseconds / 1_000);
    },
    close: async () => {
      await closeProcessWorkflow();
      await embedded?.close();
    },
  };
};
