import { confirmByName } from './confirm.ts';
import { byId } from './csms-list.ts';
import { callFailed } from './failure.ts';
import { listed, lookFor, readAfter } from './look.ts';
import { missed } from './missed.ts';
import { isUrlName } from './plan.ts';
import type { Saga, SecretRecord } from './saga.ts';
import { isOurDate, scheduleShownBy } from './schedules.ts';
import { stepName } from './steps.ts';
import { type Turn, type TurnOutcome, again, intend, record } from './turn.ts';

const cancelStep = ({ target }: SecretRecord): string => stepName('cancel', target.key);

/** Most urgent first; one that keeps failing goes behind the others, so that it holds none of them up. */
const byUrgency =
  ({ failures }: Saga) =>
  (a: SecretRecord, b: SecretRecord): number =>
    (failures[cancelStep(a)] ?? 0) - (failures[cancelStep(b)] ?? 0) || (a.schedule?.eraseAt ?? 0) - (b.schedule?.eraseAt ?? 0);

/** Cancels the schedule of the most urgent of these, or takes note that there is none any more; null when there are no such secrets. What is looked at is no older than `since` (epoch ms). */
export const cancelFirst = (turn: Turn, targets: readonly SecretRecord[], since: number): TurnOutcome | null => {
  const [next] = [...targets].sort(byUrgency(turn.saga));
  if (next === undefined) return null;
  const purpose = 'before cancel';
  const begunAfter = readAfter(turn, since - 1);
  const missing = lookFor(turn, purpose, { begunAfter, csms: true });
  if (missing !== null) return missing;
  const { key, id, name } = next.target;
  const found = byId(listed(turn), id);
  const confirmed = found !== undefined && scheduleShownBy(found) === 'pending' ? { secret: found } : confirmByName(turn, purpose, next, begunAfter);
  if ('outcome' in confirmed) return confirmed.outcome;
  const seen = confirmed.secret;
  if (seen === undefined) return again(record(turn, missed(turn, next)));
  const shown = scheduleShownBy(seen);
  if (shown === 'ended') return again(record(turn, { type: 'ScheduleEnded', key, detail: 'its schedule had already been cancelled' }));
  if (shown === 'unknown') return callFailed(turn, { op: 'cancel', key }, { kind: 'retryable', code: `state-${seen.state}` });
  if (next.schedule?.by === 'us' && !isOurDate(turn.saga, next, seen.eraseAt)) return again(record(turn, { type: 'ScheduleSeen', key, by: 'somebody else', eraseAt: seen.eraseAt }));
  if (!isUrlName(name)) return again(record(turn, { type: 'CancelGivenUp', key, code: 'name-form' }));
  return intend(turn, { op: 'cancel', key, name });
};
