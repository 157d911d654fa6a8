import { cancelFirst } from './cancel.ts';
import { confirmByName } from './confirm.ts';
import { noteLateSchedules } from './late-schedules.ts';
import { type SecretRecord, isBeforePivot } from './saga.ts';
import { erasedFrom, liveSchedules, toCancel } from './schedules.ts';
import { type Turn, type TurnOutcome, again, record, settle } from './turn.ts';
import { prove } from './verification.ts';

const wasErased = ({ erasure, vanished }: SecretRecord): boolean => erasure === 'accepted' || erasure === 'unknown' || vanished;

/**
 * While the saga turned back nothing could be read until the window of a schedule without a reply was over: what is gone by
 * now was erased by that schedule, as far as anybody can tell.
 */
const ranOutUnseen = (turn: Turn): TurnOutcome | null => {
  const { saga, now } = turn;
  const overdue = saga.unanswered.filter((intended) => now >= erasedFrom(intended)).map(({ key }) => saga.secrets[key]);
  for (const known of overdue) {
    if (known === undefined || known.schedule !== null || known.restored || known.expired || wasErased(known)) continue;
    const confirmed = confirmByName(turn, 'before cancel', known, saga.compensation?.since ?? 0);
    if ('outcome' in confirmed) return confirmed.outcome;
    if (confirmed.secret === undefined) return again(record(turn, { type: 'WindowEnded', key: known.target.key }));
  }
  return null;
};

/** Cancels this saga's schedules, proves what was erased before, and ends loudly if anything could not be brought back. */
export const turnBack = (turn: Turn): TurnOutcome => {
  const noted = noteLateSchedules(turn, turn.saga.unanswered);
  const cancelling = cancelFirst(noted, toCancel(noted.saga, noted.policy, noted.now), turn.saga.compensation?.since ?? 0);
  const unfinished = cancelling ?? ranOutUnseen(noted);
  if (unfinished !== null) return unfinished;
  const { saga, now } = turn;
  const lost = Object.values(saga.secrets).filter(({ cancelRefused, expired }) => cancelRefused !== null || expired);
  const cause = saga.compensation?.cause ?? 'undo';
  if (lost.length > 0) {
    const named = lost.map(({ target, cancelRefused }) => `${target.name} (${cancelRefused ?? 'erased at its date'})`);
    return settle(turn, 'compensation-failed', `not restored: ${named.join(', ')}; turned back because of ${cause}`);
  }
  const proven = prove(turn, saga.compensation?.since ?? now, wasErased);
  if (proven !== 'proven') return proven.outcome;
  // Past the pivot what the plan schedules goes forward to its date, and is proven there like any other.
  if (!isBeforePivot(saga) && liveSchedules(saga).length > 0) return again(record(turn, { type: 'VerifyingStarted', parkAfterwards: cause }));
  return settle(turn, saga.compensation?.endsIn ?? 'restored', cause);
};
