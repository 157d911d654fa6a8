import type { DecommissionEvent } from '../../events/decommission.ts';
import type { Parsed, Problem } from '../../events/problems.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import { SeedDocument, type Seed } from '../../local/emulators/seed.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { readDocument } from '../terminal/read.ts';
import { readEvents } from '../terminal/read-events.ts';
import { readPolicy } from '../terminal/read-policy.ts';

/** What a command works from, read and judged. */
export interface Inputs {
  readonly policy: Policy;
  readonly events: readonly DecommissionEvent[];
  /** What emulated clouds hold at the start. */
  readonly seed: Seed | undefined;
}

/** Where it is read from; undefined where the command line names no file. */
export interface InputSources {
  readonly policy?: string;
  readonly files: readonly string[];
  readonly seed?: string;
  /** What is wrong with the command line itself. */
  readonly problems: readonly Problem[];
}

/** Reads and judges everything a command works from before anything is called; rejects with BadInput naming every problem at once. */
export const readInputs = async ({ policy: policyFile, files, seed: seedFile, problems }: InputSources): Promise<Inputs> => {
  const none: Parsed<undefined> = { kind: 'parsed', value: undefined };
  const policy = await readPolicy(policyFile);
  const events = await readEvents(files, policy.kind === 'parsed' ? policy.value.sources : {});
  const seed = seedFile === undefined ? none : await readDocument(SeedDocument, seedFile);
  if (problems.length > 0 || policy.kind === 'refused' || events.kind === 'refused' || seed.kind === 'refused') {
    throw new BadInput([...problems, ...[policy, events, seed].flatMap((read) => (read.kind === 'refused' ? read.problems : []))]);
  }
  return { policy: policy.value, events: events.value.map(({ event }) => event), seed: seed.value };
};
