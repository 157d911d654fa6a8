import type { Api } from '../ports/clouds.ts';
import type { Asked, Granted, Urgency } from './budget.ts';
import type { Pace } from './pace.ts';

/** The code of a read that found no room within reach; the wait it leads to is for a moment in the API's pace. */
export const OWN_PACE = 'own-pace';

/** The pace as one turn of work has it. */
export interface TurnPace {
  reserve(api: Api, urgency: Urgency): Promise<Granted>;
  /** For a list that many wait for: it goes before all who were told to come back. */
  reserveForAll(api: Api, urgency: Urgency): Promise<Granted>;
}

/** Whether a saga comes back because its moment in an API's pace has come, told by what it waited for. */
const hasTicket = (why: string): boolean => why === 'pace' || why.startsWith('throttled');

/**
 * A moment that was waited for is asked for with a ticket. Asked for without it would lie far off again, and sagas that
 * share a slow API would pass it to and fro for ever.
 */
export const turnPace = (pace: Pace, why: string | null): TurnPace => {
  let ticket: Asked['ticket'] = hasTicket(why ?? '') ? 'first' : 'none';
  return {
    reserve: (api, urgency) => {
      const granted = pace.reserve(api, { urgency, ticket });
      if (ticket === 'first') ticket = 'more';
      return granted;
    },
    reserveForAll: (api, urgency) => pace.reserve(api, { urgency, ticket: 'more' }),
  };
};
