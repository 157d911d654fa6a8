import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Asks, type Child, startChild } from '../child.ts';
import type { EmulatedCsms } from '../emulator/csms.ts';
import type { PolicyDocument } from '../workload.ts';

/** Starts a worker process on the state in `directory`, made if missing, with this policy and these clouds. */
export const startWorker = <A extends Asks>(module: URL, directory: string, csms: EmulatedCsms, policy: PolicyDocument, env: Readonly<Record<string, string>> = {}): Promise<Child<A>> => {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'policy.json');
  writeFileSync(file, JSON.stringify(policy));
  return startChild<A>(module, { ...csms.env, PROBATE_STACK: 'embedded', PROBATE_STATE: directory, PROBATE_POLICY: file, ...env });
};

export const SETTLE = new URL('worker.ts', import.meta.url);
export const RECORD = new URL('recording-worker.ts', import.meta.url);
