import type { Prng } from './prng.ts';

/** How much goes wrong in one seed: each figure is a probability at one occasion. */
export interface Weather {
  readonly cloudFault: number;
  readonly batchFault: number;
  readonly stale: number;
  readonly ledgerFault: number;
  readonly lostMessage: number;
  readonly twiceDelivered: number;
  readonly lateMessage: number;
  readonly lostQueue: number;
  readonly crashes: number;
  readonly freezes: number;
  readonly clockJumps: number;
  readonly lateEffects: number;
  readonly acts: number;
  /** Somebody makes a secret anew right before a call by its name arrives. */
  readonly recreations: number;
  /** A list has one row that is missing, there twice, or older than the rest. */
  readonly oddRows: number;
}

export const CALM: Weather = {
  cloudFault: 0,
  batchFault: 0,
  stale: 0,
  ledgerFault: 0,
  lostMessage: 0,
  twiceDelivered: 0,
  lateMessage: 0,
  lostQueue: 0,
  crashes: 0,
  freezes: 0,
  clockJumps: 0,
  lateEffects: 0,
  acts: 0,
  recreations: 0,
  oddRows: 0,
};

/** `lostQueue` and `clockJumps` are counts over the whole of a seed; `crashes`, `freezes` and `acts` are probabilities at one operation of a port. */
export const drawWeather = (prng: Prng): Weather => {
  const roughness = prng.pick([0, 0.3, 1, 1, 2]);
  const some = (most: number): number => (prng.chance(0.3) ? 0 : prng.unit() * most * roughness);
  return {
    cloudFault: some(0.3),
    batchFault: some(0.4),
    stale: some(0.4),
    ledgerFault: some(0.02),
    lostMessage: some(0.1),
    // Whoever finds a saga at work elsewhere sends its message again: were each of those doubled often, they would grow without end.
    twiceDelivered: some(0.1),
    lateMessage: some(0.2),
    lostQueue: Math.round(some(1)),
    crashes: some(0.012),
    freezes: some(0.012),
    clockJumps: Math.round(some(3)),
    lateEffects: some(0.03),
    acts: prng.chance(0.25) ? 0 : prng.unit() * 0.05,
    recreations: some(0.05),
    oddRows: some(0.2),
  };
};
