import { DAY_MS } from './day.ts';
import { compensate } from './failure.ts';
import { noteLateSchedules, withoutReply } from './late-schedules.ts';
import { lookFor, readAfter } from './look.ts';
import type { Noted } from './quarantine.ts';
import { isBeforePivot, isUnplanned } from './saga.ts';
import { erasedFrom, liveSchedules, mayRunUnseen } from './schedules.ts';
import { turnBackFromStray } from './stray.ts';
import { type Turn, type TurnOutcome, again, end, record, wait } from './turn.ts';

const lateCause = (before: string | null): string => `a lost schedule took effect late${before === null ? '' : `; before that: ${before}`}`;

/**
 * An open saga that is woken looks whether a schedule that never got a reply took effect: held, paused or waiting for
 * anything else it makes no look of its own, and the date would come. A failed look hinders nothing; the next will do.
 */
export const watchOpen = (turn: Turn): Noted => {
  const { saga, now } = turn;
  const open = mayRunUnseen(saga, now);
  // Those that turn back, or find out about a call, look by themselves.
  if (open.length === 0 || saga.attempt !== null || saga.state === 'compensating') return { turn };
  const missing = turn.input.occurrence.kind === 'woken' ? lookFor(turn, 'to watch', { begunAfter: readAfter(turn, saga.lastReplyAt ?? 0), csms: true }) : null;
  if (missing !== null) return { outcome: missing };
  const noted = noteLateSchedules(turn, open);
  const turningBack = turnBackFromStray(noted);
  return turningBack === null ? { turn: noted } : { outcome: turningBack };
};

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
