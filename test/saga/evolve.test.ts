import { describe, expect, it } from 'vitest';
import { evolve, evolveAll, openedSaga, sagaOf } from '../../lib/saga/evolve.ts';
import type { Dated, Fact } from '../../lib/saga/facts.ts';
import type { PlannedCsmsSecret } from '../../lib/saga/plan.ts';
import { type Saga } from '../../lib/saga/saga.ts';
import {
  DAY,
  NOW,
  OPENED,
  PROJECT,
  SECOND,
  aBatchDeletion,
  aCopyDeletion,
  aCsmsSecret,
  aDeletionOf,
  aHold,
  aPlan,
  aPlannedSaga,
  aPurgingSaga,
  aQuarantinedSaga,
  aRequest,
  aSaga,
  aScheduleOf,
  aStageDeletion,
  after,
  anEventName,
  anOpening,
  anSaeSecret,
  anUnlinkedSecret,
  copyKey,
  intending,
  keyOf,
  retryable,
  succeeding,
} from './builders.ts';

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
};

const request = aRequest({ names: ['app-db', 'missing'], copies: ['16'], stages: [['shared', 'reader-7']] });
const ground = { csms: [aCsmsSecret('db-1'), anUnlinkedSecret('app-db')], sae: [anSaeSecret('16')], request };
const planned = aPlannedSaga(ground);

const { type: _opened, at: _at, sagaId: _id, instance: _instance, after: _after, ...terms } = anOpening();
const LATE: PlannedCsmsSecret = { key: keyOf('late'), cloud: 'huawei', scope: PROJECT, id: '', name: 'late', createTime: 0, linked: true, step: 'batch-delete' };

/** Every kind of fact, on a saga where it means something. */
const FACTS: Readonly<Record<Fact['type'], readonly [Saga, Fact]>> = {
  Opened: [planned, anOpening()],
  EventJoined: [planned, { type: 'EventJoined', event: anEventName({ id: 'evt-0002' }) }],
  Reopened: [aQuarantinedSaga(ground), { type: 'Reopened', by: 'a person', ...terms }],
  Planned: [planned, { type: 'Planned', plan: aPlan({ csms: [aCsmsSecret('db-2')] }) }],
  PlanChanged: [planned, { type: 'PlanChanged', difference: 'db-2' }],
  Approved: [planned, { type: 'Approved', digest: 'sha256:1', by: 'a person' }],
  AllowanceGranted: [planned, { type: 'AllowanceGranted', digest: 'sha256:1' }],
  Held: [planned, { type: 'Held', hold: aHold() }],
  Released: [planned, { type: 'Released' }],
  UndoRequested: [aQuarantinedSaga(ground), { type: 'UndoRequested', by: 'a person' }],
  Waited: [planned, { type: 'Waited', wait: { until: NOW, queue: 'deletions', why: 'x' } }],
  CallIntended: [planned, { type: 'CallIntended', attempt: { number: 1, call: aBatchDeletion(), at: NOW, notAfter: NOW, settledAt: NOW, undo: null, unknownBecause: null } }],
  CallWithdrawn: [intending(planned, aBatchDeletion()), { type: 'CallWithdrawn', number: 1, why: 'x' }],
  CallSucceeded: [intending(planned, aCopyDeletion('16')), { type: 'CallSucceeded', number: 1, told: {} }],
  CallFailed: [intending(planned, aDeletionOf('app-db')), { type: 'CallFailed', number: 1, failure: retryable('x') }],
  EffectUnknown: [intending(planned, aDeletionOf('app-db')), { type: 'EffectUnknown', number: 1, code: 'x', settledAt: NOW }],
  EffectSeen: [intending(planned, aScheduleOf('app-db')), { type: 'EffectSeen', number: 1, happened: false, told: {} }],
  ScheduleSeen: [planned, { type: 'ScheduleSeen', key: keyOf('db-1'), by: 'us', eraseAt: NOW }],
  ScheduleStrayed: [planned, { type: 'ScheduleStrayed', target: LATE, eraseAt: NOW }],
  ScheduleEnded: [planned, { type: 'ScheduleEnded', key: keyOf('db-1'), detail: 'x' }],
  CancelGivenUp: [planned, { type: 'CancelGivenUp', key: keyOf('db-1'), code: 'x' }],
  WindowEnded: [planned, { type: 'WindowEnded', key: keyOf('db-1') }],
  SecretVanished: [planned, { type: 'SecretVanished', key: keyOf('db-1'), detail: 'x' }],
  SecretAdded: [planned, { type: 'SecretAdded', target: LATE, origin: 'raced', failure: null }],
  SecretSpared: [planned, { type: 'SecretSpared', key: keyOf('db-1'), detail: 'x' }],
  AlarmRaised: [planned, { type: 'AlarmRaised', reason: 'x' }],
  StageSeen: [planned, { type: 'StageSeen', key: 'shared/reader-7', present: false }],
  StageSpared: [planned, { type: 'StageSpared', key: 'shared/reader-7', isGone: false }],
  Blocked: [planned, { type: 'Blocked', blockers: [] }],
  SoakStarted: [planned, { type: 'SoakStarted', until: NOW }],
  PurgeStarted: [planned, { type: 'PurgeStarted' }],
  VerifyingStarted: [planned, { type: 'VerifyingStarted', parkAfterwards: 'x' }],
  Looked: [planned, { type: 'Looked', begunAt: NOW, proofsNeeded: 1, secrets: { [keyOf('db-1')]: { kind: 'gone', detail: null } } }],
  AttemptSetAside: [intending(planned, aCopyDeletion('16')), { type: 'AttemptSetAside', number: 1, code: 'x' }],
  StepFailed: [planned, { type: 'StepFailed', step: 'x', code: 'x' }],
  Throttled: [planned, { type: 'Throttled', code: 'x' }],
  CompensationStarted: [planned, { type: 'CompensationStarted', compensation: { since: NOW, cause: 'x', endsIn: 'restored' } }],
  CallsCounted: [planned, { type: 'CallsCounted', csms: 2, sae: 1 }],
  WatchEnded: [after(planned, NOW, { type: 'Waited', wait: { until: NOW, queue: 'deletions', why: 'watch' } }), { type: 'WatchEnded' }],
  Settled: [planned, { type: 'Settled', state: 'gone', reason: null }],
};

describe('folding a fact', () => {
  it.each(Object.entries(FACTS))('%s changes nothing of the saga it is folded into', (_type, [saga, fact]) => {
    const before = deepFreeze(structuredClone(saga));
    const dated: Dated = deepFreeze({ ...structuredClone(fact), at: NOW });
    const next = evolve(before, dated);
    expect(before).toEqual(saga);
    expect(evolve(before, dated)).toEqual(next);
  });

  it.each(Object.entries(FACTS).filter(([type]) => type !== 'Opened' && type !== 'Released'))('%s is told in the saga', (_type, [saga, fact]) => {
    expect(after(saga, NOW, fact)).not.toEqual(saga);
  });

  it.each<[string, (number: number) => Fact]>([
    ['a withdrawal', (number) => ({ type: 'CallWithdrawn', number, why: 'x' })],
    ['a success', (number) => ({ type: 'CallSucceeded', number, told: {} })],
    ['a failure', (number) => ({ type: 'CallFailed', number, failure: retryable('x') })],
    ['a reply that tells nothing', (number) => ({ type: 'EffectUnknown', number, code: 'x', settledAt: NOW })],
    ['a read', (number) => ({ type: 'EffectSeen', number, happened: true, told: {} })],
    ['a setting aside', (number) => ({ type: 'AttemptSetAside', number, code: 'x' })],
  ])('%s about another attempt than the open one is nothing', (_what, about) => {
    const open = intending(planned, aCopyDeletion('16'));
    expect(after(open, NOW, about(open.attempts))).not.toEqual(open);
    expect(after(open, NOW, about(open.attempts + 1))).toEqual(open);
    expect(after(planned, NOW, about(planned.attempts))).toEqual(planned);
  });

  it.each<[string, (key: string) => Fact]>([
    ['a schedule', (key) => ({ type: 'ScheduleSeen', key, by: 'us', eraseAt: NOW })],
    ['the end of a schedule', (key) => ({ type: 'ScheduleEnded', key, detail: 'x' })],
    ['a cancellation given up', (key) => ({ type: 'CancelGivenUp', key, code: 'x' })],
    ['the end of a window', (key) => ({ type: 'WindowEnded', key })],
    ['an absence', (key) => ({ type: 'SecretVanished', key, detail: 'x' })],
    ['a sparing', (key) => ({ type: 'SecretSpared', key, detail: 'x' })],
    ['a stage', (key) => ({ type: 'StageSeen', key, present: false })],
    ['a look', (key) => ({ type: 'Looked', begunAt: NOW, proofsNeeded: 1, secrets: { [key]: { kind: 'gone', detail: null } } })],
  ])('%s that concerns a secret or stage nobody knows is nothing', (_what, about) => {
    const { secrets, stages } = after(planned, NOW, about('nobody'));
    expect({ secrets, stages }).toEqual({ secrets: planned.secrets, stages: planned.stages });
  });

  it('one by one or all at once comes to the same', () => {
    const facts: Dated[] = [anOpening(), { type: 'Planned', plan: aPlan(ground), at: OPENED }, { type: 'PurgeStarted', at: NOW }];
    expect(evolveAll(aSaga(), facts)).toEqual(facts.reduce(evolve, aSaga()));
  });
});

describe('a new plan', () => {
  it('holds a record for everything it names, and one for each stage', () => {
    expect(Object.values(planned.secrets).map(({ target: { name }, origin, erasure, seen }) => [name, origin, erasure, seen])).toEqual([
      ['db-1', 'planned', 'none', 'not looked'],
      ['app-db', 'planned', 'none', 'not looked'],
      ['copy-16', 'planned', 'none', 'not looked'],
      ['missing', 'asked', 'none', 'not looked'],
    ]);
    expect(planned.stages).toEqual({ 'shared/reader-7': { target: { secretName: 'shared', stage: 'reader-7', id: '', createTime: 0 }, status: 'none', code: null } });
  });

  it('keeps what was done to a secret, and forgets what was never touched', () => {
    const soaking = aQuarantinedSaga({ csms: [aCsmsSecret('db-1'), aCsmsSecret('db-2')] });
    const replanned = after(soaking, NOW, { type: 'PlanChanged', difference: 'x' }, { type: 'Planned', plan: aPlan({ csms: [aCsmsSecret('db-3')], mode: 'recoverable' }) });
    expect(Object.keys(replanned.secrets).toSorted()).toEqual([keyOf('db-1'), keyOf('db-2'), keyOf('db-3')]);
    expect(replanned.secrets[keyOf('db-1')]?.schedule?.by).toBe('us');
    const untouched = after(aPlannedSaga({ csms: [aCsmsSecret('db-1')] }), NOW, { type: 'PlanChanged', difference: 'x' }, { type: 'Planned', plan: aPlan({ csms: [aCsmsSecret('db-3')] }) });
    expect(Object.keys(untouched.secrets)).toEqual([keyOf('db-3')]);
  });
});

describe('a saga that is opened again', () => {
  const gone = after(succeeding(aPlannedSaga(ground), aCopyDeletion('16')), NOW, { type: 'Looked', begunAt: NOW, proofsNeeded: 1, secrets: { [copyKey('16')]: { kind: 'gone', detail: null } } });
  const parked = after(gone, NOW, { type: 'Settled', state: 'parked', reason: 'x' });
  const reopened = after(parked, NOW + 1, { type: 'Reopened', by: 'a person', ...terms, event: anEventName({ id: 'evt-0002' }) });

  it('starts from the beginning on the new terms', () => {
    expect(reopened).toMatchObject({ state: 'received', reason: null, finishedAt: null, plan: null, planReturns: 0, attempt: null, purgeStartedAt: null, wait: null, failures: {}, turn: parked.turn + 1 });
    expect(reopened.events.map(({ id }) => id)).toEqual(['evt-0001', 'evt-0002']);
  });

  it('remembers what it erased and proves it anew', () => {
    expect(Object.keys(reopened.secrets)).toEqual([copyKey('16')]);
    expect(reopened.secrets[copyKey('16')]).toMatchObject({ erasure: 'accepted', proofs: 0, proven: false, seen: 'not looked' });
  });

  it('and so with the stages it removed; one that it never touched is as good as new', () => {
    const removed = succeeding(aPurgingSaga({ request: aRequest({ stages: [['shared', 'reader-7'], ['shared', 'reader-8'], ['shared', 'reader-9']] }) }), aStageDeletion('shared', 'reader-7'));
    const seen = after(removed, NOW, { type: 'StageSeen', key: 'shared/reader-7', present: false });
    const refused = after(intending(seen, aStageDeletion('shared', 'reader-8')), NOW, { type: 'CallFailed', number: 2, failure: { kind: 'terminal', code: 'CSMS.0401' } });
    const again = after(refused, NOW, { type: 'Settled', state: 'parked', reason: 'x' }, { type: 'Reopened', by: 'a person', ...terms });
    expect(Object.entries(again.stages).map(([key, { status }]) => [key, status])).toEqual([['shared/reader-7', 'accepted']]);
  });

  it('and what it brought back, where a schedule of its own never got a reply', () => {
    const lost = intending(aPlannedSaga({ ...ground, mode: 'recoverable' }), aScheduleOf('db-1'));
    const restored = after(lost, NOW, { type: 'EffectSeen', number: lost.attempts, happened: true, told: {} }, { type: 'ScheduleEnded', key: keyOf('db-1'), detail: 'x' }, { type: 'Settled', state: 'parked', reason: 'x' });
    expect(after(restored, NOW, { type: 'Reopened', by: 'a person', ...terms }).secrets[keyOf('db-1')]?.restored).toBe(true);
  });

  it('is held only by what holds it now', () => {
    const held = after(aPlannedSaga(ground), NOW, { type: 'Held', hold: aHold() }, { type: 'Settled', state: 'parked', reason: 'x' });
    expect(after(held, NOW, { type: 'Reopened', by: 'a person', ...terms }).hold).toBeNull();
  });
});

const lookedAt = (saga: Saga, kind: 'gone' | 'pending' | 'present' | 'unknown', proofsNeeded = 2): Saga =>
  after(saga, NOW, {
    type: 'Looked',
    begunAt: NOW - SECOND,
    proofsNeeded,
    secrets: { [keyOf('db-1')]: kind === 'gone' ? { kind, detail: 'x' } : kind === 'pending' ? { kind, eraseAt: NOW + DAY } : kind === 'present' ? { kind, state: 'ENABLED' } : { kind, code: 'x' } },
  });

describe('a proof', () => {
  it('is dated by when its look began', () => {
    expect(lookedAt(planned, 'gone').lastLookAt).toBe(NOW - SECOND);
  });

  it.each([
    ['gone once', ['gone'], { proofs: 1, proven: false, detail: 'x' }],
    ['gone twice', ['gone', 'gone'], { proofs: 2, proven: true }],
    ['gone, present, gone', ['gone', 'present', 'gone'], { proofs: 1, proven: false }],
    ['gone, pending, gone', ['gone', 'pending', 'gone'], { proofs: 1, proven: false }],
    ['gone, unknown, gone', ['gone', 'unknown', 'gone'], { proofs: 2, proven: true }],
  ] as const)('%s', (_what, kinds, expected) => {
    expect(kinds.reduce<Saga>((saga, kind) => lookedAt(saga, kind), planned).secrets[keyOf('db-1')]).toMatchObject(expected);
  });

  it('of a scheduled secret shows that its schedule erased it', () => {
    expect(lookedAt(aQuarantinedSaga(ground), 'gone').secrets[keyOf('db-1')]).toMatchObject({ erasure: 'accepted', schedule: null });
  });

  it('a look that finds it pending tells its date, and by that whose it is', () => {
    const ours: Fact = { type: 'ScheduleSeen', key: keyOf('db-1'), by: 'us', eraseAt: NOW + DAY };
    expect(lookedAt(after(aQuarantinedSaga(ground), OPENED, ours), 'pending').secrets[keyOf('db-1')]?.schedule).toEqual({ by: 'us', eraseAt: NOW + DAY, since: OPENED });
    expect(lookedAt(aQuarantinedSaga(ground), 'pending').secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'somebody else', eraseAt: NOW + DAY });
    expect(lookedAt(planned, 'pending').secrets[keyOf('db-1')]?.schedule).toEqual({ by: 'somebody else', eraseAt: NOW + DAY, since: NOW });
  });
});

describe('what people do to a saga', () => {
  it('wakes it: whatever it waited for is to be decided anew', () => {
    const waiting = after(planned, NOW, { type: 'Waited', wait: { until: null, queue: 'deletions', why: 'approval' } });
    for (const fact of [{ type: 'Approved', digest: 'x', by: 'y' }, { type: 'Held', hold: aHold() }, { type: 'Released' }, { type: 'UndoRequested', by: 'y' }] satisfies Fact[]) {
      expect(after(waiting, NOW, fact)).toMatchObject({ wait: null, turn: waiting.turn + 1 });
    }
  });

  it('counts the calls of both clouds', () => {
    expect(after(planned, NOW, { type: 'CallsCounted', csms: 2, sae: 1 }, { type: 'CallsCounted', csms: 1, sae: 0 }).calls).toEqual({ csms: 3, sae: 1 });
  });

  it('every alarm is told, each once', () => {
    const raised = ['raced: db-9', 'batch-total: 2', 'raced: db-9'].map((reason) => ({ type: 'AlarmRaised', reason }) as const);
    const alarmed = after(planned, NOW, ...raised, { type: 'VerifyingStarted', parkAfterwards: 'not-deleted: db-1' });
    expect(alarmed.parkAfterwards).toBe('raced: db-9; batch-total: 2; not-deleted: db-1');
  });
});

describe('a saga out of its journal', () => {
  const opening = anOpening();
  const held = { type: 'Held', hold: aHold(), at: NOW } as const;

  it('is folded from its opening on, or from where a chapter left it', () => {
    const whole = sagaOf(null, [opening, held]);
    expect(whole).toEqual(evolve(openedSaga(opening), held));
    expect(sagaOf(openedSaga(opening), [held])).toEqual(whole);
    expect(sagaOf(whole, [])).toBe(whole);
  });

  it.each([
    ['nothing', []],
    ['Held', [held, opening]],
  ])('H62: cannot begin with %s', (what, facts) => {
    expect(() => sagaOf(null, facts)).toThrow(`a journal begins with ${what}, not with Opened`);
  });
});
