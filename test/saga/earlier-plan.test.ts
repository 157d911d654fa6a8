import { describe, expect, it } from 'vitest';
import type { Saga, SecretRecord } from '../../lib/saga/saga.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  NOW,
  OPENED,
  aCancelOf,
  aCsmsSecret,
  aPlan,
  aPlannedSaga,
  aPolicy,
  aQuarantinedSaga,
  aRequest,
  aScheduleOf,
  after,
  anUnlinkedSecret,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
  succeeding,
} from './builders.ts';
import { type ModelClouds, type Played, type Scene, clouds, obey, play } from './play.ts';

const AGAIN = NOW + DAY;
/** The date of the schedule whose reply was lost. */
const LATE_DATE = NOW + 7 * DAY;
const db1 = aCsmsSecret('db-1');
const db2 = aCsmsSecret('db-2');

const lostSchedule = (): Saga => after(intending(aPlannedSaga({ mode: 'recoverable', csms: [db1] }), aScheduleOf('db-1')), NOW + MINUTE, { type: 'EffectSeen', number: 1, happened: false, told: {} });

const sentAgain = (saga: Saga, mode: 'recoverable' | 'immediate'): Saga =>
  after(
    saga,
    AGAIN,
    { type: 'Settled', state: 'parked', reason: 'x' },
    { type: 'Reopened', by: 'its event sent again', request: aRequest(), mode, planFor: mode, soakSeconds: 0, recoveryWindowDays: 7, policyDigest: 'sha256:00', event: null },
  );

/** Scheduled and cancelled in its first life, with a schedule in between that never got a reply. */
const restoredThenSentAgain = (mode: 'recoverable' | 'immediate'): Saga => {
  const lost = lostSchedule();
  const scheduled = succeeding(lost, aScheduleOf('db-1'), { eraseAt: NOW + 7 * DAY }, NOW + 2 * MINUTE);
  return sentAgain(succeeding(scheduled, aCancelOf('db-1'), {}, NOW + 3 * MINUTE), mode);
};

const inSecondLife = (saga: Saga, held: ModelClouds, scene: Partial<Scene> = {}): Played & { db1: SecretRecord | undefined } => {
  const played = play(saga, { held, policy: aPolicy({ mode: saga.mode }), from: AGAIN, ...scene });
  return { ...played, db1: played.saga.secrets[keyOf('db-1')] };
};

const operations = ({ calls }: Played): string[] => calls.map((call) => ('name' in call ? `${call.op} ${call.name}` : call.op));

describe('a secret that only an earlier plan named', () => {
  it.each(['recoverable', 'immediate'] as const)('H10: is not touched again in %s mode, though its saga is sent round again for others', (mode) => {
    const held = clouds({ csms: [anUnlinkedSecret('db-1'), db2] });
    const played = inSecondLife(restoredThenSentAgain(mode), held);
    expect(operations(played)).toEqual(mode === 'recoverable' ? ['schedule db-2'] : ['batch-delete']);
    expect([played.saga.state, held.csms.map(({ name }) => name), played.db1?.restored]).toEqual(['gone', ['db-1'], true]);
  });

  it.each(['recoverable', 'immediate'] as const)('H39: is let go in %s mode when a lost schedule of ours takes effect late', (mode) => {
    const held = clouds({ csms: [pendingUntil(anUnlinkedSecret('db-1'), LATE_DATE), db2] });
    const played = inSecondLife(sentAgain(lostSchedule(), mode), held);
    expect(operations(played)).toEqual(['cancel db-1', mode === 'recoverable' ? 'schedule db-2' : 'batch-delete']);
    expect([played.saga.state, held.csms, played.db1]).toMatchObject(['gone', [{ name: 'db-1', state: 'ENABLED' }], { restored: true, schedule: null }]);
  });

  it('is let go without a call when somebody cancelled that schedule meanwhile', () => {
    const held = clouds({ csms: [pendingUntil(anUnlinkedSecret('db-1'), LATE_DATE), db2] });
    let looks = 0;
    const cancelledBySomebody = (now: ModelClouds): void => {
      looks += 1;
      // The first look is the plan's, the second the one right before anything is touched.
      if (looks > 2) now.csms = [anUnlinkedSecret('db-1'), ...now.csms.filter(({ name }) => name !== 'db-1')];
    };
    const played = inSecondLife(sentAgain(lostSchedule(), 'recoverable'), held, { beforeLook: cancelledBySomebody });
    expect([played.saga.state, operations(played), played.db1?.schedule]).toEqual(['gone', expect.not.arrayContaining(['schedule db-1']), null]);
  });

  it('H39: is let go even when that schedule takes effect after its saga ended', () => {
    const held = clouds({ csms: [anUnlinkedSecret('db-1'), db2] });
    const late = { at: AGAIN + 2 * DAY };
    const meanwhile = (now: number, state: ModelClouds): void => {
      if (now > late.at) state.csms = state.csms.map((secret) => (secret.name === 'db-1' ? pendingUntil(secret, LATE_DATE) : secret));
      if (now > late.at) late.at = Infinity;
    };
    const played = inSecondLife(sentAgain(lostSchedule(), 'immediate'), held, { meanwhile });
    expect(played.facts.filter(({ type }) => type === 'Settled')).toMatchObject([{ state: 'gone' }, { state: 'parked' }]);
    expect([operations(played), held.csms.map(({ state }) => state)]).toEqual([['batch-delete', 'cancel db-1'], ['ENABLED']]);
  });

  it.each([
    ['fails for an hour', 'retryable', 'parked', 'ENABLED'],
    ['is refused for good', 'terminal', 'compensation-failed', 'PENDING_DELETE'],
  ] as const)('H38: whose schedule of ours cannot be cancelled, since that %s, is not left to its date unsaid', (_what, kind, state, shows) => {
    const held = clouds({ csms: [pendingUntil(anUnlinkedSecret('db-1'), LATE_DATE), db2] });
    const answer: Scene['answer'] = (call, now, model) =>
      call.op === 'cancel' && (kind === 'terminal' || now < AGAIN + HOUR) ? { verdict: { kind, code: 'x' }, told: {} } : obey(model, call, now);
    const played = inSecondLife(sentAgain(lostSchedule(), 'recoverable'), held, { answer, until: LATE_DATE - HOUR });
    expect(operations(played)).not.toContain('schedule db-2');
    expect([played.saga.state, played.saga.reason, held.csms[0]?.state]).toEqual([state, expect.stringMatching(/db-1/), shows]);
  });

  it('H39: is nothing to wait for when somebody else scheduled it', () => {
    const held = clouds({ csms: [pendingUntil(anUnlinkedSecret('db-1'), NOW + 30 * DAY), db2] });
    const played = inSecondLife(restoredThenSentAgain('recoverable'), held);
    expect([played.saga.state, operations(played), played.now < NOW + 20 * DAY]).toEqual(['gone', ['schedule db-2'], true]);
  });
});

it('H38: a secret that was restored once and is erased by a later plan is told erased, after proofs like any other', () => {
  const held = clouds({ csms: [db1, db2] });
  const played = inSecondLife(restoredThenSentAgain('immediate'), held);
  expect([played.saga.state, operations(played), held.csms]).toEqual(['gone', ['batch-delete'], []]);
  expect(played.db1).toMatchObject({ restored: false, erasure: 'accepted', proven: true });
});

describe('H45: a schedule of ours that the plan no longer names, on a secret that list and name miss when it is to be cancelled', () => {
  const unlinked = anUnlinkedSecret('db-1');
  const quarantined = aQuarantinedSaga({ csms: [db1, db2] });
  const soaked = OPENED + 6 * DAY;
  const pending = (secret: CsmsSecret): CsmsSecret => pendingUntil(secret, erasingDate());
  const planned = after(quarantined, soaked, { type: 'PlanChanged', difference: 'x' }, { type: 'Planned', plan: { ...aPlan({ csms: [db2], mode: 'recoverable' }), at: soaked } });
  const known = ({ saga }: Played): SecretRecord | undefined => saga.secrets[keyOf('db-1')];
  const missedUntil = (until: number, found: readonly CsmsSecret[]): Played & { held: ModelClouds } => {
    const held = clouds({ csms: [pending(db2)] });
    const meanwhile = (now: number): void => {
      if (now >= until && now < erasingDate()) held.csms = [...held.csms.filter(({ name }) => name === 'db-2'), ...found];
    };
    return { ...play({ ...planned, soakSeconds: 3_600 }, { held, policy: aPolicy({ mode: 'recoverable' }), from: soaked, meanwhile }), held };
  };

  it.each([
    ['before the purge', soaked + HOUR - MINUTE],
    ['after it', soaked + HOUR + MINUTE],
  ])('is not left to its date when that turns up %s', (_what, until) => {
    const played = missedUntil(until, [pending(unlinked)]);
    expect([operations(played).filter((name) => name.endsWith('db-1')), known(played)]).toMatchObject([['cancel db-1'], { restored: true, vanished: false }]);
  });

  it('is told already gone once that is proven', () => {
    const played = missedUntil(Infinity, []);
    expect([played.saga.state, known(played)]).toMatchObject(['gone', { proven: true, expired: false, erasure: 'none' }]);
  });
});

describe('a schedule whose reply was lost, of a saga that turns back meanwhile', () => {
  const turningBack = after(
    succeeding(after(intending(aPlannedSaga({ mode: 'recoverable', csms: [db1, db2] }), aScheduleOf('db-1')), NOW, { type: 'EffectSeen', number: 1, happened: false, told: {} }), aScheduleOf('db-2'), { eraseAt: LATE_DATE }, NOW),
    NOW + MINUTE,
    { type: 'CompensationStarted', compensation: { since: NOW + MINUTE, cause: 'a reason', endsIn: 'restored' } },
  );
  const goOn = (held: ModelClouds, from: number): Played => play(turningBack, { held, policy: aPolicy({ mode: 'recoverable' }), from });

  it('H39: is cancelled with the others when it takes effect late', () => {
    const held = clouds({ csms: [pendingUntil(db1, LATE_DATE), pendingUntil(db2, LATE_DATE)] });
    const played = goOn(held, NOW + 2 * MINUTE);
    expect([played.saga.state, operations(played).sort(), held.csms.map(({ state }) => state)]).toEqual(['restored', ['cancel db-1', 'cancel db-2'], ['ENABLED', 'ENABLED']]);
  });

  it('H38: is told to have erased what is gone once its window has passed, when nothing could be read until then', () => {
    const { saga } = goOn(clouds(), LATE_DATE + MINUTE);
    expect([saga.state, saga.reason]).toEqual(['compensation-failed', expect.stringMatching(/db-1 \(erased at its date\).*db-2 \(erased at its date\)/)]);
  });

  it('is told to have done nothing when its secret is still there by then', () => {
    const { saga } = goOn(clouds({ csms: [db1] }), LATE_DATE + MINUTE);
    expect([saga.state, saga.reason, saga.secrets[keyOf('db-1')]?.expired]).toEqual(['compensation-failed', expect.not.stringContaining('db-1'), false]);
  });
});

it('a batch-delete’s reply says nothing of a secret that only an earlier plan named', () => {
  const played = inSecondLife(restoredThenSentAgain('immediate'), clouds({ csms: [anUnlinkedSecret('db-1'), db2] }));
  expect(played.db1).toMatchObject({ origin: 'earlier', erasure: 'none', code: null });
});
