import type { Fact } from './facts.ts';
import type { SecretRecord } from './saga.ts';
import { lastChance } from './schedules.ts';
import type { Turn } from './turn.ts';

/**
 * What is said of a secret under a schedule that a list and its own name both pass over: once its date has come it was erased
 * by that. Until then one such look is no proof (H45): the schedule may still run, so it stays on record until enough have been.
 */
export const missed = ({ saga, now }: Turn, { target: { key }, schedule }: SecretRecord): Fact =>
  schedule !== null && now < lastChance(saga, schedule) ? { type: 'SecretVanished', key, detail: 'gone before its date' } : { type: 'WindowEnded', key };
