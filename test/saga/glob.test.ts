import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesGlob } from '../../lib/saga/glob.ts';

/** The meaning of a pattern, written so plainly that it takes exponential time. */
const naive = (pattern: string, name: string): boolean => {
  const [first] = pattern;
  if (first === undefined) return name === '';
  const rest = pattern.slice(1);
  if (first === '*') return naive(rest, name) || (name !== '' && naive(pattern, name.slice(1)));
  return name !== '' && (first === '?' || first === name[0]) && naive(rest, name.slice(1));
};

it.each([
  ['prod-*', 'prod-db', true],
  ['prod-*', 'prod-', true],
  ['prod-*', 'preprod-db', false],
  ['prod-*', 'prod', false],
  ['*', '', true],
  ['**', 'anything', true],
  ['?', '', false],
  ['db-?', 'db-1', true],
  ['db-?', 'db-10', false],
  ['*-key', 'a-key-key', true],
  ['*-key', 'a-key-', false],
  ['a*b*c', 'a-b-b-c', true],
  ['', 'a', false],
  ['Prod-*', 'prod-db', false],
  ['a.c', 'abc', false],
])('the pattern "%s" and the name "%s": %s', (pattern, name, matches) => {
  expect(matchesGlob(pattern, name)).toBe(matches);
});

const symbols = (letters: readonly string[]): fc.Arbitrary<string> => fc.array(fc.constantFrom(...letters), { maxLength: 7 }).map((some) => some.join(''));

it('H59: a protecting pattern means the same as its plainest definition', () => {
  fc.assert(
    fc.property(symbols(['a', 'b', '*', '?']), symbols(['a', 'b']), (pattern, name) => {
      expect(matchesGlob(pattern, name)).toBe(naive(pattern, name));
    }),
    { seed: 20261122, numRuns: 5_000 },
  );
});

it('a pattern full of stars is judged at once', () => {
  expect(matchesGlob('*a'.repeat(200), `${'a'.repeat(2_000)}b`)).toBe(false);
});
