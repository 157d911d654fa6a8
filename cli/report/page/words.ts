import type { SecretOutcome } from '../../../lib/workflow/result.ts';
import type { ReportedSaga } from '../report.ts';
import { type Markup, html } from './html.ts';

type State = ReportedSaga['state'];

/** How a state or an outcome looks; each tone has a shape of its own, so that nobody has to tell them by colour. */
export type Tone = 'settled' | 'open' | 'turned' | 'barred' | 'kept' | 'alarm';

/** How a state looks. */
export const toneOf = (state: State): Tone => {
  switch (state) {
    case 'gone':
      return 'settled';
    case 'restored':
    case 'compensating':
      return 'turned';
    case 'refused':
      return 'barred';
    case 'parked':
    case 'compensation-failed':
      return 'alarm';
    case 'received':
    case 'planned':
    case 'quarantined':
    case 'purging':
    case 'verifying':
      return 'open';
  }
};

/** How a secret's outcome looks. */
export const outcomeTone = (outcome: SecretOutcome): Tone => {
  switch (outcome) {
    case 'deleted':
    case 'already-gone':
      return 'settled';
    case 'pending':
      return 'open';
    case 'restored':
      return 'turned';
    case 'kept':
      return 'kept';
    case 'raced':
    case 'unknown':
      return 'alarm';
  }
};

/** The shapes: a tick, a clock, an arrow that turns back, a barred circle, a dotted one, a triangle. */
export const SHAPES: Markup = html`<svg class="shapes" aria-hidden="true">
<symbol id="settled" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" class="fill"/><path d="M4.5 8.5l2.4 2.4 4.8-5.2" class="line"/></symbol>
<symbol id="open" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.2" class="ring"/><path d="M8 4.6V8l2.4 1.8" class="ring"/></symbol>
<symbol id="turned" viewBox="0 0 16 16"><path d="M3 8a5 5 0 1 0 1.6-3.7" class="ring"/><path d="M3.2 1.6v3.4h3.4" class="ring"/></symbol>
<symbol id="barred" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" class="fill"/><path d="M4.5 8h7" class="line"/></symbol>
<symbol id="kept" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.2" class="ring"/><circle cx="8" cy="8" r="2.2" class="fill"/></symbol>
<symbol id="alarm" viewBox="0 0 16 16"><path d="M8 1l7.2 13.4H.8z" class="fill"/><path d="M8 5.8v4M8 11.9v.4" class="line"/></symbol>
</svg>`;

/** A word with the shape of its tone before it. */
export const badge = (tone: Tone, word: string): Markup => html`<span class="badge ${tone}"><svg aria-hidden="true"><use href="#${tone}"/></svg>${word}</span>`;

const UNITS = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'min', seconds: 60 },
] as const;

/** A length of time in its two largest units, such as `6 d 12 h`. */
export const lasting = (seconds: number): string => {
  const largest = UNITS.findIndex((unit) => seconds >= unit.seconds);
  const unit = UNITS[largest];
  if (unit === undefined) return `${seconds} s`;
  const next = UNITS[largest + 1] ?? { unit: 's', seconds: 1 };
  const rest = Math.floor((seconds % unit.seconds) / next.seconds);
  return `${Math.floor(seconds / unit.seconds)} ${unit.unit}${rest === 0 ? '' : ` ${rest} ${next.unit}`}`;
};

/** A moment as people read it; the exact one stands in the attribute. */
export const moment = (at: string): Markup => html`<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 19)}</time>`;

const ISO = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z/g;

/** Text from outside, kept from turning its surroundings round; dates in it are shown as dates. */
export const outsideText = (text: string): Markup => {
  const dates = text.match(ISO) ?? [];
  return html`<bdi>${text.split(ISO).map((piece, index) => html`${piece}${dates[index] === undefined ? null : moment(dates[index])}`)}</bdi>`;
};

/** A count and its noun, such as `1 secret` or `1,200 secrets`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
