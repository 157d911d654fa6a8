import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Child {
  readonly pid: number;
  readonly lines: AsyncIterator<string>;
  /** The next line it prints; rejects when it ended instead. */
  line(): Promise<string>;
  tell(line: string): void;
  /** `kill -9`, and what it had still printed. */
  kill(): Promise<string[]>;
}

const ended = async (child: ChildProcessByStdio<Writable, Readable, null>): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};

/** Runs one of children/ in a process of its own, killed at the latest when the test ends. */
export const startChild = (script: string, ...words: readonly string[]): Child => {
  const path = fileURLToPath(new URL(`children/${script}.ts`, import.meta.url));
  const child = spawn(process.execPath, [path, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script} did not start`);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended(child);
  });
  return {
    pid,
    lines,
    line: async () => {
      const { done, value } = await lines.next();
      if (done === true) throw new Error(`${script} ended without another line`);
      return value;
    },
    tell: (line) => {
      child.stdin.write(`${line}\n`);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended(child);
      const rest: string[] = [];
      for (let next = await lines.next(); next.done !== true; next = await lines.next()) rest.push(next.value);
      return rest;
    },
  };
};
