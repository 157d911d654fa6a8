import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Template } from './template/template.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OSLS = fileURLToPath(import.meta.resolve('osls/bin/serverless.js'));

/** Nothing of an AWS account, so that whoever runs the tests proves nothing by having one. */
const withoutAws = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));

/** A network namespace with nothing in it, where the machine allows one. */
const offline = (command: readonly string[]): readonly string[] => (spawnSync('unshare', ['-rn', 'true']).status === 0 ? ['unshare', '-rn', ...command] : command);

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

const run = ([program = '', ...args]: readonly string[]): Ran => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, env: withoutAws(), encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
};

/** `npm run package` as it is, with no network. */
export const runPackage = (...options: readonly string[]): Ran => run(offline([process.execPath, join(ROOT, 'deploy', 'package.ts'), ...options]));

export const runPrint = (...options: readonly string[]): Ran => run(offline([process.execPath, OSLS, 'print', '--format', 'json', ...options]));

export const readTemplate = (stage: string): Template =>
  Template.parse(JSON.parse(readFileSync(join(ROOT, '.build', stage, 'cloudformation', 'cloudformation-template-update-stack.json'), 'utf8')));

export const removeBuild = (stage: string): void => rmSync(join(ROOT, '.build', stage), { recursive: true, force: true });
