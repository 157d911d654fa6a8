import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { GOALS } from '../../bench/benchmarks.ts';

const BENCH = fileURLToPath(new URL('../../bench/bench.ts', import.meta.url));

const run = (...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } => spawnSync(process.execPath, [BENCH, ...args], { encoding: 'utf8' });

const Document = z.strictObject({
  machine: z.record(z.string(), z.unknown()),
  results: z.array(z.strictObject({ name: z.string(), ratio: z.number(), goal: z.number(), better: z.enum(['higher', 'lower']), detail: z.record(z.string(), z.unknown()) })),
});

it('one benchmark alone prints one document, and its exit code says whether the goal is met', () => {
  const { status, stdout } = run('--only', 'bundle-size', '--json');
  const { machine, results } = Document.parse(JSON.parse(stdout));
  const [result] = results;
  expect(results).toMatchObject([{ name: 'bundle-size', goal: 0.9, better: 'lower' }]);
  expect(status).toBe((result?.ratio ?? Infinity) <= 0.9 ? 0 : 1);
  expect(Object.keys(machine)).toEqual(expect.arrayContaining(['node', 'cores', 'steal']));
});

it('a benchmark that does not exist is refused, with the names of those that do', () => {
  const { status, stdout, stderr } = run('--only', 'speed');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('there is no benchmark speed');
  expect(stderr).toContain('cost-per-million');
});

it('the page tells of every benchmark, and of no goal but the real one', () => {
  const page = readFileSync('docs/performance.md', 'utf8');
  const [, results = ''] = page.split('<!-- results:');
  const rows = [...(results.split('<!-- end of results -->')[0] ?? '').matchAll(/^\| `([a-z0-9-]+)` \|.*\| ([≥≤]) ([0-9.]+) \|/gm)].map(([, name, sign, goal]) => [name, sign === '≥' ? 'higher' : 'lower', Number(goal)]);
  expect(rows).toEqual(Object.entries(GOALS).map(([name, { goal, better }]) => [name, better, goal]));
});
