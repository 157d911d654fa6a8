import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { missingChromium, startChromium } from './chromium.ts';

/** Makes the pictures in docs/images from the demo's own report: `npm run docs:screenshots`. */

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const ENTRY = fileURLToPath(new URL('../../cli/probate.ts', import.meta.url));

const PICTURES = [
  { file: 'report-light.png', width: 1_100, height: 1_180, colorScheme: 'light', story: false },
  { file: 'report-dark.png', width: 1_100, height: 1_180, colorScheme: 'dark', story: false },
  { file: 'report-phone.png', width: 390, height: 844, colorScheme: 'light', story: true },
  { file: 'report-story.png', width: 1_100, height: 900, colorScheme: 'light', story: true },
] as const;

const probate = (...args: readonly string[]): string => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [ENTRY, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`probate ${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return stdout;
};

const takePictures = async (page: string): Promise<void> => {
  const browser = await startChromium();
  for (const { file, width, height, colorScheme, story } of PICTURES) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, deviceScaleFactor: 2 });
    const tab = await context.newPage();
    await tab.goto(pathToFileURL(page).href);
    if (story) {
      await tab.getByLabel('Search').fill('stock');
      await tab.locator('article:visible summary').click();
      await tab.locator('article:visible').evaluate((article) => article.scrollIntoView());
    }
    await tab.screenshot({ path: join(IMAGES, file) });
    await context.close();
  }
  await browser.close();
};

const missing = missingChromium();
if (missing === null) {
  const folder = mkdtempSync(join(tmpdir(), 'probate-'));
  const page = join(folder, 'report.html');
  probate('demo', '--state', join(folder, 'state'));
  writeFileSync(page, probate('report', '--state', join(folder, 'state'), '--format', 'html'));
  mkdirSync(IMAGES, { recursive: true });
  await takePictures(page);
  rmSync(folder, { recursive: true, force: true });
} else {
  process.stderr.write(`${missing}\n`);
  process.exitCode = 1;
}
