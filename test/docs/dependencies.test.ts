import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';

const Names = z.record(z.string(), z.string());
const { dependencies, devDependencies, optionalDependencies } = z
  .object({ dependencies: Names, devDependencies: Names, optionalDependencies: Names })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
const { packages } = z
  .object({ packages: z.record(z.string(), z.object({ license: z.optional(z.string()) })) })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

const page = readFileSync('docs/dependencies.md', 'utf8');

/** The rows of the table under a heading: package, licence, reason. */
const rowsUnder = (heading: string): readonly (readonly string[])[] => {
  const [, after = ''] = page.split(`\n## ${heading}\n`);
  const [section = ''] = after.split('\n## ');
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
};

const nameOf = ([name = '']: readonly string[]): string => name.replaceAll('`', '');

/** As the package itself says; one that is for another processor is not installed, and the lock file says it. */
const licenceOf = (name: string): string | undefined => {
  const manifest = join('node_modules', name, 'package.json');
  return existsSync(manifest) ? z.object({ license: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8'))).license : packages[`node_modules/${name}`]?.license;
};

describe('docs/dependencies.md', () => {
  it.each([
    ['In the product', dependencies],
    ['Node itself', optionalDependencies],
    ['For tests, benchmarks and packaging', devDependencies],
  ])('names under "%s" every package of package.json and no other, in order', (heading, declared) => {
    expect(rowsUnder(heading).map(nameOf)).toEqual(Object.keys(declared).sort());
  });

  const rows = ['In the product', 'Node itself', 'For tests, benchmarks and packaging'].flatMap(rowsUnder).map((row) => ({ name: nameOf(row), licence: row[1], reason: row[2] }));

  it.each(rows)('gives the licence of $name, and a reason', ({ name, licence, reason }) => {
    expect(licence).toBe(licenceOf(name));
    expect(reason).toMatch(/\w/);
  });
});
