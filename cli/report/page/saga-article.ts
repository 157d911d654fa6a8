import { sha256 } from '../../../lib/saga/canonical.ts';
import type { ReportedSaga, ReportedSecret } from '../report.ts';
import { type Markup, html } from './html.ts';
import { badge, lasting, moment, outcomeTone, outsideText, plural, toneOf } from './words.ts';

/** Where a saga stands in the page; its id may hold what an anchor may not. */
export const anchorOf = ({ sagaId }: Pick<ReportedSaga, 'sagaId'>): string => `saga-${sha256(sagaId).slice(0, 12)}`;

/** What a reader calls an instance. */
export const titleOf = ({ instance, sagaId }: ReportedSaga): string =>
  instance.cloud === 'huawei' ? `${instance.instanceType} ${instance.instanceId}` : `SAE ${instance.namespaceId} (${sagaId.split(':').at(-1) ?? ''})`;

const placeOf = ({ instance }: ReportedSaga): string =>
  instance.cloud === 'huawei' ? `Huawei Cloud, ${instance.region}, project ${instance.projectId}` : `Alibaba Cloud, ${instance.region}`;

/** Those that leave room for another beside them. */
const BRIEF = new Set(['Begun', 'Ended', 'Can be undone until', 'Mode', 'Calls']);

const line = (term: string, ...facts: readonly (Markup | null)[]): Markup | null => {
  const there = facts.filter((one) => one !== null);
  return there.length === 0 ? null : html`<div class="${BRIEF.has(term) ? 'brief' : 'long'}"><dt>${term}</dt>${there.map((one) => html`<dd>${one}</dd>`)}</div>`;
};

const whyOf = ({ reason, waiting, hold }: ReportedSaga): Markup | null => {
  const lines = [
    ...(hold === null ? [] : [html`Held by <bdi>${hold.by}</bdi>: ${outsideText(hold.reason)}`]),
    ...(waiting === null ? [] : [html`Waits${waiting.until === null ? html` for a person` : html` until ${moment(waiting.until)}`}: ${outsideText(waiting.why)}`]),
    ...(reason === null || reason === waiting?.why ? [] : [outsideText(reason)]),
  ];
  return lines.length === 0 ? null : html`<p class="why">${lines.map((one) => html`<span>${one}</span>`)}</p>`;
};

const datesOf = ({ outcome, provenAt, erasedAt, restoredAt, scheduledAt }: ReportedSecret): Markup[] => [
  ...(outcome === 'pending' && scheduledAt !== null ? [html`scheduled ${moment(scheduledAt)}`] : []),
  ...(outcome !== 'restored' && erasedAt !== null ? [html`accepted ${moment(erasedAt)}`] : []),
  ...(outcome !== 'restored' && provenAt !== null ? [html`proven ${moment(provenAt)}`] : []),
  ...(outcome === 'restored' && restoredAt !== null ? [html`restored ${moment(restoredAt)}`] : []),
];

interface Row {
  readonly name: string;
  readonly under: Markup;
  readonly outcome: ReportedSecret['outcome'];
  readonly dates: readonly Markup[];
  readonly detail: string | null;
}

const tableRow = ({ name, under, outcome, dates, detail }: Row): Markup => html`<tr>
<th scope="row"><bdi>${name}</bdi><small>${under}</small></th>
<td>${badge(outcomeTone(outcome), outcome)}</td>
<td>${dates.length === 0 ? null : html`<span class="dates">${dates.map((date) => html`<span>${date}</span>`)}</span>`}${detail === null ? null : outsideText(detail)}</td>
</tr>`;

const secretRow = (secret: ReportedSecret): Markup => {
  const { name, id, cloud, outcome, detail } = secret;
  return tableRow({ name: name === '' ? id : name, under: html`${cloud === 'huawei' ? 'CSMS' : 'SAE'} <bdi>${id}</bdi>`, outcome, dates: datesOf(secret), detail });
};

const stageRow = ({ secretName, stage, outcome, detail }: ReportedSaga['stages'][number]): Markup =>
  tableRow({ name: secretName, under: html`stage <bdi>${stage}</bdi>`, outcome, dates: [], detail });

const secretsTable = (saga: ReportedSaga): Markup => {
  const { secrets, stages } = saga;
  if (secrets.length + stages.length === 0) return html`<p class="none">No secret was known to this saga.</p>`;
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Secrets of ${titleOf(saga)}"><table>
<caption>Secrets</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Outcome</th><th scope="col">When (UTC), and detail</th></tr></thead>
<tbody>${secrets.map(secretRow)}${stages.map(stageRow)}</tbody>
</table></div>`;
};

const blockersList = ({ blockers }: ReportedSaga): Markup | null =>
  blockers.length === 0
    ? null
    : html`<div class="blockers"><h4>Depends on it still</h4><ul>${blockers.map(
        ({ kind, name, secretId, code, seenBy }) => html`<li>${kind} <b><bdi>${name}</bdi></b> uses SAE secret <bdi>${secretId}</bdi> <small>${code ?? seenBy}</small></li>`,
      )}</ul></div>`;

const phasesList = (saga: ReportedSaga): Markup => html`<ol class="phases" aria-label="States of ${titleOf(saga)}">${saga.phases.map(
  ({ state, seconds }) => html`<li class="${toneOf(state)}">${state}${seconds === null ? null : html` <small>${lasting(seconds)}</small>`}</li>`,
)}</ol>`;

const factsList = (saga: ReportedSaga): Markup => {
  const { events, startedAt, finishedAt, goneAfterSeconds, undoUntil, planDigest, notes, calls, throttled, mode, sagaId } = saga;
  return html`<dl class="facts">${[
    line('Why', ...events.map(({ source, id, part, reason }) => html`${reason === null ? null : html`${outsideText(reason)} `}<small>event <bdi>${id}</bdi> of <bdi>${source}</bdi>${part === 1 ? '' : `, part ${part}`}</small>`)),
    line('Begun', html`${moment(startedAt)}`),
    line('Ended', finishedAt === null ? null : html`${moment(finishedAt)}${goneAfterSeconds === null ? null : html`, gone after ${lasting(goneAfterSeconds)}`}`),
    line('Can be undone until', undoUntil === null ? null : moment(undoUntil)),
    line('Mode', html`${mode}`),
    line('Calls', html`CSMS ${calls.csms}, SAE ${calls.sae}${throttled === 0 ? '' : `; slowed down ${plural(throttled, 'time')}`}`),
    line('Plan', planDigest === null ? null : html`<code>${planDigest}</code>`, ...notes.map(outsideText)),
    line('Saga', html`<code>${sagaId}</code>`),
  ].filter((one) => one !== null)}</dl>`;
};

const timelineList = ({ timeline, journal }: ReportedSaga): Markup => html`<details><summary>Timeline, ${plural(timeline.length, 'entry', 'entries')}</summary>
<ol class="timeline">${timeline.map(({ at, kind, text }) => html`<li class="${kind}">${moment(at)} <span class="kind">${kind}</span> ${outsideText(text)}</li>`)}</ol>
<p class="none">The journal has ${plural(journal.lines, 'line')}; the last one's hash is <code>${journal.lastHash}</code></p></details>`;

/** One saga of the page: what it ended as or waits for and why, its secrets, its story. */
export const sagaArticle = (saga: ReportedSaga): Markup => html`<article id="${anchorOf(saga)}" data-state="${saga.state}" data-attention="${saga.attention}" aria-labelledby="${anchorOf(saga)}-title">
<header>${badge(toneOf(saga.state), saga.state)}<h3 id="${anchorOf(saga)}-title"><bdi>${titleOf(saga)}</bdi></h3><p class="place">${placeOf(saga)}</p></header>
${whyOf(saga)}${phasesList(saga)}${secretsTable(saga)}${blockersList(saga)}
${factsList(saga)}${timelineList(saga)}
</article>
`;
