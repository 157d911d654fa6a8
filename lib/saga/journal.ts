import { sha256 } from './canonical.ts';
import type { Dated } from './facts.ts';

/** Where a journal stands: the number and the hash of its last line. */
export interface Link {
  readonly seq: number;
  readonly hash: string;
}

/** One line of the journal: a fact, its place, and the hash of the line before it, so that no line can be taken out or altered unseen. */
export interface Entry extends Link {
  readonly fact: Dated;
  readonly before: string;
}

/** What stands before the first line of every saga's journal. */
export const GENESIS: Link = { seq: 0, hash: 'genesis' };

/** The hash a line has: SHA-256 over its JSON text without the hash, keys in the order they were written in. */
export const hashOf = (seq: number, fact: unknown, before: string): string => sha256(JSON.stringify({ seq, fact, before }));

/** Where a journal that stood at `last` stands with these facts after it. */
export const linkAfter = (last: Link, facts: readonly Dated[]): Link =>
  facts.reduce<Link>(({ seq, hash }, fact) => ({ seq: seq + 1, hash: hashOf(seq + 1, fact, hash) }), last);

/** The lines of facts that follow `last`. */
export const chain = (last: Link, facts: readonly Dated[]): Entry[] => {
  const entries: Entry[] = [];
  let { seq, hash } = last;
  for (const fact of facts) {
    seq += 1;
    const before = hash;
    hash = hashOf(seq, fact, before);
    entries.push({ seq, fact, before, hash });
  }
  return entries;
};

/** The number of the first line that does not follow from the one before it; null when the whole chain holds. */
export const firstBrokenLink = (entries: readonly Entry[], after: Link = GENESIS): number | null => {
  let { seq, hash } = after;
  for (const entry of entries) {
    seq += 1;
    if (entry.seq !== seq || entry.before !== hash || entry.hash !== hashOf(entry.seq, entry.fact, entry.before)) return seq;
    hash = entry.hash;
  }
  return null;
};
