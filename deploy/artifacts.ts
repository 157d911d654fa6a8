import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { readHandlers } from './handlers.ts';
import { readStagePolicy } from './stage-policy.ts';
import { zip } from './zip.ts';

export interface Artifact {
  readonly name: string;
  /** Where the package stands. */
  readonly file: string;
  readonly codeBytes: number;
  readonly zipBytes: number;
  readonly sha256: string;
  readonly inputs: readonly string[];
}

/**
 * Writes one package per function of the checkout at `root` into `directory`: its bundle and the policy, the source map
 * beside it and not inside. Throws PackagingRefused before anything is written when the policy is not a good one.
 */
export const writeArtifacts = async (root: string, directory: string, policyFile: string): Promise<readonly Artifact[]> => {
  const policy = Buffer.from(readStagePolicy(policyFile));
  const handlers = readHandlers(join(root, 'serverless.yml'));
  const maps = join(directory, 'maps');
  mkdirSync(maps, { recursive: true });
  const artifacts: Artifact[] = [];
  for (const { name, path, code, map, inputs } of await bundle(root, handlers)) {
    const bytes = zip([
      { name: path, bytes: code },
      { name: 'policy.json', bytes: policy },
    ]);
    const file = join(directory, `${name}.zip`);
    writeFileSync(file, bytes);
    writeFileSync(join(maps, `${name}.mjs.map`), map);
    artifacts.push({ name, file, codeBytes: code.length, zipBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), inputs });
  }
  return artifacts;
};
