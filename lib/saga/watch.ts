import { DAY_MS } from './day.ts';
import { compensate } from './failure.ts';
import { noteLateSchedules, withoutReply } from './late-schedules.ts';
import { lookFor } from './look.ts';
import { isBeforePivot, isUnplanned } from './saga.ts';
import { erasedFrom, liveSchedules } from './schedules.ts';
import { type Turn, type TurnOutcome, again, end, record, wait } from './turn.ts';

const lateCause = (before: string | null): string => `a lost schedule took effect late${before === null ? '' : `; before that: ${before}`}`;

/**
 * A saga that ended with a schedule that never got a reply is looked at daily until the window has passed, since no cloud
 * knows a fencing token and the request might yet take effect (design.md, Every step): where its secret is gone, on
 * another of that name.
 */
export const watchEnded = (turn: Turn): TurnOutcome => {
  const { saga, now } = turn;
  const open = withoutReply(saga).filter((intended) => now < erasedFrom(intended) + DAY_MS);
  if (open.length === 0) {
    // A wait left standing would be due for ever.
    return end(saga.wait === null ? turn : record(turn, { type: 'WatchEnded' }));
  }
  if (saga.wait === null) return wait(turn, now + DAY_MS, 'watch');
  const missing = lookFor(turn, 'to watch', { begunAfter: saga.wait.until ?? 0, csms: true });
  // A failed look is no reason to alarm: tomorrow's will do.
  if (missing !== null) return turn.input.sight.failure === null ? missing : wait(turn, now + DAY_MS, 'watch');
  const noted = noteLateSchedules(turn, open);
  if (noted === turn) return wait(turn, now + DAY_MS, 'watch');
  // Past the pivot there is only forward, and its date is waited for, but for what the plan does not name.
  const runsOnUnplanned = liveSchedules(noted.saga).some(({ origin }) => isUnplanned(origin));
  if (!isBeforePivot(saga) && !runsOnUnplanned) return again(record(noted, { type: 'VerifyingStarted', parkAfterwards: lateCause(saga.reason) }));
  return compensate(noted, lateCause(saga.reason), saga.state === 'restored' ? 'restored' : 'parked');
};
