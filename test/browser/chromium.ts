import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** What stands in the way of the browser tests, in one line; null when nothing does. */
export const missingChromium = (): string | null =>
  existsSync(CHROMIUM) ? null : `the browser tests need Chromium at ${CHROMIUM}: apt-get install -y --no-install-recommends chromium (everything else is in npm test)`;

/** A Chromium with a profile of its own that asks nothing of any network by itself. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
