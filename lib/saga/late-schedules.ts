import { namesakeOf } from './confirm.ts';
import { byId } from './csms-list.ts';
import { listed } from './look.ts';
import type { Saga } from './saga.ts';
import { fitsOurSchedule, scheduleOf } from './schedules.ts';
import { strayed } from './stray.ts';
import { type Turn, record } from './turn.ts';

type Unanswered = Saga['unanswered'];

/** Schedules that never got a reply of their own, the one that is open included; no cloud knows a fencing token, so they may yet take effect (design.md, Every step). */
export const withoutReply = ({ unanswered, attempt }: Saga): Unanswered =>
  attempt === null ? unanswered : [...unanswered, ...scheduleOf(attempt)];

const hasSchedule = ({ secrets }: Saga, id: string): boolean => Object.values(secrets).some(({ target, schedule }) => target.id === id && schedule !== null);

/** Takes note of those that took effect after all, as the list in sight shows by their date. A list begun before our last reply may show what we have cancelled since, and is not used. */
export const noteLateSchedules = (turn: Turn, open: Unanswered): Turn => {
  if ((turn.input.sight.csms?.begunAt ?? 0) <= (turn.saga.lastReplyAt ?? 0)) return turn;
  return open.reduce((at, intended) => {
    const { key } = intended;
    const known = at.saga.secrets[key];
    if (known === undefined || known.schedule !== null) return at;
    const seen = byId(listed(at), known.target.id) ?? namesakeOf(at, known);
    if (seen?.state !== 'PENDING_DELETE' || !fitsOurSchedule(seen.eraseAt, intended)) return at;
    if (seen.id === known.target.id) return record(at, { type: 'ScheduleSeen', key, by: 'us', eraseAt: seen.eraseAt });
    return hasSchedule(at.saga, seen.id) ? at : record(at, ...strayed(known, seen));
  }, turn);
};
