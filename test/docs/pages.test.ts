import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandFaults } from './check/commands.ts';
import { documentFaults } from './check/documents.ts';
import { linkFaults } from './check/links.ts';
import { takeApart } from './check/markdown.ts';
import { pathFaults } from './check/paths.ts';

const PAGES = globSync(['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', 'events/**/*.md']).toSorted();

it('finds the pages', () => {
  expect(PAGES).toContain('README.md');
  expect(PAGES.length).toBeGreaterThan(8);
});

describe.each(PAGES)('%s', (path) => {
  const page = takeApart(path, readFileSync(path, 'utf8'));

  it('leads to files and headings that are there', () => {
    expect(linkFaults(page)).toEqual([]);
  });

  it('names paths that are there', () => {
    expect(pathFaults(page)).toEqual([]);
  });

  it('gives commands and options that exist', async () => {
    expect(await commandFaults(page)).toEqual([]);
  });

  it('shows documents that their schemas take, and code that is compiled', () => {
    expect(documentFaults(page)).toEqual([]);
  });
});
