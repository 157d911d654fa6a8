import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mutant, mutated } from './mutant.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

const SOURCES = ['bench', 'cli', 'deploy', 'docs', 'events', 'functions', 'lib', 'local', 'policies', 'test', 'package.json', 'serverless.yml', 'tsconfig.json', 'vitest.config.ts'] as const;

/** A copy of the sources to break things in; it goes away with the process. */
export interface Sandbox {
  readonly root: string;
  /** Does something while these mutants stand in the copy. */
  during<T>(mutants: readonly Mutant[], act: () => Promise<T>): Promise<T>;
}

export const openSandbox = (): Sandbox => {
  const root = mkdtempSync(join(tmpdir(), 'probate-proof-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  for (const source of SOURCES) cpSync(join(ROOT, source), join(root, source), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const put = (mutant: Mutant): void => {
    const file = join(root, mutant.file);
    const text = mutated(readFileSync(file, 'utf8'), mutant);
    if (text === null) throw new Error(`${mutant.name}: its place is not in ${mutant.file} exactly once`);
    writeFileSync(file, text);
  };
  return {
    root,
    during: async (mutants, act) => {
      try {
        mutants.forEach(put);
        return await act();
      } finally {
        for (const { file } of mutants) cpSync(join(ROOT, file), join(root, file));
      }
    },
  };
};
