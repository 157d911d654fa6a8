import type { Fact, Told } from './facts.ts';
import { compensate } from './failure.ts';
import { strayKey } from './instance.ts';
import type { PlannedCsmsSecret } from './plan.ts';
import type { Attempt, Call, SecretRecord } from './saga.ts';
import type { CsmsSecret } from './seen.ts';
import { type Turn, type TurnOutcome, again, record } from './turn.ts';

type NamedCall = Extract<Call, { op: 'schedule' | 'cancel' }>;

/** What a reply says of a secret that is no longer under its name: for a schedule that it is gone, for a cancellation the last word. */
const ANOTHER_SECRET = 'another-secret-of-that-name';

const strayOf = (meant: PlannedCsmsSecret, { id, createTime }: Pick<CsmsSecret, 'id' | 'createTime'>): PlannedCsmsSecret => ({
  ...meant,
  key: strayKey(meant.scope, meant.name, id),
  id,
  createTime,
  linked: false,
});

const strayInWords = ({ name, id }: SecretRecord['target']): string => `recreated: a schedule of ${name} reached another secret of that name (${id}), which no plan named`;

/** States that a schedule of ours runs on another secret than the one it was meant for, which a person is told of. */
export const strayed = ({ target: meant }: SecretRecord, reached: Pick<CsmsSecret, 'id' | 'createTime' | 'eraseAt'>): Fact[] => {
  if (meant.cloud !== 'huawei') return [];
  const target = strayOf(meant, reached);
  return [
    { type: 'ScheduleStrayed', target, eraseAt: reached.eraseAt },
    { type: 'AlarmRaised', reason: strayInWords(target) },
  ];
};

/** Turns back where a schedule of ours runs on a secret that no plan named: it is cancelled at once, since somebody made that secret anew and may need it. */
export const turnBackFromStray = (turn: Turn): TurnOutcome | null => {
  const stray = Object.values(turn.saga.secrets).find(({ origin, schedule, cancelRefused }) => origin === 'stray' && schedule?.by === 'us' && cancelRefused === null);
  return stray === undefined ? null : compensate(turn, strayInWords(stray.target), 'parked');
};

/**
 * A call goes by name, and a name may be another secret's by the time it arrives (H6): the id in the reply tells which one
 * it reached. Null when that is the one it was meant for; a reply that shows no id tells nothing.
 */
export const reachedAnother = (turn: Turn, { number }: Attempt, { op, key }: NamedCall, { id, eraseAt = null }: Told): TurnOutcome | null => {
  const meant = turn.saga.secrets[key];
  if (meant === undefined || meant.target.cloud !== 'huawei' || id === meant.target.id) return null;
  if (id === undefined) return again(record(turn, { type: 'EffectUnknown', number, code: 'no-id', settledAt: turn.now }));
  switch (op) {
    case 'schedule': {
      const gone: Fact = { type: 'CallFailed', number, failure: { kind: 'alreadyGone', code: ANOTHER_SECRET } };
      const noted = record(turn, gone, ...strayed(meant, { id, createTime: 0, eraseAt }));
      return turnBackFromStray(noted) ?? again(noted);
    }
    case 'cancel': {
      const reason = `recreated: a cancellation meant for ${meant.target.name} reached another secret of that name (${id}) and ended its schedule`;
      return again(record(turn, { type: 'CallFailed', number, failure: { kind: 'terminal', code: ANOTHER_SECRET } }, { type: 'AlarmRaised', reason }));
    }
  }
};
