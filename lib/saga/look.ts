import { stageKey } from '../../events/decommissioned-instance.ts';
import { lookFailed } from './failure.ts';
import type { LookRequest, Sight } from './input.ts';
import type { CsmsSecret } from './seen.ts';
import type { Turn, TurnOutcome } from './turn.ts';

/** Lists older than this say nothing about now (design.md, batch-delete takes an instance). */
const FRESH_MS = 10_000;

export const A_LOOK_AT_NOTHING: Omit<LookRequest, 'begunAfter'> = { csms: false, show: [], stages: [], sae: [], claims: [], allowance: null };

const isLate = (seen: { readonly begunAt: number } | null | undefined, begunAfter: number): boolean => seen != null && seen.begunAt > begunAfter;

/** Which parts of a look are still to be read; null when everything asked for has been seen late enough. */
const unseen = (sight: Sight, look: LookRequest): LookRequest | null => {
  const { begunAfter } = look;
  const rest: LookRequest = {
    begunAfter,
    csms: look.csms && !isLate(sight.csms, begunAfter),
    show: look.show.filter((name) => !isLate(sight.shown[name], begunAfter)),
    stages: look.stages.filter((stage) => !isLate(sight.stages[stageKey(stage)], begunAfter)),
    sae: look.sae.filter(({ namespaceId }) => !isLate(sight.sae[namespaceId], begunAfter)),
    claims: look.claims.some(({ key }) => !(sight.claimed?.keys.includes(key) ?? false)) ? look.claims : [],
    allowance: sight.allowance === null ? look.allowance : null,
  };
  const done = !rest.csms && rest.show.length + rest.stages.length + rest.sae.length + rest.claims.length === 0 && rest.allowance === null;
  return done ? null : rest;
};

/** Whether a list that is asked for again took so long to read that it can never be fresh. */
const isTooSlow = ({ csms, sae }: Sight, rest: LookRequest): boolean =>
  (rest.csms && (csms?.readMs ?? 0) >= FRESH_MS) || rest.sae.some(({ namespaceId }) => (sae[namespaceId]?.readMs ?? 0) >= FRESH_MS);

/** Asks for what has not been seen yet, or gives the reason why it could not be; null when all of it is in sight. Its failures count as those of `look PURPOSE`. */
export const lookFor = (turn: Turn, purpose: string, look: Partial<LookRequest> & Pick<LookRequest, 'begunAfter'>): TurnOutcome | null => {
  const rest = unseen(turn.input.sight, { ...A_LOOK_AT_NOTHING, ...look });
  if (rest === null) return null;
  const { failure } = turn.input.sight;
  if (failure !== null) return lookFailed(turn, purpose, failure.failure, failure.of);
  // Read once more it would be too old again, without end.
  if (turn.input.occurrence.kind === 'looked' && isTooSlow(turn.input.sight, rest)) return lookFailed(turn, purpose, { kind: 'retryable', code: 'list-too-slow' }, 'list');
  return { turn, next: { do: 'look', look: rest } };
};

const NOT_LISTED: readonly CsmsSecret[] = [];
/** The project's list as it is in sight; nothing while none is. */
export const listed = ({ input }: Turn): readonly CsmsSecret[] => input.sight.csms?.secrets ?? NOT_LISTED;

/**
 * The moment after which a list must have begun to be fresh, and to be younger than `notBefore` too. A date from the
 * future tells that the clock was set back since, and says nothing; no list from before that is kept by anybody.
 */
export const freshAfter = (turn: Turn, notBefore: number): number => youngerThan(turn, FRESH_MS, notBefore);

/** What only cancels or proves may go by a list that takes so long to read that it is never fresh, though by no older one. */
const OLDEST_MS = 60_000;
const readingMs = ({ csms, sae }: Sight): number => Math.max(csms?.readMs ?? 0, ...Object.values(sae).map(({ readMs }) => readMs));

/** As `freshAfter`, but how long the lists in sight took to read is not counted. */
export const readAfter = (turn: Turn, notBefore: number): number => youngerThan(turn, Math.min(OLDEST_MS, FRESH_MS + readingMs(turn.input.sight)), notBefore);

const youngerThan = ({ now }: Turn, ageMs: number, notBefore: number): number => Math.max(now - ageMs, notBefore > now ? 0 : notBefore);
