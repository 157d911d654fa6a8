import type { Api } from '../ports/clouds.ts';
import type { Pace } from './pace.ts';

/** The code of a read that found no room within reach; the wait it leads to names the API whose moment was reserved. */
export const ownPace = (api: Api): string => `own-pace ${api}`;

/** Which moments in an API's pace a saga comes back for, told by what it waited for. */
const reservedFor = (why: string): Record<Api, number> => ({
  csms: why === 'pace' || why.endsWith(ownPace('csms')) ? 1 : 0,
  sae: why === 'pace' || why.endsWith(ownPace('sae')) ? 1 : 0,
});

/**
 * The pace as one turn of work has it: a moment that was waited for is taken now that it has come. Asked for anew it would
 * lie far off again, and sagas that share a slow API would pass it to and fro for ever.
 */
export const turnPace = (pace: Pace, why: string | null): Pace => {
  const reserved = reservedFor(why ?? '');
  return {
    ...pace,
    reserve: async (api, urgency) => {
      if (reserved[api] === 0) return pace.reserve(api, urgency);
      reserved[api] -= 1;
      return pace.redeem(api);
    },
  };
};
