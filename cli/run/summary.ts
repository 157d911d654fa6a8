import type { SagaResult, SecretResult, StageResult } from '../../lib/workflow/result.ts';
import { printable } from '../terminal/printable.ts';
import { inWordsOfNewer } from './newer-sagas.ts';
import { colourOf, paint } from './progress.ts';
import type { RunResult } from './results.ts';

const instanceName = ({ instance, sagaId }: SagaResult): string =>
  instance.cloud === 'huawei' ? `${instance.instanceType} ${instance.instanceId} (${instance.region})` : `SAE namespace ${instance.namespaceId} (${sagaId.split(':').at(-1) ?? ''})`;

const detailText = (detail: string | null): string => (detail === null ? '' : paint('dim', `  ${printable(detail)}`));

const secretLine = ({ name, id, cloud, outcome, detail }: SecretResult): string =>
  `    ${outcome.padEnd(13)}${printable(cloud === 'alibaba' ? `SAE ${id} ${name}` : name)}${detailText(detail)}`;

const stageLine = ({ secretName, stage, outcome, detail }: StageResult): string =>
  `    ${outcome.padEnd(13)}${secretName}, stage ${stage}${detailText(detail)}`;

const facts = (saga: SagaResult): string[] => [
  ...(saga.reason === null ? [] : [`    why: ${printable(saga.reason)}`]),
  ...(saga.dueAt === null ? [] : [`    next step at ${saga.dueAt}`]),
  ...(saga.undoUntil === null ? [] : [`    can be undone until ${saga.undoUntil}: npx probate undo '${saga.sagaId}'`]),
  ...(saga.state === 'planned' && saga.planDigest !== null ? [`    plan ${saga.planDigest}`] : []),
  ...(saga.state === 'planned' ? saga.notes.map((note) => `    note: ${printable(note)}`) : []),
];

/** One saga as a person reads it: what it ended as, then each secret with what became of it. */
export const describeSaga = (saga: SagaResult): string =>
  [
    `${paint(colourOf(saga.state), saga.state.padEnd(20))}${instanceName(saga)}  ${paint('dim', saga.mode)}`,
    ...facts(saga),
    ...saga.secrets.map(secretLine),
    ...saga.stages.map(stageLine),
  ].join('\n');

/** Counts and their words, such as `3 gone, 1 parked`. */
export const countsInWords = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');

/** A whole run as a person reads it. */
export const describeRun = ({ events, sagas, totals, parkedMessages, newer }: RunResult): string => {
  const refused = events.filter(({ accepted }) => !accepted).map(({ id, source, reason }) => `${paint('yellow', 'not accepted'.padEnd(20))}event ${printable(id)} of ${printable(source)}\n    why: ${printable(reason ?? '')}`);
  const sum = totals.instances === 0 ? 'nothing to do' : `${totals.instances} ${totals.instances === 1 ? 'instance' : 'instances'}: ${countsInWords(totals.byState)}`;
  const secrets = countsInWords(totals.byOutcome);
  const aside = parkedMessages === 0 ? [] : [`${parkedMessages} ${parkedMessages === 1 ? 'message was' : 'messages were'} set aside: npx probate parked`];
  return `${[...refused, ...sagas.map(describeSaga), ...aside, ...inWordsOfNewer(newer), `${sum}${secrets === '' ? '' : `; secrets: ${secrets}`}`].join('\n\n')}\n`;
};
