import type { Prng } from './prng.ts';

/** When each row of a list that was not as the rest was as it showed (true time); null for one that was missing. */
export type OddRows = ReadonlyMap<string, number | null>;

export const AS_THE_REST: OddRows = new Map();

interface Listed<T> {
  readonly rows: readonly T[];
  readonly odd: OddRows;
}

/** What a list may still show of a row, and whether it may pass over it. */
interface Oddity<T> {
  /** That row as it stood a while before; undefined when it was not there yet. */
  readonly before: (row: T) => { readonly row: T | undefined; readonly at: number };
  readonly mayMiss: (row: T) => boolean;
}

/** One row of a list goes wrong: passed over, shown twice, or shown as it was a while ago (H45, H46). */
export const withOddRow = <T extends { readonly id: string }>(prng: Prng, rows: readonly T[], { before, mayMiss }: Oddity<T>): Listed<T> => {
  if (rows.length === 0) return { rows, odd: AS_THE_REST };
  const row = prng.pick(rows);
  const others = rows.filter((other) => other !== row);
  const missing: Listed<T> = mayMiss(row) ? { rows: others, odd: new Map([[row.id, null]]) } : { rows, odd: AS_THE_REST };
  switch (prng.pick(['missing', 'twice', 'stale'] as const)) {
    case 'missing':
      return missing;
    case 'twice':
      return { rows: [...rows, row], odd: AS_THE_REST };
    case 'stale': {
      const { row: old, at } = before(row);
      return old === undefined ? missing : { rows: rows.map((other) => (other === row ? old : other)), odd: new Map([[row.id, at]]) };
    }
  }
};
