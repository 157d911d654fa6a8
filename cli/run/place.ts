import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DecommissionEvent } from '../../events/decommission.ts';
import type { CloudSettings } from '../../lib/clouds/settings.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import { readAllUnlessNewer } from '../../lib/workflow/records/saga-store.ts';
import { closeProcessWorkflow, processWorkflow } from '../../lib/workflow/wiring/wiring.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import type { StateOptions } from '../commands/options.ts';
import { BadInput } from '../terminal/bad-input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readSettings } from './cloud-settings.ts';
import { type EmbedOptions, type EmbeddedClouds, startEmbeddedClouds } from './embedded-clouds.ts';
import { mixtureProblems, strangeClouds } from './mixture.ts';
import { cloudProblems, neededApis } from './needed-clouds.ts';
import type { OpenedStack } from './open-stack.ts';
import { holdsState } from './open-state.ts';

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

/** What is to be worked on, and where. */
export interface PlaceOptions {
  readonly stack: OpenedStack;
  /** Where embedded clouds are kept. */
  readonly state: string;
  readonly policy: Policy;
  readonly events: readonly DecommissionEvent[];
  /** The id of a saga that is to be worked on though it may have ended. */
  readonly saga?: string;
  /** Where the functions' faults are told, and whose environment says how the clouds are called. */
  readonly terminal: Pick<Terminal, 'env' | 'err' | 'conceal'>;
  /** null: the clouds of the environment. */
  readonly embed: EmbedOptions | null;
}

/** Where the clouds are unless the environment says otherwise. */
export const VENDOR_ENDPOINTS: Place['clouds'] = { csms: 'https://kms.{region}.myhuaweicloud.com', sae: 'https://sae.{region}.aliyuncs.com' };

const endpointsOf = (settings: CloudSettings | null): Place['clouds'] =>
  settings === null
    ? { csms: 'embedded', sae: 'embedded' }
    : {
        csms: settings.endpoints.HUAWEICLOUD_CSMS_ENDPOINT ?? VENDOR_ENDPOINTS.csms,
        sae: settings.endpoints.ALIBABA_CLOUD_SAE_ENDPOINT ?? VENDOR_ENDPOINTS.sae,
      };

/** Every setting and every saga judged, before the first call. A saga that a newer Probate wrote is not worked on here, and needs no cloud. */
const settled = async ({ terminal, stack, state, policy, events, saga = '', embed }: PlaceOptions): Promise<CloudSettings | null> => {
  const mixed = mixtureProblems(stack, embed !== null);
  if (mixed.length > 0) throw new BadInput(mixed);
  const settings = embed === null ? await readSettings(terminal) : null;
  const { sagas, newer } = await readAllUnlessNewer(stack.ledger);
  const problems = [
    ...(settings === null ? [] : cloudProblems(settings, policy, neededApis(events, sagas, saga))),
    ...(stack.name === 'embedded' ? strangeClouds(state, sagas.length + newer.length > 0, endpointsOf(settings)) : []),
  ];
  if (problems.length > 0) throw new BadInput(problems);
  return settings;
};

/**
 * Judges the clouds before a state is made where there is none: it would hold no saga, so the events alone say which are
 * needed. Rejects with BadInput, as `openPlace` does of a state that is there.
 */
export const judgeClouds = async (terminal: PlaceOptions['terminal'], { stack, state, embed }: StateOptions & { readonly embed?: true }, policy: Policy, events: readonly DecommissionEvent[]): Promise<void> => {
  if (embed === true || stack === 'aws' || holdsState(state)) return;
  const problems = cloudProblems(await readSettings(terminal), policy, neededApis(events, [], ''));
  if (problems.length > 0) throw new BadInput(problems);
};

/** The functions read their policy from a file, here as on Lambda; one of this command's own, since others may work on the state under another policy. */
const writePolicy = (policy: Policy): { readonly file: string; readonly remove: () => void } => {
  const directory = mkdtempSync(join(tmpdir(), 'probate-'));
  const file = join(directory, 'policy.json');
  writeFileSync(file, `${JSON.stringify(policy, null, 2)}\n`);
  return { file, remove: () => rmSync(directory, { recursive: true, force: true }) };
};

/**
 * Points this process's functions at a stack: they read their settings from the environment, here as on Lambda. Rejects
 * with BadInput, before any cloud is called, when a needed one has no credentials, is emulated beside deployed functions,
 * or is not the one that the state's sagas were begun on.
 */
export const openPlace = async (options: PlaceOptions): Promise<Place> => {
  const { stack, state, policy, terminal, embed } = options;
  const settings = await settled(options);
  const held = new AsyncDisposableStack();
  const close = (): Promise<void> => held.disposeAsync();
  try {
    const written = held.adopt(writePolicy(policy), ({ remove }) => remove());
    const embedded = embed === null ? null : held.adopt(await startEmbeddedClouds(state, embed), (running) => running.close());
    Object.assign(process.env, embedded?.environment, { PROBATE_STACK: stack.name, PROBATE_STATE: state, PROBATE_POLICY: written.file });
    const workflow = held.adopt(await processWorkflow(terminal.err, settings), closeProcessWorkflow);
    const advance = (milliseconds: number): void => {
      if (stack.advance === null) throw new Error(`the time of the stack ${stack.name} cannot be moved`);
      stack.advance(milliseconds);
      embedded?.advance(milliseconds / 1_000);
    };
    return { workflow, stage: stack.stage, embedded, clouds: endpointsOf(settings), advance, close };
  } catch (error) {
    // What was begun keeps this process alive until it is ended.
    await close();
    throw error;
  }
};
