import { mostUrgentFirst } from '../../lib/workflow/needs/needs.ts';
import { inWordsOfNewer } from '../run/newer-sagas.ts';
import { paint } from '../run/progress.ts';
import { countsInWords, describeSaga } from '../run/summary.ts';
import { printable } from '../terminal/printable.ts';
import type { SagaStatus, Status } from './status.ts';

const blockerLines = ({ blockers }: SagaStatus): string[] =>
  blockers.map(({ kind, name, secretId, code, seenBy }) => `    blocked by the ${kind} ${printable(name)}, which uses SAE secret ${secretId} (${code ?? seenBy})`);

const needLines = ({ needs }: SagaStatus): string[] =>
  needs === null
    ? []
    : [
        `    ${paint('bold', 'needs you')}${needs.urgency === 'when you can' ? '' : ` ${needs.urgency}`}${needs.until === null ? '' : `, before ${needs.until}`}: ${printable(needs.because)}`,
        ...needs.commands.map((command) => `      $ ${command}`),
      ];

const sagaText = (saga: SagaStatus): string =>
  [
    describeSaga(saga),
    ...(saga.next === null ? [] : [`    next: ${saga.next.step}${saga.next.at === null ? '' : `, at ${saga.next.at}`}`]),
    ...(saga.hold === null ? [] : [`    held by ${printable(saga.hold.by)}${saga.hold.until === null ? '' : ` until ${saga.hold.until}`}: ${printable(saga.hold.reason)}`]),
    ...blockerLines(saga),
    ...needLines(saga),
  ].join('\n');

const stopLines = ({ pause, holds, closedKeys }: Status): string[] => [
  ...(pause === null ? [] : [`paused by ${printable(pause.by)}${pause.until === null ? '' : ` until ${pause.until}`}: ${printable(pause.reason)}; lift it with npx probate resume`]),
  ...holds.map(({ target, reason, until, by }) => `held: ${printable(target)}${until === null ? '' : ` until ${until}`}, by ${printable(by)}: ${printable(reason)}; lift it with npx probate release '${printable(target)}'`),
  ...(closedKeys === 0 ? [] : [`${closedKeys} ${closedKeys === 1 ? 'key was' : 'keys were'} refused by a cloud and closed; mend it, then npx probate resume`]),
];

const besideLines = ({ parkedMessages, queues, findings }: Status): string[] => {
  const depths = Object.values(queues);
  const waiting = depths.reduce((sum, { ready, delayed, inFlight }) => sum + ready + delayed + inFlight, 0);
  const dead = depths.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const came = findings.map(({ name, kind, scope, sagaId }) => `found: ${printable(name)} of ${scope} ${kind === 'returned' ? 'came back' : 'appeared'} after ${sagaId}`);
  return [...(parkedMessages + dead === 0 ? [] : [`${parkedMessages + dead} messages are set aside: npx probate parked`]), ...(waiting === 0 ? [] : [`${waiting} messages wait in the queues`]), ...came];
};

/** A status as a person reads it: stops first, then each saga that is open or needs somebody, the most urgent first, then the rest in numbers. */
export const statusText = (status: Status, everySaga: boolean): string => {
  const shown = everySaga ? status.sagas : status.sagas.filter(({ finishedAt, needs }) => finishedAt === null || needs !== null).toSorted((a, b) => mostUrgentFirst(a.needs, b.needs));
  const sum = status.totals.instances === 0 ? 'no saga yet' : `${status.totals.instances} ${status.totals.instances === 1 ? 'saga' : 'sagas'}: ${countsInWords(status.totals.byState)}`;
  const newer = inWordsOfNewer(status.newer).join('\n');
  const parts = everySaga ? [...shown.map(sagaText), newer] : [stopLines(status).join('\n'), ...shown.map(sagaText), newer, [...besideLines(status), sum].join('\n')];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
};
