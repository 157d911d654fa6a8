import { accessSync, constants, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Problem } from '../../events/problems.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { onCommandLine } from '../terminal/command-line.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { makeReport } from './make-report.ts';
import { reportPage } from './page/page.ts';
import { readLedger } from './read-ledger.ts';
import { REPORT_FORMAT } from './report.ts';

const PAGE_NAME = /\.html?$/i;

const problem = (message: string, remedy: string): Problem[] => [onCommandLine('--report', message, remedy)];

const jsonBeside = (page: string): string => page.replace(PAGE_NAME, '.json');

const isReport = (file: string): boolean => {
  try {
    const { format }: { format?: unknown } = JSON.parse(readFileSync(file, 'utf8'));
    return format === REPORT_FORMAT;
  } catch {
    return false;
  }
};

/** What keeps a file from being written, if it is there already. */
const inTheWay = (file: string): Problem[] => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isDirectory()) return problem(`${file} is a folder`, 'name a file in it');
  accessSync(file, constants.W_OK);
  // A page was named; the JSON was not, and may well be the event that lies there under the same name.
  return PAGE_NAME.test(file) || isReport(file) ? [] : problem(`${file}, which would be written beside the page, is no report of an earlier run`, 'name another page, so that nothing of yours is written over');
};

/** What is wrong with a file that `run --report` is to write, and with the JSON beside it, told before the first call; empty when both can be written. */
export const reportFileProblems = (file: string | undefined): Problem[] => {
  if (file === undefined) return [];
  if (!PAGE_NAME.test(file)) return problem(`is ${JSON.stringify(file)}`, 'name a file that ends in .html; the same as JSON is written beside it');
  const folder = dirname(file);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return [file, jsonBeside(file)].flatMap(inTheWay);
  } catch {
    return problem(`${file} cannot be written: you may not write there`, 'make the folder, give yourself permission, or name another file');
  }
};

/** Writes the report of the whole ledger as a page, and as JSON beside it (`F.html` and `F.json`), over what an earlier run wrote there. */
export const writeReport = async ({ ledger, clock }: Pick<Workflow, 'ledger' | 'clock'>, file: string, { redact }: Pick<Terminal, 'redact'>): Promise<void> => {
  const report = makeReport(await readLedger(ledger), { from: null, to: null }, clock.now());
  writeFileSync(file, redact(reportPage(report)));
  writeFileSync(jsonBeside(file), redact(`${JSON.stringify(report, null, 2)}\n`));
};
