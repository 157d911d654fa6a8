import { writeFileSync } from 'node:fs';
import { readPage } from './page.ts';
import { PAGES } from './pages.ts';

/** Writes the parts of docs/ that come from the code: `npm run docs`. */
for (const page of PAGES) {
  const { is, wanted } = readPage(page);
  if (is !== wanted) writeFileSync(new URL(`../../../${page.path}`, import.meta.url), wanted);
  process.stdout.write(`${page.path}: ${is === wanted ? 'up to date' : 'written'}\n`);
}
