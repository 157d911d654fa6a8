import { byId, byName } from './csms-list.ts';
import { listed, lookFor } from './look.ts';
import { isUrlName } from './plan.ts';
import type { SecretRecord } from './saga.ts';
import type { CsmsSecret } from './seen.ts';
import type { Turn, TurnOutcome } from './turn.ts';

/** A secret as its own name shows it; undefined where that name shows no secret, or another one. */
export type ByName = { readonly secret: CsmsSecret | undefined } | { readonly outcome: TurnOutcome };

/**
 * Looks a secret up by its name before it is given up because of a list alone: lists may lag behind (H45), and what one no
 * longer shows as pending may still be pending. A name outside the documented form can only be listed.
 */
export const confirmByName = (turn: Turn, purpose: string, { target: { id, name } }: SecretRecord, begunAfter: number): ByName => {
  if (!isUrlName(name)) return { secret: byId(listed(turn), id) };
  const missing = lookFor(turn, purpose, { begunAfter, show: [name] });
  if (missing !== null) return { outcome: missing };
  const answer = turn.input.sight.shown[name]?.answer;
  return { secret: answer !== undefined && answer !== 'not-found' && answer.id === id ? answer : undefined };
};

/** Another secret that has this one's name by now, as the name or the list in sight shows it. */
export const namesakeOf = (turn: Turn, { target: { id, name } }: SecretRecord): CsmsSecret | undefined => {
  const answer = turn.input.sight.shown[name]?.answer;
  const namesake = answer === undefined || answer === 'not-found' ? byName(listed(turn), name) : answer;
  return namesake?.id === id ? undefined : namesake;
};

/** A secret as the list in sight shows it, or, where that passes over it, as its own name does. */
export const seenNow = (turn: Turn, purpose: string, known: SecretRecord): ByName => {
  const secret = byId(listed(turn), known.target.id);
  return secret === undefined ? confirmByName(turn, purpose, known, (turn.input.sight.csms?.begunAt ?? 0) - 1) : { secret };
};
