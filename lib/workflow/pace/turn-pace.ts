import type { Api } from '../../ports/clouds.ts';
import type { Urgency } from './budget.ts';
import type { Admitted, Pace } from './pace.ts';

/** The code of a read that was sent off; the wait it leads to is for a place in the API's line. */
export const OWN_PACE = 'own-pace';

/** The pace as one turn of work has it. */
export interface TurnPace {
  admit(api: Api, urgency: Urgency): Promise<Admitted>;
  /** For a list that many wait for: nobody is sent off for it before the line is full. */
  admitForAll(api: Api, urgency: Urgency): Promise<Admitted>;
}

/** Whether a saga that waited for this was sent off by the pace, and now comes back for its place. */
const wasSentOff = (why: string): boolean => why === 'pace' || why.startsWith('throttled');

/**
 * Whoever comes back goes before newcomers. As one of them it would be sent off again, and sagas that share a slow API
 * would pass its room to and fro for ever.
 */
export const turnPace = (pace: Pace, why: string | null): TurnPace => {
  const returns = wasSentOff(why ?? '');
  return {
    admit: (api, urgency) => pace.admit(api, { urgency, returns }),
    admitForAll: (api, urgency) => pace.admit(api, { urgency, returns: true }),
  };
};
