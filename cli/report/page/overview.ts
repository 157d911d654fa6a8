import type { Report, ReportedSaga } from '../report.ts';
import { type Markup, html } from './html.ts';
import { anchorOf, titleOf } from './saga-article.ts';
import { badge, lasting, moment, plural, toneOf, outsideText } from './words.ts';

const tile = (term: string, value: string, note: string | null = null): Markup => html`<div><dt>${term}</dt><dd>${value}${note === null ? null : html`<small>${note}</small>`}</dd></div>`;

const OUTCOMES = [
  { word: 'deleted', note: 'proven gone' },
  { word: 'already-gone', note: 'without a call of ours' },
  { word: 'pending', note: 'until a date' },
  { word: 'restored', note: 'schedule cancelled' },
  { word: 'kept', note: 'never touched' },
  { word: 'raced', note: 'erased, in no plan' },
  { word: 'unknown', note: 'not proven' },
] as const;

const count = (number: number): string => number.toLocaleString('en');

const tiles = ({ totals }: Report): Markup => html`<dl class="tiles">${[
  tile('Instances', count(totals.sagas), totals.needPerson === 0 ? 'none needs a person' : `${count(totals.needPerson)} need${totals.needPerson === 1 ? 's' : ''} a person`),
  ...OUTCOMES.flatMap(({ word, note }) => (totals.byOutcome[word] === undefined ? [] : [tile(word, count(totals.byOutcome[word]), note)])),
  ...(totals.secondsToGone === null ? [] : [tile('Time to gone', lasting(totals.secondsToGone.median), `median; longest ${lasting(totals.secondsToGone.longest)}`)]),
  tile('Calls', count(totals.calls.csms + totals.calls.sae), `CSMS ${count(totals.calls.csms)}, SAE ${count(totals.calls.sae)}${totals.throttled === 0 ? '' : `; slowed down ${plural(totals.throttled, 'time')}`}`),
]}</dl>`;

const periodInWords = ({ period: { from, to } }: Report): Markup =>
  from === null && to === null ? html`everything on record` : html`${from === null ? html`from the beginning` : html`from ${moment(from)}`} ${to === null ? html`until now` : html`until ${moment(to)}`}`;

const attentionList = (sagas: readonly ReportedSaga[]): Markup | null => {
  const waiting = sagas.filter(({ attention }) => attention === 'person');
  if (waiting.length === 0) return null;
  return html`<section class="attention" aria-labelledby="attention-title"><h2 id="attention-title">Needs a person</h2><ul>${waiting.map(
    (saga) => html`<li>${badge(toneOf(saga.state), saga.state)} <a href="#${anchorOf(saga)}"><bdi>${titleOf(saga)}</bdi></a> <span class="reason">${outsideText(saga.reason ?? saga.waiting?.why ?? '')}</span></li>`,
  )}</ul></section>`;
};

const stopsList = ({ stops }: Report): Markup | null =>
  stops.length === 0
    ? null
    : html`<section aria-labelledby="stops-title"><h2 id="stops-title">Stopped by people</h2><ul class="plain">${stops.map(
        ({ target, reason, until, by }) => html`<li><b><bdi>${target}</bdi></b>${until === null ? null : html` until ${moment(until)}`}: ${outsideText(reason)} <small><bdi>${by}</bdi></small></li>`,
      )}</ul></section>`;

const newerList = ({ newer }: Report): Markup | null =>
  newer.length === 0
    ? null
    : html`<section aria-labelledby="newer-title"><h2 id="newer-title">Written by a newer Probate</h2><p>Nothing is told of these here: report with the one that wrote them.</p><ul class="plain">${newer.map(
        (sagaId) => html`<li><bdi>${sagaId}</bdi></li>`,
      )}</ul></section>`;

/** The page's head matter: what it covers, the numbers, and what waits for a person. */
export const overview = (report: Report): Markup => html`<header class="page"><h1>What Probate settled</h1>
<p>Covers ${periodInWords(report)}, as of ${moment(report.writtenAt)}. All times are UTC.</p></header>
<main id="content">
<section aria-label="Totals">${tiles(report)}</section>
${attentionList(report.sagas)}${newerList(report)}${stopsList(report)}`;

/** Events that made no saga and messages set aside; nothing when there are none. */
export const leftovers = ({ notAccepted, parkedMessages }: Report): Markup => html`${
  notAccepted.length === 0
    ? null
    : html`<section aria-labelledby="events-title"><h2 id="events-title">Events not accepted</h2><ul class="plain">${notAccepted.map(
        ({ id, source, part, time, reason }) => html`<li>${moment(time)} <b><bdi>${id}</bdi></b> of <bdi>${source}</bdi>${part === 1 ? '' : `, part ${part}`}: ${outsideText(reason)}</li>`,
      )}</ul></section>`
}${
  parkedMessages.length === 0
    ? null
    : html`<section aria-labelledby="messages-title"><h2 id="messages-title">Messages set aside</h2><ul class="plain">${parkedMessages.map(
        ({ queue, messageId, reason, parkedAt }) => html`<li>${moment(parkedAt)} <b>${queue}</b>: ${outsideText(reason)} <small><bdi>${messageId}</bdi></small></li>`,
      )}</ul></section>`
}`;
