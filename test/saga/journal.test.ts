import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Dated } from '../../lib/saga/facts.ts';
import { type Entry, GENESIS, chain, firstBrokenLink, hashOf, linkAfter } from '../../lib/saga/journal.ts';
import { NOW, anOpening } from './builders.ts';

const someFacts = (count: number): Dated[] => [
  anOpening(),
  ...Array.from({ length: count }, (_, index): Dated => ({ type: 'StepFailed', step: `step ${index}`, code: 'x', at: NOW + index })),
];

const runs = { seed: 20261122, numRuns: 200 };

it('the first line follows from nothing, every other from the one before it', () => {
  const [first, second] = chain(GENESIS, someFacts(1));
  expect(first).toMatchObject({ seq: 1, before: GENESIS.hash });
  expect(second).toMatchObject({ seq: 2, before: first?.hash });
});

it('a journal written in two goes is the same as in one, and a later part can be checked from where it begins', () => {
  fc.assert(
    fc.property(fc.nat({ max: 6 }), fc.nat({ max: 6 }), (length, cut) => {
      const facts = someFacts(length);
      const whole = chain(GENESIS, facts);
      const first = chain(GENESIS, facts.slice(0, cut));
      const last = first.at(-1) ?? GENESIS;
      const second = chain(last, facts.slice(cut));
      expect([...first, ...second]).toEqual(whole);
      expect(firstBrokenLink(whole)).toBeNull();
      expect(firstBrokenLink(second, last)).toBeNull();
      expect(firstBrokenLink(second)).toBe(first.length > 0 && second.length > 0 ? 1 : null);
      const { seq, hash } = second.at(-1) ?? last;
      expect(linkAfter(last, facts.slice(cut))).toMatchObject({ seq, hash });
    }),
    runs,
  );
});

const altered = (entry: Entry, how: number): Entry => {
  const changes: readonly ((one: Entry) => Entry)[] = [
    (one) => ({ ...one, seq: one.seq + 1 }),
    (one) => ({ ...one, before: `${one.before}0` }),
    (one) => ({ ...one, hash: one.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
    (one) => ({ ...one, fact: { ...one.fact, at: one.fact.at + 1 } }),
    (one) => ({ ...one, fact: { type: 'Released', at: one.fact.at } }),
  ];
  return changes[how % changes.length]?.(entry) ?? entry;
};

it('any change of any line is found at that line', () => {
  fc.assert(
    fc.property(fc.nat({ max: 8 }), fc.nat(), fc.nat(), (length, which, how) => {
      const entries = chain(GENESIS, someFacts(length));
      const at = which % entries.length;
      const tampered = entries.map((entry, index) => (index === at ? altered(entry, how) : entry));
      expect(firstBrokenLink(tampered)).toBe(at + 1);
    }),
    runs,
  );
});

it('the last hash stands for every line: another fact anywhere comes to another one, however well the lines are made to fit again', () => {
  fc.assert(
    fc.property(fc.nat({ max: 8 }), fc.nat(), (length, which) => {
      const facts = someFacts(length);
      const at = which % facts.length;
      const told = facts.map((fact, index): Dated => (index === at ? { type: 'Released', at: fact.at } : fact));
      expect(chain(GENESIS, told).at(-1)?.hash).not.toBe(chain(GENESIS, facts).at(-1)?.hash);
    }),
    runs,
  );
});

it.each<[string, (entry: Entry) => Entry]>([
  ['number', (entry) => ({ ...entry, seq: entry.seq + 1 })],
  ['link to the line before', (entry) => ({ ...entry, before: 'another' })],
])('a line whose %s was changed is found even if its hash was made anew', (_what, change) => {
  const entries = chain(GENESIS, someFacts(3));
  const forged = entries.map((entry, index) => {
    if (index !== 2) return entry;
    const changed = change(entry);
    return { ...changed, hash: hashOf(changed.seq, changed.fact, changed.before) };
  });
  expect(firstBrokenLink(forged)).toBe(3);
});

it('a line taken out, doubled or moved is found', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 8 }), fc.nat(), (length, which) => {
      const entries = chain(GENESIS, someFacts(length));
      const at = which % (entries.length - 1);
      expect(firstBrokenLink(entries.toSpliced(at, 1))).toBe(at + 1);
      expect(firstBrokenLink(entries.flatMap((entry, index) => (index === at ? [entry, entry] : [entry])))).toBe(at + 2);
      const swapped = entries.map((entry, index) => (index === at ? entries[at + 1] : index === at + 1 ? entries[at] : entry)).filter((entry) => entry !== undefined);
      expect(firstBrokenLink(swapped)).toBe(at + 1);
    }),
    runs,
  );
});

it('an empty journal holds', () => {
  expect(firstBrokenLink([])).toBeNull();
  expect(chain(GENESIS, [])).toEqual([]);
});
