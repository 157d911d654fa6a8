import { canonicalJson, sha256 } from './canonical.ts';
import type { Dated } from './facts.ts';

/** One line of the journal: a fact, its place, and the hash of the line before it, so that no line can be taken out or altered unseen. */
export interface Entry {
  readonly seq: number;
  readonly fact: Dated;
  readonly before: string;
  readonly hash: string;
}

/** What stands before the first line of every saga's journal. */
export const GENESIS = 'genesis';

/** The hash a line has: over its number, its fact and the hash before it. */
export const hashOf = (seq: number, fact: unknown, before: string): string => sha256(canonicalJson({ seq, fact, before }));

/** Appends facts to a journal that ends in `last`; null is an empty one. */
export const chain = (last: Pick<Entry, 'seq' | 'hash'> | null, facts: readonly Dated[]): Entry[] => {
  const entries: Entry[] = [];
  let { seq, hash } = last ?? { seq: 0, hash: GENESIS };
  for (const fact of facts) {
    seq += 1;
    const before = hash;
    hash = hashOf(seq, fact, before);
    entries.push({ seq, fact, before, hash });
  }
  return entries;
};

/** The number of the first line that does not follow from the one before it; null when the whole chain holds. */
export const firstBrokenLink = (entries: readonly Entry[], after: Pick<Entry, 'seq' | 'hash'> | null = null): number | null => {
  let { seq, hash } = after ?? { seq: 0, hash: GENESIS };
  for (const entry of entries) {
    seq += 1;
    if (entry.seq !== seq || entry.before !== hash || entry.hash !== hashOf(entry.seq, entry.fact, entry.before)) return seq;
    hash = entry.hash;
  }
  return null;
};
