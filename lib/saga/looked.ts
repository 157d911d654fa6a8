import type { Dated, SecretLook } from './facts.ts';
import { foundAgain, withSecret } from './records.ts';
import type { Saga, SecretRecord } from './saga.ts';
import { isOurDate } from './schedules.ts';
import { withoutFailures, withoutLookFailures } from './steps.ts';

/** A saga that turns back deletes nothing again: a secret that a call of unknown effect left where it is was spared. */
const spared = ({ state }: Saga, { erasure }: SecretRecord): boolean => state === 'compensating' && erasure === 'unknown';

/** What was missed before its date was not erased by its schedule, which may still be running until the absence is proven. */
const wentBeforeItsDate = ({ vanished, schedule }: SecretRecord, at: number): boolean => vanished && (schedule?.eraseAt ?? Infinity) > at;

/** A secret that a saga had missed while turning back and now finds: its schedule is still to be cancelled, or found cancelled. */
const isToBeLookedAtAgain = ({ state }: Saga, { vanished }: SecretRecord): boolean => state === 'compensating' && vanished;

const withLook = (saga: Saga, key: string, look: SecretLook, proofsNeeded: number, at: number): Saga => {
  const record = saga.secrets[key];
  if (record === undefined) return saga;
  switch (look.kind) {
    case 'gone': {
      const proven = record.proofs + 1 >= proofsNeeded;
      const early = wentBeforeItsDate(record, at);
      return withSecret(saga, key, {
        proofs: record.proofs + 1,
        proven,
        seen: 'gone',
        // What was scheduled and is gone now was erased by that schedule.
        erasure: record.schedule !== null && record.erasure === 'none' && !early ? 'accepted' : record.erasure,
        schedule: early && !proven ? record.schedule : null,
        detail: look.detail ?? record.detail,
      });
    }
    case 'pending':
      return withSecret(saga, key, {
        ...foundAgain(record),
        seen: 'pending',
        schedule: { by: isOurDate(saga, record, look.eraseAt) ? 'us' : 'somebody else', eraseAt: look.eraseAt, since: record.schedule?.since ?? at },
      });
    case 'present':
      return withSecret(saga, key, {
        ...(record.schedule === null ? {} : foundAgain(record)),
        proofs: 0,
        proven: false,
        seen: 'present',
        schedule: isToBeLookedAtAgain(saga, record) ? record.schedule : null,
        erasure: spared(saga, record) ? 'none' : record.erasure,
      });
    case 'unknown':
      return withSecret(saga, key, { seen: 'unknown', code: look.code });
  }
};

/** A secret that nobody can tell about is a failure of the verification, though every read of it went well (design.md, Retry). */
const readWhole = (saga: Saga, { secrets }: Extract<Dated, { type: 'Looked' }>): Saga => {
  const read = { ...withoutLookFailures(saga), throttles: 0 };
  return Object.values(secrets).some(({ kind }) => kind === 'unknown') ? read : withoutFailures(read, 'verify');
};

/** One look at every secret that is to be proven, begun at the moment from which the next one counts. */
export const looked = (saga: Saga, fact: Extract<Dated, { type: 'Looked' }>): Saga =>
  Object.entries(fact.secrets).reduce<Saga>((next, [key, look]) => withSecret(withLook(next, key, look, fact.proofsNeeded, fact.at), key, { lookedAt: fact.begunAt }), { ...readWhole(saga, fact), lastLookAt: fact.begunAt });
