import { UNKNOWNS } from '../../local/emulators/unknowns.ts';
import type { Case } from './case.ts';
import type { Finding } from './carry-out.ts';

type Shown = Pick<Case<never>, 'name' | 'operation' | 'section' | 'settles'>;

const MARKS = { held: 'ok  ', failed: 'FAIL', 'left-out': 'left' } as const satisfies Record<Finding['kind'], string>;

const settled = ({ settles }: Shown, finding: Finding): string => {
  if (settles === null || finding.kind !== 'held') return '';
  return `; settles ${settles}${finding.saw === UNKNOWNS[settles].default ? '' : `, whose default is ${UNKNOWNS[settles].default}`}`;
};

/** One line about one case. */
export const lineOf = (one: Shown, finding: Finding): string =>
  `  ${MARKS[finding.kind]} ${one.operation}: ${one.name} (section ${one.section}) - ${finding.kind === 'held' ? `saw ${finding.saw}` : finding.why}${settled(one, finding)}`;

/** How many cases of those put to a cloud held. */
export const tally = (service: string, findings: readonly Finding[]): string => {
  const of = (kind: Finding['kind']): number => findings.filter((finding) => finding.kind === kind).length;
  const put = of('held') + of('failed');
  return `${service}: ${of('held')} of ${put}${of('left-out') === 0 ? '' : `, ${of('left-out')} left out`}`;
};

/** What was seen of the unknowns, as a seed of the emulators takes it. */
export const unknownsSeen = (found: readonly (readonly [Shown, Finding])[]): Readonly<Record<string, string>> =>
  Object.fromEntries(found.flatMap(([{ settles }, finding]) => (settles !== null && finding.kind === 'held' ? [[settles, finding.saw]] : [])));
