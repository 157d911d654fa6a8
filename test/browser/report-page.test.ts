import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { reportPage } from '../../cli/report/page/page.ts';
import type { Report } from '../../cli/report/report.ts';
import { GATEWAY, OPENED, SECOND, aHold } from '../saga/builders.ts';
import { aGoneSaga, aReport, aRestoredSaga, aJournaledSaga, later } from '../cli/report/builders.ts';
import { HOSTILE, aHostileReport } from '../cli/report/hostile.ts';
import { startChromium } from './chromium.ts';
import { contrasts } from './contrast.ts';

const PARKED = aJournaledSaga({ instance: GATEWAY, at: OPENED + 5 * SECOND }, later(9, { type: 'Settled', state: 'parked', reason: 'nothing-seen: no name' }));
const REPORT = aReport([aGoneSaga(), aRestoredSaga({ instance: { ...GATEWAY, instanceType: 'GaussDB' } }), PARKED], {
  controls: { pause: aHold(), holds: {}, closedKeys: [] },
  events: [{ source: 'urn:cmdb', id: 'evt-9', time: OPENED, parts: { '1': { digest: 'x', instances: 1, accepted: false, reason: 'too-old' } } }],
});

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), 'probate-'));

beforeAll(async () => {
  browser = await startChromium();
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Everything the browser complained of, and every address it asked for. */
  readonly complaints: string[];
  readonly requests: string[];
}

const opened = async (report: Report, options: { readonly dark?: true; readonly width?: number; readonly script?: false } = {}): Promise<Opened> => {
  const file = join(folder, 'report.html');
  writeFileSync(file, reportPage(report));
  const context = await browser.newContext({ colorScheme: options.dark === true ? 'dark' : 'light', viewport: { width: options.width ?? 1_200, height: 900 }, javaScriptEnabled: options.script !== false });
  const page = await context.newPage();
  const [complaints, requests]: string[][] = [[], []];
  page.on('console', (message) => complaints?.push(message.text()));
  page.on('pageerror', (error) => complaints?.push(error.message));
  page.on('request', (request) => requests?.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, complaints: complaints ?? [], requests: requests ?? [] };
};

const shown = (page: Page): Promise<string[]> => page.locator('article:visible').evaluateAll((articles) => articles.map((article) => article.getAttribute('data-state') ?? ''));

describe('the report page in Chromium', () => {
  it('opens from disk, complains of nothing and asks for nothing but itself', async () => {
    const { page, complaints, requests } = await opened(REPORT);
    await page.locator('summary').first().click();
    expect([await page.title(), await shown(page), complaints, requests.map((url) => url.slice(0, 8))]).toEqual(['What Probate settled', ['parked', 'restored', 'gone'], [], ['file:///']]);
  });

  it('searches all words anywhere in an instance, and says how many it shows', async () => {
    const { page } = await opened(REPORT);
    const count = page.getByRole('status');
    expect(await count.textContent()).toBe('3 instances');
    await page.getByLabel('Search').fill('NIGHTLY cancel');
    expect([await shown(page), await count.textContent()]).toEqual([['restored'], '1 of 3 instances']);
    await page.getByLabel('Search').fill('no such thing');
    expect([await shown(page), await page.getByText('Nothing matches.').isVisible()]).toEqual([[], true]);
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => shown(page)).toEqual(['parked', 'restored', 'gone']);
  });

  it('filters by any of the chosen states, together with the search', async () => {
    const { page } = await opened(REPORT);
    await page.getByRole('checkbox', { name: 'gone' }).check();
    await page.getByRole('checkbox', { name: 'parked' }).check();
    expect(await shown(page)).toEqual(['parked', 'gone']);
    await page.getByLabel('Search').fill('db-admin');
    expect(await shown(page)).toEqual(['gone']);
  });

  it('leads from what needs a person to its instance, although the filter hides it', async () => {
    const { page } = await opened(REPORT);
    await page.getByLabel('Search').fill('db-admin');
    await page.getByRole('region', { name: 'Needs a person' }).getByRole('link').first().click();
    await expect.poll(() => shown(page)).toEqual(['parked', 'restored', 'gone']);
    await expect.poll(() => page.evaluate<boolean>(`document.querySelector('article:target').getBoundingClientRect().top < innerHeight`)).toBe(true);
  });

  it('opens and closes all timelines', async () => {
    const { page } = await opened(REPORT);
    const button = page.getByRole('button', { name: 'Open all timelines' });
    await button.click();
    expect([await page.locator('details[open]').count(), await button.getAttribute('aria-pressed')]).toEqual([3, 'true']);
    await button.click();
    expect(await page.locator('details[open]').count()).toBe(0);
  });

  it('tells everything without scripts too, only the filter is not there', async () => {
    const { page } = await opened(REPORT, { script: false });
    expect([await page.locator('article').count(), await page.locator('#filter').isVisible()]).toEqual([3, false]);
  });

  it('H7: shows hostile names as text; none of them acts, loads anything or breaks the page', async () => {
    const { page, complaints, requests } = await opened(aHostileReport());
    await page.getByRole('button', { name: 'Open all timelines' }).click();
    await page.getByLabel('Search').fill('onerror');
    expect(await page.evaluate(() => Reflect.has(globalThis, 'broken'))).toBe(false);
    expect([complaints, requests.length, await page.locator('img, iframe, object').count()]).toEqual([[], 1, 0]);
    expect([await page.locator('article').count(), await shown(page)]).toEqual([HOSTILE.length, ['parked']]);
    expect(await page.getByText('<img src=x onerror="globalThis.broken=1">').count()).toBeGreaterThan(5);
    expect(await page.locator('a[href]:not([href^="#"])').count()).toBe(0);
  });

  it('runs no script that somebody put in later', async () => {
    const { page, complaints } = await opened(REPORT);
    await page.evaluate(`document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.broken = 1' }))`);
    expect(await page.evaluate(() => Reflect.has(globalThis, 'broken'))).toBe(false);
    expect(complaints.join(' ')).toContain('Content Security Policy');
  });
});

interface Stop {
  readonly name: string;
  readonly outline: string;
}

/** What has the focus, for the browser to say; null when nothing in the page has. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  return at === document.body ? null : { name: at.id === '' ? at.localName : at.id, outline: getComputedStyle(at).outlineStyle };
})()`;

describe('the report page for everybody', () => {
  it.each([
    ['light', {}],
    ['dark', { dark: true }],
  ] as const)('has a contrast of at least 4.5 in its %s colours, wherever text stands', async (_, options) => {
    const { page } = await opened(REPORT, options);
    await page.getByRole('button', { name: 'Open all timelines' }).click();
    const weakest = await contrasts(page);
    expect(weakest.length).toBeGreaterThan(8);
    expect(weakest.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
  });

  it('is reached by the keyboard alone, in reading order, each stop with a visible outline', async () => {
    const { page } = await opened(REPORT);
    const stops: string[] = [];
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate<Stop | null>(FOCUSED);
      if (stop === null) break;
      expect(stop).toMatchObject({ outline: 'solid' });
      stops.push(stop.name);
    }
    expect(stops).toEqual(['a', 'a', 'a', 'search', 'input', 'input', 'input', 'timelines', 'button', 'summary', 'div', 'summary', 'div', 'summary']);
  });

  it('lets a keyboard pass the head matter, choose a state and open a timeline', async () => {
    const { page } = await opened(REPORT);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    // The address changes a moment after the key.
    await page.waitForURL(/#content$/);
    await page.getByRole('checkbox', { name: 'gone' }).press('Space');
    expect(await shown(page)).toEqual(['gone']);
    await page.locator('article:visible summary').press('Enter');
    expect(await page.locator('article:visible details').getAttribute('open')).toBe('');
  });

  it('has the landmarks, headings and tables a screen reader moves by', async () => {
    const { page } = await opened(REPORT);
    const tree = await page.locator('body').ariaSnapshot();
    for (const piece of ['- banner:', '- main:', '- contentinfo:', '- heading "What Probate settled" [level=1]', '- heading "Instances" [level=2]', '- form "Filter":', '- group "States":', '- columnheader "Outcome"', '- rowheader "db-app', '- article "APIG']) {
      expect(tree).toContain(piece);
    }
    expect(await page.evaluate(`[...document.querySelectorAll('[aria-labelledby]')].filter((element) => document.getElementById(element.getAttribute('aria-labelledby')) === null).length`)).toBe(0);
  });

  it.each([320, 390, 768])('fits a screen %i pixels wide without scrolling sideways', async (width) => {
    const { page } = await opened(aHostileReport(), { width });
    // Has the browser lay out every instance, also those it would leave until they are scrolled to.
    await page.evaluate(`for (const article of document.querySelectorAll('article')) article.style.contentVisibility = 'visible'`);
    await page.getByRole('button', { name: 'Open all timelines' }).click();
    expect(await page.evaluate(`document.documentElement.scrollWidth`)).toBeLessThanOrEqual(width);
  });

  it('shows the whole of its tables on a phone', async () => {
    const { page } = await opened(REPORT, { width: 390 });
    await page.evaluate(`for (const article of document.querySelectorAll('article')) article.style.contentVisibility = 'visible'`);
    expect(await page.evaluate(`[...document.querySelectorAll('.scroll')].filter((region) => region.scrollWidth > region.clientWidth).length`)).toBe(0);
  });
});
