import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const ENTRY = join(ROOT, 'cli/probate.ts');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end, as a real process with no variable of ours in its environment but those given. */
export const run = async (program: string, args: readonly string[], given: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {}): Promise<Ended> => {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PROBATE|HUAWEICLOUD|ALIBABA_CLOUD|AWS)_|^FORCE_COLOR$/.test(name));
  const child = spawn(program, args, { cwd: ROOT, env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...given.env } });
  child.stdin.end(given.input ?? '');
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
};

export const probate = (args: readonly string[], given: Parameters<typeof run>[2] = {}): Promise<Ended> => run(process.execPath, [ENTRY, ...args], given);

/** A folder of files for one test file; objects become JSON. */
export const aFolder = (files: Readonly<Record<string, unknown>>): { readonly path: string; readonly at: (name: string) => string } => {
  const path = mkdtempSync(join(tmpdir(), 'probate-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(path, name), typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  }
  return { path, at: (name) => join(path, name) };
};

export const STACK_TRACE = /^\s+at .+:\d+:\d+/m;
