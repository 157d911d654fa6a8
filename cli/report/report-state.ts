import type { StateOptions } from '../commands/options.ts';
import type { Problem } from '../../events/problems.ts';
import { type WrittenEvidence, prepareEvidenceFolder, writeEvidence } from '../evidence/write-evidence.ts';
import { inWordsOfNewer } from '../run/newer-sagas.ts';
import { withStack } from '../run/open-stack.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { onCommandLine } from '../terminal/command-line.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { isInPeriod, makeReport } from './make-report.ts';
import { reportPage } from './page/page.ts';
import { type Period, readPeriod } from './period.ts';
import { readLedger } from './read-ledger.ts';

/** The options of `report`, beside those of every command that works with a state. */
export interface ReportOptions extends StateOptions {
  readonly from?: string;
  readonly to?: string;
  readonly format: 'json' | 'html';
  readonly evidence?: string;
}

const formatProblems = ({ json, format }: ReportOptions): Problem[] =>
  json === true && format === 'html' ? [onCommandLine('--format', 'is html, given with --json', 'leave one of the two out')] : [];

const tellWritten = (terminal: Terminal, { directory, sagas, lines, manifest }: WrittenEvidence): void =>
  terminal.err(`evidence: ${sagas} ${sagas === 1 ? 'saga' : 'sagas'}, ${lines} lines in ${directory}\nmanifest ${manifest}\nKeep this hash elsewhere: it alone shows that nobody wrote all of the folder anew.\n`);

const isOpenEnded = ({ from, to }: Period): boolean => from === null && to === null;

/** `report`: reads the ledger and tells it; exit 3 where a newer Probate wrote a saga, of which it tells nothing; rejects with BadInput for a bad date, a state that is not there, or a folder for evidence that is not empty. */
export const reportState = async (terminal: Terminal, options: ReportOptions): Promise<ExitCode> => {
  const { period, problems } = readPeriod(options.from, options.to);
  const all = [...formatProblems(options), ...problems];
  if (all.length > 0) throw new BadInput(all);
  return withStack(options, 'existing', async ({ ledger, clock }) => {
    if (options.evidence !== undefined) prepareEvidenceFolder(options.evidence);
    const content = await readLedger(ledger);
    const now = clock.now();
    const report = makeReport(content, period, now);
    const inPeriod = content.sagas.filter((one) => isInPeriod(one, period));
    const evidence = options.evidence === undefined ? null : writeEvidence(options.evidence, { sagas: inPeriod, newer: content.newer }, period, now);
    if (options.format === 'html') terminal.out(reportPage(report));
    else writeJson(terminal, evidence === null ? report : { ...report, evidence });
    if (report.totals.sagas === 0) terminal.err(`nothing to report: the ledger holds no saga${isOpenEnded(period) ? ' at all' : ' that was at work in this period'}\n`);
    if (evidence !== null) tellWritten(terminal, evidence);
    for (const line of inWordsOfNewer(content.newer)) terminal.err(`${line}\n`);
    return content.newer.length === 0 ? EXIT.settled : EXIT.needsPerson;
  });
};
