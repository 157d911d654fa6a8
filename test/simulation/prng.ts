/** Random draws that depend on nothing but the seed: the whole simulation takes its chances from one of these. */
export interface Prng {
  /** From 0 up to, not including, 1. */
  unit(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** A stream of its own: what is drawn from it does not shift what others draw. */
  fork(): Prng;
}

const GOLDEN = 0x9e3779b9;

/** Mulberry32 (public domain, Tommy Ettinger): 32 bits of state are plenty for one seed's few thousand draws. */
export const prngOf = (seed: number): Prng => {
  let state = Math.imul(seed ^ 0x5bf03635, GOLDEN) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const unit = (): number => next() / 0x1_0000_0000;
  return {
    unit,
    between: (low, high) => low + Math.floor(unit() * (high - low + 1)),
    chance: (probability) => unit() < probability,
    pick: (items) => {
      const picked = items[Math.floor(unit() * items.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
    fork: () => prngOf(next()),
  };
};
