import { spawn } from 'node:child_process';

export interface Ended {
  /** null when its time was over and it was killed. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a module of Node's to its end, or to the end of its time: then it is killed with everything it started. */
export const runNode = (args: readonly string[], cwd: string, limitSeconds: number): Promise<Ended> => {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const child = spawn(process.execPath, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
  const kill = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(kill, limitSeconds * 1_000);
  process.once('exit', kill);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.on('error', reject);
  child.on('close', (code) => {
    clearTimeout(timer);
    process.off('exit', kill);
    resolve({ code, out, err });
  });
  return promise;
};
