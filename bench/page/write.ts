import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPage, table } from '../../test/docs/generated/page.ts';
import { type Name, type Result, isMet } from '../result.ts';
import type { Point } from '../scaling.ts';
import { scalingPicture } from './picture.ts';

/** What `npm run bench -- --json` prints. */
export interface BenchDocument {
  readonly machine: Readonly<Record<string, unknown>>;
  readonly results: readonly Result[];
}

const PAGE = 'docs/performance.md';
const PICTURE = 'docs/images/scaling.svg';

/** What each name compares, in the words of a reader who knows nothing of the program. */
const COMPARES: Readonly<Record<Name, string>> = {
  'http-client': 'calls a second of our CSMS client, by those of bare undici with the same bytes',
  'http-peer': 'the same, by those of axios',
  'end-to-end': 'instances a second from event to proven gone, by a skeleton that does the same SQLite statements and calls and nothing else',
  'cpu-per-instance': 'CPU time an instance, by the skeleton\'s',
  'scaling-10x': 'CPU time an instance at 10,000 instances, by that at 1,000',
  'memory-10x': 'most memory over idle for 10,000 instances, in units of 128 MB',
  'throttle-quota-used': 'share of an unknown quota that three workers use while they drain a backlog',
  'throttle-waste': 'rejected calls for each that was not, in that drain',
  'throttle-recovery': 'seconds from the quota\'s lifting to full speed, by ten',
  'init-time': 'import of the largest deployed function, by that of its third-party packages alone',
  'bundle-size': 'the largest deployed function, by everything bundled naively (990 KB)',
  'ledger-writes-per-instance': 'writes of the ledger for one instance, everything included',
  'cost-per-million': 'dollars of AWS for a million instances, by 5.45',
};

const machineTable = (machine: BenchDocument['machine']): string => table(['', ''], Object.entries(machine).map(([name, value]) => [name, String(value)]));

const resultsTable = (results: readonly Result[]): string =>
  table(
    ['Benchmark', 'What is compared', 'Ratio', 'Goal', '', 'Steal'],
    results.map((result) => {
      const { name, ratio, goal, better, detail } = result;
      return [`\`${name}\``, COMPARES[name], String(ratio), `${better === 'higher' ? '≥' : '≤'} ${goal}`, isMet(result) ? 'met' : '**missed**', String(detail['steal'])];
    }),
  );

/** The figures a ratio was made of; lists and tables within them are in the JSON document only. */
const figuresTable = (results: readonly Result[]): string =>
  table(
    ['Benchmark', 'Figures'],
    results.map(({ name, detail }) => [
      `\`${name}\``,
      Object.entries(detail)
        .filter(([key, value]) => typeof value !== 'object' && key !== 'steal' && key !== 'tries')
        .map(([key, value]) => `${key} ${String(value)}`)
        .join(', '),
    ]),
  );

const detailOf = (results: readonly Result[], name: Name, key: string): unknown => results.find((result) => result.name === name)?.detail[key];

const countsTable = (results: readonly Result[]): string => {
  const counts = detailOf(results, 'end-to-end', 'perInstance');
  return table(['What', 'An instance'], Object.entries(typeof counts === 'object' && counts !== null ? counts : {}).map(([name, count]) => [`\`${name}\``, String(count)]));
};

const pointsOf = (results: readonly Result[]): readonly Point[] => {
  const points = detailOf(results, 'scaling-10x', 'points');
  return Array.isArray(points) ? points : [];
};

/** Fills the parts of docs/performance.md that come from a whole run, and draws its picture; answers what was written. */
export const writePage = ({ machine, results }: BenchDocument): readonly string[] => {
  const parts = { machine: () => machineTable(machine), results: () => resultsTable(results), figures: () => figuresTable(results), counts: () => countsTable(results) };
  const root = new URL('../../', import.meta.url);
  const picture = fileURLToPath(new URL(PICTURE, root));
  mkdirSync(dirname(picture), { recursive: true });
  writeFileSync(fileURLToPath(new URL(PAGE, root)), readPage({ path: PAGE, parts }).wanted);
  writeFileSync(picture, scalingPicture(pointsOf(results)));
  return [PAGE, PICTURE];
};
