import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { type Fault, type Page, anchorsOf, takeApart } from './markdown.ts';

const isElsewhere = (target: string): boolean => /^[a-z]+:/.test(target);

const problemOf = (page: Page, target: string): string | null => {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
  if (file !== '' && !existsSync(path)) return `the link ${target} leads to no file`;
  if (anchor === undefined) return null;
  const aim = file === '' ? page : statSync(path).isFile() ? takeApart(path, readFileSync(path, 'utf8')) : null;
  return aim !== null && anchorsOf(aim).has(anchor) ? null : `the link ${target} leads to no heading`;
};

/** Relative links that lead to no file of the repository, or to no heading in it. */
export const linkFaults = (page: Page): Fault[] =>
  page.links.flatMap(({ line, text }) => {
    const problem = isElsewhere(text) ? null : problemOf(page, text);
    return problem === null ? [] : [{ line, problem }];
  });
