import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync('docs/safety.md', 'utf8');
const [, hazards = '', open = ''] = page.split(/^## (?:Hazards|Open).*$/m);
const rows = hazards.split('\n').filter((line) => /^\| H\d/.test(line));
const numbers = (text: string): number[] => [...text.matchAll(/\bH(\d+)\b/g)].map(([, number]) => Number(number));

/** `file`: words of a test's title, several of them parted by semicolons. */
const references = rows.flatMap((row) => {
  const proven = row.split('|').at(-2) ?? '';
  return proven.split(';').map((part) => {
    const [, file = '', title = ''] = /`([^`]+)`: (.+?)\s*$/.exec(part) ?? [];
    return { hazard: /H\d+/.exec(row)?.[0] ?? '', file, title };
  });
});

it.each(references)('$hazard is proven by "$title" in $file', ({ file, title }) => {
  expect(existsSync(file), `${file} exists`).toBe(true);
  expect(title).not.toBe('');
  expect(readFileSync(file, 'utf8')).toContain(title);
});

it('every hazard of the list is either answered or said to be open', () => {
  const told = new Set([...rows.flatMap((row) => numbers(row.slice(0, 8))), ...numbers(open)]);
  const unanswered = Array.from({ length: 65 }, (_, index) => index + 1).filter((number) => !told.has(number));
  expect(unanswered).toEqual([]);
});
