import { describe, expect, it } from 'vitest';
import { type Controls, NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import { strayKey } from '../../lib/saga/instance.ts';
import {
  DAY,
  GATEWAY,
  HOUR,
  MINUTE,
  NOW,
  OPENED,
  PROJECT,
  aBatchDeletion,
  aCsmsSecret,
  aHold,
  aPlannedSaga,
  aPolicy,
  aQuarantinedSaga,
  aRequest,
  aScheduleOf,
  after,
  anUnlinkedSecret,
  decideOn,
  decideSeeing,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
  retryable,
  succeeding,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const key = keyOf('db-1');
const LATE = NOW + 3 * MINUTE;
/** The date of the schedule whose reply was lost, once it has taken effect. */
const DATE = LATE + 7 * DAY;
const policy = aPolicy({ mode: 'recoverable' });

/** Its one schedule got no reply, and the look after it showed no effect. */
const lost = after(intending(aPlannedSaga({ mode: 'recoverable', csms: [db1] }), aScheduleOf('db-1')), NOW + MINUTE, { type: 'EffectSeen', number: 1, happened: false, told: {} });
const held: Controls = { ...NO_CONTROLS, holds: { [lost.sagaId]: aHold() } };
const approvalAsked: Saga = after(lost, NOW + MINUTE, { type: 'PlanChanged', difference: 'x' }, { type: 'Planned', plan: { ...(lost.plan ?? never()), digest: 'sha256:anew' } });

function never(): never {
  throw new Error('a planned saga has a plan');
}

/** What becomes of it when that schedule takes effect minutes later, on a secret of that name. */
const playLate = (saga: Saga, reached: CsmsSecret, scene: Partial<Parameters<typeof play>[1]> = {}) => {
  const state = clouds({ csms: [reached] });
  let isOver = false;
  const meanwhile = (now: number): void => {
    if (isOver || now < LATE) return;
    isOver = true;
    state.csms = state.csms.map((secret) => (secret.id === reached.id && now < DATE ? pendingUntil(secret, DATE) : secret));
  };
  const beforeLook = (): void => meanwhile(LATE);
  return { ...play(saga, { held: state, policy, from: LATE + HOUR, meanwhile, beforeLook, ...scene }), state };
};

describe('a saga that is stopped, with a schedule that got no reply and takes effect late', () => {
  it.each([
    ['held', lost, { controlsAt: () => held }],
    ['paused', lost, { controlsAt: () => ({ ...NO_CONTROLS, pause: aHold() }) }],
    ['waiting for an approval', approvalAsked, { policy: aPolicy({ mode: 'recoverable', requireApproval: true }) }],
  ] as const)('%s: turns back before that erases anything', (_what, saga, scene) => {
    const { saga: ended, calls, state } = playLate(saga, db1, scene);
    expect([ended.state, calls.map(nameOf), state.csms]).toEqual(['restored', ['cancel db-1'], [db1]]);
    expect(ended.finishedAt).toBeLessThan(DATE);
  });

  it('looks at each wake-up, and goes on waiting where that look fails', () => {
    const now = NOW + HOUR;
    expect(decideOn(lost, { controls: held, now, occurrence: { kind: 'woken' } }).next).toMatchObject({ do: 'look', look: { csms: true } });
    const unread = decideSeeing(lost, { csms: null, failure: { of: 'CSMS list', failure: retryable('http-503') } }, { controls: held, now });
    expect(unread.saga).toMatchObject({ state: 'quarantined', failures: {}, wait: { why: 'held: somebody asked' } });
  });

  it('sleeps no longer than until six hours before that would erase', () => {
    const { saga } = decideSeeing(approvalAsked, { csms: [db1] }, { policy: aPolicy({ requireApproval: true }) });
    expect(saga.wait).toMatchObject({ why: 'approval', until: NOW + 7 * DAY - 6 * HOUR });
    const late = decideSeeing(approvalAsked, { csms: [db1] }, { policy: aPolicy({ requireApproval: true }), now: NOW + 7 * DAY - HOUR });
    expect(late.saga.wait).toMatchObject({ why: 'approval', until: NOW + 7 * DAY });
    const over = decideSeeing(approvalAsked, { csms: [db1] }, { policy: aPolicy({ requireApproval: true }), now: NOW + 7 * DAY });
    expect(over.saga.wait).toMatchObject({ why: 'approval', until: null });
  });
});

it('H6: one that takes effect on another secret of the name while the saga is held is cancelled at once', () => {
  const anew = aCsmsSecret('db-1', { id: 'id-of-another', link: null });
  const { saga, calls, state } = playLate(lost, anew, { controlsAt: () => held, until: LATE + DAY });
  expect([saga.state, calls.map(nameOf), state.csms]).toEqual(['parked', ['cancel db-1'], [anew]]);
});

it('one that is cancelled past the pivot leaves what the plan schedules to its date, and that is proven before the saga parks', () => {
  const app = anUnlinkedSecret('app-db');
  const planned = aPlannedSaga({ instance: GATEWAY, mode: 'recoverable', csms: [app], request: aRequest({ names: ['app-db'] }) });
  const scheduled = succeeding(planned, aScheduleOf('app-db'), { eraseAt: erasingDate() }, OPENED);
  const purged = succeeding(after(scheduled, OPENED, { type: 'PurgeStarted' }), aBatchDeletion(GATEWAY), {}, OPENED);
  const anew = aCsmsSecret('db-1', { id: 'id-of-another', link: null });
  const target = { key: strayKey(PROJECT, 'db-1', anew.id), cloud: 'huawei', scope: PROJECT, id: anew.id, name: 'db-1', createTime: 0, linked: false, step: 'schedule' } as const;
  const verifying = after(purged, NOW, { type: 'VerifyingStarted', parkAfterwards: null }, { type: 'ScheduleStrayed', target, eraseAt: DATE });
  const state = clouds({ csms: [pendingUntil(app, erasingDate()), pendingUntil(anew, DATE)] });
  const { saga, calls } = play(verifying, { held: state, policy, from: NOW + MINUTE });
  expect([saga.state, calls.map(nameOf), state.csms]).toEqual(['parked', ['cancel db-1'], [anew]]);
  expect(saga.reason).toMatch(/^not-planned: a schedule of db-1/);
  expect(saga.secrets[keyOf('app-db')]).toMatchObject({ proven: true, erasure: 'accepted' });
});

it('H6: one that takes effect on another secret of the name, while the saga waits for the dates of its other secrets, is cancelled', () => {
  const anew = aCsmsSecret('db-1', { id: 'id-of-another', link: null });
  const db2 = pendingUntil(aCsmsSecret('db-2'), erasingDate());
  const others = aQuarantinedSaga({ csms: [aCsmsSecret('db-2'), db1] });
  const verifying = after(
    { ...others, unanswered: lost.unanswered },
    OPENED,
    { type: 'SecretVanished', key, detail: 'x' },
    { type: 'Looked', begunAt: NOW, proofsNeeded: 1, secrets: { [key]: { kind: 'gone', detail: null } } },
    { type: 'VerifyingStarted', parkAfterwards: null },
  );
  const state = clouds({ csms: [db2, pendingUntil(anew, DATE)] });
  const { saga, calls } = play(verifying, { held: state, policy, from: LATE + HOUR });
  expect(state.csms).toContainEqual(anew);
  expect([saga.state, calls.map(nameOf)]).toEqual(['parked', expect.arrayContaining(['cancel db-1'])]);
});
