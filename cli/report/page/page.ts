import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Report } from '../report.ts';
import { type Markup, html, ownText } from './html.ts';
import { leftovers, overview } from './overview.ts';
import { sagaArticle } from './saga-article.ts';
import { SHAPES, badge, plural, toneOf } from './words.ts';

const own = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

const sourceHash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Only our own style and script may act, known by their hashes, and nothing may be asked of any network. */
const contentPolicy = (style: string, script: string): string =>
  `default-src 'none'; style-src ${sourceHash(style)}; script-src ${sourceHash(script)}; base-uri 'none'; form-action 'none'`;

const filter = ({ sagas, totals }: Report): Markup => {
  const states = [...new Set(sagas.map(({ state }) => state))];
  return html`<form id="filter" hidden aria-label="Filter">
<div class="search"><label for="search">Search</label><input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="name, id, event, reason, code"></div>
<fieldset><legend>States</legend>${states.map(
    (state) => html`<label class="choice"><input type="checkbox" name="state" value="${state}">${badge(toneOf(state), state)}<small>${totals.byState[state] ?? 0}</small></label>`,
  )}</fieldset>
<p class="result"><output id="count" for="search" aria-live="polite">${plural(sagas.length, 'instance')}</output>
<button type="button" id="timelines" aria-pressed="false">Open all timelines</button> <button type="reset">Clear</button></p>
</form>`;
};

const sagasSection = (report: Report): Markup =>
  report.sagas.length === 0
    ? html`<section class="empty" aria-labelledby="sagas-title"><h2 id="sagas-title">Nothing to report</h2><p>The ledger holds no saga ${report.period.from === null && report.period.to === null ? 'at all: no event has been taken in yet' : 'that was at work in this period'}.</p></section>`
    : html`<section aria-labelledby="sagas-title"><h2 id="sagas-title">Instances</h2>${filter(report)}<p id="nothing" hidden>Nothing matches.</p>
<div id="sagas">${report.sagas.map(sagaArticle)}</div></section>`;

const EXPLANATION = html`<footer><p><b>deleted</b>: proven gone, by name and by complete lists, as often as the policy asks. <b>accepted</b>: when the cloud took the deletion.
<b>kept</b>: never touched. <b>unknown</b>: not proven, so not called gone. No value of a secret is in this file: Probate has no call that reads one.</p></footer>`;

/** A report as one HTML file that needs nothing beside it: no network, no other file; without scripts it lacks the filter only. */
export const reportPage = (report: Report): string => {
  const [style, script] = [own('report.css'), own('filter.js')];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>What Probate settled</title>
<style>${ownText(style)}</style></head>
<body><a class="skip" href="#content">To the content</a>${SHAPES}
${overview(report)}
${sagasSection(report)}
${leftovers(report)}
</main>
${EXPLANATION}
<script>${ownText(script)}</script></body></html>
`.markup;
};
