import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, digestOf, sha256 } from '../../lib/saga/canonical.ts';

const SEED = { seed: 20261122, numRuns: 300 };

it.each([
  [null, 'null'],
  [true, 'true'],
  [-0.5, '-0.5'],
  ['a "quoted" name', '"a \\"quoted\\" name"'],
  [[], '[]'],
  [{}, '{}'],
  [[2, 1, [null]], '[2,1,[null]]'],
  [{ b: 1, a: [{ d: 2, c: 3 }] }, '{"a":[{"c":3,"d":2}],"b":1}'],
  [{ B: 1, a: 2, A: 3 }, '{"A":3,"B":1,"a":2}'],
  [{ a: undefined, b: 1 }, '{"b":1}'],
])('%j is written as %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

it('keeps what JSON keeps', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    SEED,
  );
});

it('does not know in which order the keys of an object were given', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer(), (record, turn) => {
      const entries = Object.entries(record);
      const cut = entries.length === 0 ? 0 : Math.abs(turn) % entries.length;
      const turned = Object.fromEntries([...entries.slice(cut), ...entries.slice(0, cut)].toReversed());
      expect(canonicalJson(turned)).toBe(canonicalJson(record));
    }),
    SEED,
  );
});

it('does not sort an array, whose order means something', () => {
  expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
});

it('a digest is the SHA-256 of the canonical text, in hex, and names its algorithm', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(digestOf({ b: 'é', a: 1 })).toBe(`sha256:${createHash('sha256').update('{"a":1,"b":"é"}').digest('hex')}`);
});
