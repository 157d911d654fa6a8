import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod/mini';
import { type Ended, runNode } from './child.ts';
import { type Ruling, inShort } from './ruling.ts';

/** As Vitest's JSON reporter writes it. */
const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string(), failureMessages: z.nullish(z.array(z.string())) })),
    }),
  ),
});
export type Report = z.infer<typeof Report>;

const LIMIT_SECONDS = 300;
/** A machine that stands still for a while must not look like a bug that was caught. */
const TEST_TIMEOUT_MS = 120_000;
const TIMED_OUT = /^(Error: )?(Test|Hook) timed out/;
const OUTPUT = 'vitest.json';
/** One file at a time: two that fail at once cancel each other, and neither failure reaches the report. */
const ONE_FAILURE = ['--bail=1', '--no-file-parallelism'];

export interface TestRun {
  readonly ruling: Ruling;
  /** Full titles of the tests that passed. */
  readonly passed: readonly string[];
}

const unjudged = (ruling: Ruling): TestRun => ({ ruling, passed: [] });

const judge = (root: string, { testResults }: Report, { code, err }: Ended): TestRun => {
  const all = testResults.flatMap(({ name, assertionResults }) => assertionResults.map((result) => ({ file: relative(root, name), ...result })));
  const passed = all.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName);
  const failures = all.filter(({ status }) => status === 'failed');
  const failed = failures.find(({ failureMessages }) => failureMessages?.some((message) => !TIMED_OUT.test(message)));
  if (failed !== undefined) return { ruling: { kind: 'red', by: `${failed.file}: ${inShort(failed.fullName)}` }, passed };
  if (failures.length > 0) return unjudged({ kind: 'timed-out' });
  const message = testResults.map((result) => result.message).find((text) => text !== '');
  if (message !== undefined) return unjudged({ kind: 'broken', why: inShort(message) });
  if (code !== 0) return unjudged({ kind: 'broken', why: `Vitest failed, but no test of it did: ${inShort(err)}` });
  return passed.length === 0 ? unjudged({ kind: 'broken', why: 'no test ran' }) : { ruling: { kind: 'green' }, passed };
};

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

interface Asked {
  readonly titled?: string | undefined;
  readonly bail: boolean;
}

const runOnce = async (root: string, files: readonly string[], { titled, bail }: Asked): Promise<TestRun> => {
  const output = join(root, OUTPUT);
  rmSync(output, { force: true });
  const chosen = titled === undefined ? [] : ['--testNamePattern', literally(titled)];
  const patience = [`--testTimeout=${TEST_TIMEOUT_MS}`, `--hookTimeout=${TEST_TIMEOUT_MS}`];
  const ended = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...files, '--reporter=json', `--outputFile=${output}`, ...patience, ...chosen, ...(bail ? ONE_FAILURE : [])], root, LIMIT_SECONDS);
  if (ended.code === null) return unjudged({ kind: 'timed-out' });
  if (!existsSync(output)) return unjudged({ kind: 'broken', why: `Vitest wrote no report: ${inShort(ended.err)}` });
  return judge(root, Report.parse(JSON.parse(readFileSync(output, 'utf8'))), ended);
};

/**
 * Runs test files, or of them the tests with that in their title; `bail` ends them at the first failure. What could not
 * be judged is run once more: a busy machine breaks Vitest's own connection to its workers.
 */
export const runTests = async (root: string, files: readonly string[], asked: Asked): Promise<TestRun> => {
  const first = await runOnce(root, files, asked);
  return first.ruling.kind === 'green' || first.ruling.kind === 'red' ? first : runOnce(root, files, asked);
};
