import { fitsOurSchedule } from './attempt.ts';
import { byId } from './csms-list.ts';
import type { Fact } from './facts.ts';
import type { Saga } from './saga.ts';
import { type Turn, listed, record } from './turn.ts';

type Unanswered = Saga['unanswered'];

/** Schedules that never got a reply of their own, the one that is open included; no cloud knows a fencing token, so they may yet take effect (design.md, Every step). */
export const withoutReply = ({ unanswered, attempt }: Saga): Unanswered =>
  attempt?.call.op === 'schedule' ? [...unanswered, { key: attempt.call.key, at: attempt.at, notAfter: attempt.notAfter }] : unanswered;

/** Takes note of those that the list in sight shows to have taken effect, told by the date; one begun before our last reply may show what we cancelled since. */
export const noteLateSchedules = (turn: Turn, open: Unanswered): Turn => {
  if ((turn.input.sight.csms?.begunAt ?? 0) <= (turn.saga.lastReplyAt ?? 0)) return turn;
  return open.reduce((at, { key, ...intended }) => {
    const known = at.saga.secrets[key];
    const seen = known === undefined || known.schedule !== null ? undefined : byId(listed(at), known.target.id);
    const isLate = seen?.state === 'PENDING_DELETE' && fitsOurSchedule(seen.eraseAt, intended, at.saga.recoveryWindowDays);
    const late: Fact = { type: 'ScheduleSeen', key, by: 'us', eraseAt: seen?.eraseAt ?? null };
    return isLate ? record(at, late) : at;
  }, turn);
};
