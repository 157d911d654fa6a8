import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const ENTRY = join(ROOT, 'cli/probate.ts');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A program at work. */
export interface Running {
  readonly ended: Promise<Ended>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Resolves once these words stand on its standard error; rejects when it ends without them. */
  readonly says: (words: string) => Promise<void>;
  /** Of standard output, as soon as it is there. */
  readonly firstLine: Promise<string>;
}

export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** The credentials that the emulators take where none are set. */
export const LOCAL_KEYS = {
  HUAWEICLOUD_SDK_AK: 'local-ak',
  HUAWEICLOUD_SDK_SK: 'local-sk',
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'local-ak',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'local-sk',
};

const start = (program: string, args: readonly string[], { env, input }: Given): Running => {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PROBATE|HUAWEICLOUD|ALIBABA_CLOUD|AWS)_|^FORCE_COLOR$/.test(name));
  const child = spawn(program, args, { cwd: ROOT, env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env } });
  // A command that has gone before it read its input is no fault of the test's.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const firstLine = once(createInterface(child.stdout), 'line').then(String);
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const ended = Promise.all([text(child.stdout), closed]).then(([out, code]) => ({ code, out, err }));
  const says = async (words: string): Promise<void> => {
    const over = new AbortController();
    void ended.then(() => over.abort(new Error(`it ended without saying "${words}"`)));
    while (!err.includes(words)) await once(child.stderr, 'data', { signal: over.signal });
  };
  return { ended, signal: (name) => void child.kill(name), says, firstLine };
};

/** Starts the command as a real process, with no variable of ours in its environment but those given. */
export const begin = (args: readonly string[], given: Given = {}): Running => start(process.execPath, [ENTRY, ...args], given);

/** Runs a program to its end, in the same way. */
export const run = (program: string, args: readonly string[], given: Given = {}): Promise<Ended> => start(program, args, given).ended;

export const probate = (args: readonly string[], given: Given = {}): Promise<Ended> => begin(args, given).ended;

/** A folder of files for one test file; objects become JSON. */
export const aFolder = (files: Readonly<Record<string, unknown>>): { readonly path: string; readonly at: (name: string) => string } => {
  const path = mkdtempSync(join(tmpdir(), 'probate-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(path, name), typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  }
  return { path, at: (name) => join(path, name) };
};

export const STACK_TRACE = /^\s+at .+:\d+:\d+/m;
