import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Problem } from '../../events/problems.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { redactor } from '../terminal/redact.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { makeReport } from './make-report.ts';
import { reportPage } from './page/page.ts';
import { readLedger } from './read-ledger.ts';

const PAGE_NAME = /\.html?$/i;

const problem = (message: string, remedy: string): Problem[] => [{ file: 'command line', path: '--report', message, remedy }];

/** What is wrong with a file that `run --report` is to write, told before the first call; empty when it can be written. */
export const reportFileProblems = (file: string | undefined): Problem[] => {
  if (file === undefined) return [];
  if (!PAGE_NAME.test(file)) return problem(`is ${JSON.stringify(file)}`, 'name a file that ends in .html; the same as JSON is written beside it');
  const folder = dirname(file);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true ? problem(`${file} is a folder`, 'name a file in it') : [];
  } catch {
    return problem(`${file} cannot be written: ${folder} is no folder that you may write to`, 'make the folder, or name another');
  }
};

/** Writes the report of the whole ledger as a page, and as JSON beside it (`F.html` and `F.json`), over what an earlier run wrote there. */
export const writeReport = async ({ ledger, clock }: Pick<Workflow, 'ledger' | 'clock'>, file: string, { env }: Pick<Terminal, 'env'>): Promise<void> => {
  const report = makeReport(await readLedger(ledger), { from: null, to: null }, clock.now());
  const redact = redactor(env);
  writeFileSync(file, redact(reportPage(report)));
  writeFileSync(file.replace(PAGE_NAME, '.json'), redact(`${JSON.stringify(report, null, 2)}\n`));
};
