import { fitsOurSchedule } from './attempt.ts';
import { confirmByName } from './confirm.ts';
import { byId } from './csms-list.ts';
import { isUrlName } from './plan.ts';
import type { Saga, SecretRecord } from './saga.ts';
import { stepName } from './steps.ts';
import { type Outcome, type Turn, again, freshAfter, intend, listed, lookFor, record, settle } from './turn.ts';
import { prove } from './verification.ts';

const cancelStep = ({ target }: SecretRecord): string => stepName('cancel', target.key);

/** What is still to be cancelled: the schedules this saga made, and others' only where the policy says so. */
const toCancel = ({ saga, policy }: Turn): SecretRecord[] =>
  Object.values(saga.secrets).filter(
    ({ schedule, cancelRefused, expired }) =>
      cancelRefused === null && !expired && (schedule?.by === 'us' || (schedule !== null && policy.restoreForeignSchedules)),
  );

const intendedSchedules = (saga: Saga, key: string): { at: number; notAfter: number }[] => saga.unanswered.filter((one) => one.key === key);

/** Most urgent first; one that keeps failing goes behind the others, so that it holds none of them up. */
const byUrgency =
  ({ failures }: Saga) =>
  (a: SecretRecord, b: SecretRecord): number =>
    (failures[cancelStep(a)] ?? 0) - (failures[cancelStep(b)] ?? 0) || (a.schedule?.eraseAt ?? 0) - (b.schedule?.eraseAt ?? 0);

const cancelNext = (turn: Turn): Outcome | null => {
  const since = turn.saga.compensation?.since ?? 0;
  const targets = toCancel(turn).sort(byUrgency(turn.saga));
  const [next] = targets;
  if (next === undefined) return null;
  const purpose = 'before cancel';
  const begunAfter = freshAfter(turn, since - 1);
  const missing = lookFor(turn, purpose, { begunAfter, csms: true });
  if (missing !== null) return missing;
  const { key, id, name } = next.target;
  const found = byId(listed(turn), id);
  const confirmed = found?.state === 'PENDING_DELETE' ? { secret: found } : confirmByName(turn, purpose, next, begunAfter);
  if ('outcome' in confirmed) return confirmed.outcome;
  const seen = confirmed.secret;
  if (seen === undefined) return again(record(turn, { type: 'WindowEnded', key }));
  if (seen.state !== 'PENDING_DELETE') return again(record(turn, { type: 'ScheduleEnded', key, detail: 'its schedule had already been cancelled' }));
  const made = next.schedule?.eraseAt ?? null;
  const unchanged = made === null || seen.eraseAt === made || intendedSchedules(turn.saga, key).some((one) => fitsOurSchedule(seen.eraseAt, one, turn.saga.recoveryWindowDays));
  if (next.schedule?.by === 'us' && !unchanged) return again(record(turn, { type: 'ScheduleSeen', key, by: 'somebody else', eraseAt: seen.eraseAt }));
  if (!isUrlName(name)) return again(record(turn, { type: 'CancelGivenUp', key, code: 'name-form' }));
  return intend(turn, { op: 'cancel', key, name });
};

const wasErased = ({ erasure, vanished }: SecretRecord): boolean => erasure === 'accepted' || erasure === 'unknown' || vanished;

/** Cancels this saga's schedules, proves what was erased before, and ends loudly if anything could not be brought back. */
export const turnBack = (turn: Turn): Outcome => {
  const { saga, now } = turn;
  const cancelling = cancelNext(turn);
  if (cancelling !== null) return cancelling;
  const lost = Object.values(saga.secrets).filter(({ cancelRefused, expired }) => cancelRefused !== null || expired);
  const cause = saga.compensation?.cause ?? 'undo';
  if (lost.length > 0) {
    const named = lost.map(({ target, cancelRefused }) => `${target.name} (${cancelRefused ?? 'erased at its date'})`);
    return settle(turn, 'compensation-failed', `not restored: ${named.join(', ')}; turned back because of ${cause}`);
  }
  const proven = prove(turn, saga.compensation?.since ?? now, wasErased);
  if (proven !== 'proven') return proven.outcome;
  return settle(turn, saga.compensation?.endsIn ?? 'restored', cause);
};
