import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escaped, html } from '../../../cli/report/page/html.ts';
import { reportPage } from '../../../cli/report/page/page.ts';
import { lasting } from '../../../cli/report/page/words.ts';
import { printable } from '../../../cli/terminal/printable.ts';
import { GATEWAY } from '../../saga/builders.ts';
import { aGoneSaga, aReport, aRestoredSaga } from './builders.ts';
import { HOSTILE, aHostileReport } from './hostile.ts';

const decoded = (text: string): string =>
  text.replaceAll(/&(?:lt|gt|quot|#39|#96|amp);/g, (entity) => ({ '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#96;': '`' })[entity] ?? '&');

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

describe('text from outside', () => {
  it('H7: cannot become markup, whatever it is, and can be read back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const safe = escaped(text);
        expect(safe).not.toMatch(/[<>"'`\p{Cc}\p{Cf}\p{Cs}]|&(?!(?:lt|gt|quot|#39|#96|amp);)/u);
        expect(decoded(safe)).toBe(printable(text));
      }),
      { seed: 20_261_122, numRuns: 500 },
    );
  });

  it('is escaped in every place a template has, and markup is not escaped twice', () => {
    const item = html`<i title="${'"'}">${'<'}</i>`;
    expect(html`<p>${[item, item]}${item}${null}${7}</p>`.markup).toBe(`<p>${'<i title="&quot;">&lt;</i>'.repeat(3)}7</p>`);
  });

  it('H7: stands in a page only escaped, with what would turn text round shown as its code', () => {
    const page = reportPage(aHostileReport());
    const dangerous = HOSTILE.filter((text) => escaped(text) !== text);
    expect(dangerous.filter((text) => page.includes(text))).toEqual([]);
    expect(HOSTILE.filter((text) => !page.includes(escaped(text)))).toEqual([]);
    expect(page).not.toMatch(/<img|<a href="(?!#)|on(error|focus)=["']/);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<style/g)).toHaveLength(1);
  });
});

describe('the page', () => {
  const page = reportPage(aReport([aGoneSaga(), aRestoredSaga({ instance: GATEWAY })]));
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page) ?? [];
  const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(page) ?? [];

  it('allows its own style and script and nothing else, not even by itself', () => {
    const policy = decoded(/Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '');
    expect(policy).toBe(`default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`);
  });

  it('names nothing outside itself', () => {
    expect(page).not.toMatch(/https?:|url\(|@import|\ssrc=|<link|<iframe|\sstyle=/);
  });

  it('has a language, one heading of the first rank, landmarks, and a table with headings of its rows and columns', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    for (const [piece, times] of [['<h1', 1], ['<main', 1], ['<footer', 1], ['<article', 2], ['<caption>', 2], ['<th scope="col">', 6], ['aria-live="polite"', 1]] as const) {
      expect([piece, page.split(piece).length - 1]).toEqual([piece, times]);
    }
    expect(page.match(/<h[2-4]/g)).not.toContain('<h5');
  });

  it('gives each id once', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(8);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [3_661, '1 h 1 min'],
    [86_400 * 6 + 3_600 * 12 + 59, '6 d 12 h'],
  ])('tells %i seconds as %s', (seconds, words) => {
    expect(lasting(seconds)).toBe(words);
  });
});
