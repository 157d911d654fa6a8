import { describe, expect, it } from 'vitest';
import type { Call, Saga } from '../../lib/saga/saga.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import {
  DATABASE,
  DAY,
  DONE,
  GATEWAY,
  MINUTE,
  NOW,
  SECOND,
  type SightTerms,
  type Then,
  aBatchDeletion,
  aCancelOf,
  aCopyDeletion,
  aCsmsSecret,
  aDeletionOf,
  aPlannedSaga,
  aPolicy,
  aPurgingSaga,
  aQuarantinedSaga,
  aRequest,
  aSaga,
  aScheduleOf,
  aStageDeletion,
  after,
  anSaeSecret,
  anUnlinkedSecret,
  callOf,
  copyKey,
  decideOn,
  decideSeeing,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
  replied,
  retryable,
} from './builders.ts';
import { afterReply, reply } from './batch-replies.ts';
import { nameOf } from './call-name.ts';
import { clouds, obey, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const app = anUnlinkedSecret('app-db');
const SETTLED = NOW + 20 * SECOND;
const LATER = SETTLED + SECOND;

const scheduling = intending(aPlannedSaga({ mode: 'recoverable', csms: [db1] }), aScheduleOf('db-1'));
const turningBack = after(aQuarantinedSaga({ csms: [db1] }), NOW, { type: 'CompensationStarted', compensation: { since: NOW, cause: 'undo', endsIn: 'restored' } });
const cancelling = intending(turningBack, aCancelOf('db-1'));
const copying = intending(aPurgingSaga({ sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }) }), aCopyDeletion('16'));
const naming = intending(aPurgingSaga({ csms: [app], request: aRequest({ names: ['app-db'] }) }), aDeletionOf('app-db'));
const staging = intending(aPurgingSaga({ request: aRequest({ stages: [['shared', 'reader-7']] }) }), aStageDeletion('shared', 'reader-7'));
const batching = intending(aPurgingSaga({ csms: [db1, aCsmsSecret('db-2')] }), aBatchDeletion());

const resolved = (saga: Saga, seen: SightTerms): Then => decideSeeing(saga, { ...seen, at: SETTLED + 1 }, { now: LATER });

describe('H26: an intent without a reply', () => {
  it.each<[string, Saga, object]>([
    ['schedule', scheduling, { csms: true }],
    ['cancel', cancelling, { csms: true }],
    ['delete-copy', copying, { csms: false, sae: [{ namespaceId: 'cn-beijing:test' }] }],
    ['delete-named', naming, { csms: true }],
    ['delete-stage', staging, { csms: false, stages: [{ secretName: 'shared', stage: 'reader-7' }] }],
    ['batch-delete', batching, { csms: true }],
  ])('of %s is left until nothing of it can still be on its way, and then read', (_op, saga, look) => {
    const waiting = decideOn(saga, { occurrence: { kind: 'woken' }, now: SETTLED - 1 });
    expect(waiting).toMatchObject({ next: { do: 'wait' }, saga: { wait: { until: SETTLED, why: 'unknown-outcome: no reply' } } });
    expect(decideOn(waiting.saga, { occurrence: { kind: 'woken' }, now: SETTLED }).next).toMatchObject({ do: 'look', look: { ...look, begunAfter: SETTLED - 1 } });
    expect(waiting.saga.attempt).toEqual(saga.attempt);
  });

  it('a read that began before it was settled does not count', () => {
    expect(decideSeeing(copying, { sae: [], at: SETTLED - 1 }, { now: LATER }).next).toMatchObject({ do: 'look' });
    expect(decideSeeing(copying, { sae: [], at: SETTLED }, { now: LATER }).saga.attempt).toBeNull();
  });

  it('is settled a while after its hard deadline, as the policy says', () => {
    const policy = aPolicy({ retry: { deadlineSeconds: 7, settleSeconds: 11 } });
    expect(decideSeeing(aPurgingSaga({ csms: [db1] }), { csms: [db1] }, { policy }).next).toMatchObject({ attempt: { at: NOW, notAfter: NOW + 7 * SECOND, settledAt: NOW + 18 * SECOND } });
  });

  it('a reply that tells nothing keeps it open, with its code', () => {
    const then = decideOn(copying, { occurrence: replied(copying, { kind: 'unknown', code: 'OperationFailed.RPCError' }), now: NOW + 1 });
    expect(then.saga).toMatchObject({ attempt: { unknownBecause: 'OperationFailed.RPCError', settledAt: SETTLED }, wait: { until: SETTLED, why: 'unknown-outcome: OperationFailed.RPCError' } });
  });

  it('H47: a read that fails leaves it open', () => {
    const then = decideSeeing(copying, { sae: null, failure: { of: 'SAE list', failure: { kind: 'retryable', code: '503' } } }, { now: LATER });
    expect(then.saga).toMatchObject({ attempt: copying.attempt, wait: { why: expect.stringMatching(/^retry: look after delete-copy/) } });
  });
});

describe('what a read tells of a lost reply', () => {
  it.each<[string, Saga, SightTerms, object]>([
    ['a copy that is gone was deleted', copying, { sae: [] }, { secrets: { [copyKey('16')]: { erasure: 'accepted' } }, attempt: null, state: 'verifying' }],
    ['a copy that is there was not', copying, { sae: [anSaeSecret('16')] }, { failures: { [`delete-copy ${copyKey('16')}`]: 1 }, state: 'purging' }],
    ['a named secret that is gone was deleted', naming, { csms: [] }, { secrets: { [keyOf('app-db')]: { erasure: 'accepted' } }, state: 'verifying' }],
    ['a named secret that is there was not', naming, { csms: [app] }, { attempt: null, failures: { [`delete-named ${keyOf('app-db')}`]: 1 } }],
    [
      'a named secret that is scheduled was somebody else’s to delete',
      naming,
      { csms: [pendingUntil(app, NOW + DAY)] },
      { secrets: { [keyOf('app-db')]: { erasure: 'none', schedule: { by: 'somebody else', eraseAt: NOW + DAY } } } },
    ],
    ['a stage that is gone was removed, and is read once more', staging, { stages: { 'shared/reader-7': false } }, { stages: { 'shared/reader-7': { status: 'accepted' } }, attempt: null, failures: {} }],
    ['a stage that is there was not', staging, { stages: { 'shared/reader-7': true } }, { stages: { 'shared/reader-7': { status: 'none' } }, failures: { 'delete-stage shared/reader-7': 1 } }],
    ['a schedule that does not show was not made', scheduling, { csms: [db1] }, { secrets: { [keyOf('db-1')]: { schedule: null } }, failures: { [`schedule ${keyOf('db-1')}`]: 1 } }],
    ['a secret that is gone altogether vanished before it was scheduled', scheduling, { csms: [] }, { secrets: { [keyOf('db-1')]: { schedule: null, vanished: true } } }],
    ['a secret that is enabled was cancelled', cancelling, { csms: [db1] }, { state: 'restored', secrets: { [keyOf('db-1')]: { restored: true, schedule: null } } }],
    ['a secret still pending was not', cancelling, { csms: [pendingUntil(db1, erasingDate())] }, { state: 'compensating', failures: { [`cancel ${keyOf('db-1')}`]: 1 } }],
    ['a secret that is missed is not gone by that, and its schedule is ours still', cancelling, { csms: [] }, { state: 'compensating', secrets: { [keyOf('db-1')]: { vanished: true, erasure: 'none', schedule: { by: 'us' } } } }],
    [
      'planned names that are gone were erased by the batch, the others are unknown',
      batching,
      { csms: [db1] },
      { state: 'purging', secrets: { [keyOf('db-1')]: { erasure: 'unknown' }, [keyOf('db-2')]: { erasure: 'accepted' } }, batch: { calls: 1, answered: true } },
    ],
    ['planned names that are all there were not erased', batching, { csms: [db1, aCsmsSecret('db-2')] }, { state: 'purging', batch: { calls: 1, answered: false }, failures: { [`batch-delete ${DATABASE}`]: 1 } }],
    [
      'H45: a planned name that only the list still shows was erased by the batch',
      batching,
      { csms: [db1, aCsmsSecret('db-2')], shown: { 'db-1': 'not-found', 'db-2': aCsmsSecret('db-2') } },
      { secrets: { [keyOf('db-1')]: { erasure: 'accepted' }, [keyOf('db-2')]: { erasure: 'unknown' } }, parkAfterwards: null },
    ],
    ['H45: a named secret that only the list still shows was deleted', naming, { csms: [app], shown: { 'app-db': 'not-found' } }, { secrets: { [keyOf('app-db')]: { erasure: 'accepted' } } }],
    ['a batch of which nothing is left was done', batching, { csms: [] }, { state: 'verifying', secrets: { [keyOf('db-1')]: { erasure: 'accepted' }, [keyOf('db-2')]: { erasure: 'accepted' } } }],
    ['H6: a successor under the same name is another secret', naming, { csms: [{ ...app, id: 'new' }] }, { secrets: { [keyOf('app-db')]: { erasure: 'accepted' } } }],
  ])('%s', (_what, saga, seen, expected) => {
    expect(resolved(saga, seen).saga).toMatchObject({ ...expected });
  });

  it.each<[string, Saga, SightTerms]>([
    ['a copy', copying, { sae: [anSaeSecret('16')] }],
    ['a named secret', naming, { csms: [app] }],
  ])('%s that was not deleted is tried again', (_what, saga, seen) => {
    const failed = resolved(saga, seen).saga;
    const now = failed.wait?.until ?? LATER;
    expect(callOf(decideSeeing(failed, { ...seen, at: now }, { now }))).toEqual(saga.attempt?.call);
    expect(failed.wait?.why).toMatch(/^retry: .*: no-reply$/);
  });

  it('H27: a deletion whose reply was lost is never blindly sent again: with every second reply lost nothing is called twice in vain', () => {
    const held = clouds({ csms: [db1, app], sae: [anSaeSecret('16')] });
    let count = 0;
    const { saga, calls } = play(aSaga({ request: aRequest({ names: ['app-db'], copies: ['16'] }) }), {
      held,
      answer: (call, now) => {
        count += 1;
        const reply = obey(held, call, now);
        return count % 2 === 1 ? { verdict: { kind: 'unknown', code: 'deadline' }, told: {} } : reply;
      },
    });
    expect(calls.map(nameOf)).toEqual(['delete-copy 16', 'batch-delete', 'delete-named app-db']);
    expect(saga.state).toBe('gone');
  });
});

it('a batch’s lost reply tells nothing of a named secret that is gone too', () => {
  const saga = intending(aPurgingSaga({ csms: [db1, app], request: aRequest({ names: ['app-db'] }) }), aBatchDeletion());
  expect(resolved(saga, { csms: [] }).saga.secrets[keyOf('app-db')]?.erasure).not.toBe('accepted');
});

describe('a call that is intended while another is open', () => {
  it.each<[string, Saga, Call['op']]>([
    ['a schedule', scheduling, 'schedule'],
    ['a copy', copying, 'delete-copy'],
    ['a batch', batching, 'batch-delete'],
  ])('never happens: %s stays the only one', (_what, saga, op) => {
    const csms: readonly CsmsSecret[] = [db1, aCsmsSecret('db-2')];
    const then = decideSeeing(saga, { csms, sae: [anSaeSecret('16')] }, { now: NOW + SECOND });
    expect(callOf(then)).toBeNull();
    expect(then.saga.attempt?.call.op).toBe(op);
  });

  it('a late reply still closes the attempt it belongs to', () => {
    const then = decideOn(copying, { occurrence: replied(copying, DONE), now: SETTLED - 1 });
    expect(then.saga).toMatchObject({ attempt: null, secrets: { [copyKey('16')]: { erasure: 'accepted' } } });
  });
});

describe('a batch-delete of a type that shows no links, its reply lost', () => {
  const instance = GATEWAY;
  const first = intending(aPurgingSaga({ instance }), aBatchDeletion(instance));
  const told = afterReply(reply(['gw-1'], { 'gw-2': retryable('CSMS.0001') }), first, []).saga;
  const again = after(intending(told, aBatchDeletion(instance), NOW + MINUTE), NOW + 2 * MINUTE, { type: 'EffectUnknown', number: 2, code: 'deadline', settledAt: NOW + 2 * MINUTE }, { type: 'EffectSeen', number: 2, happened: false, told: {} });

  it('leaves unknown what it may have reached, and what was erased before erased', () => {
    expect([again.secrets[keyOf('gw-1')], again.secrets[keyOf('gw-2')]]).toMatchObject([{ erasure: 'accepted' }, { erasure: 'unknown', code: 'deadline' }]);
    expect(again.batch).toEqual({ calls: 2, answered: true, untold: true, namesSeen: 2 });
  });

  it('is judged before it is repeated by what the first one named and did not erase', () => {
    const now = NOW + 3 * MINUTE;
    const under = (secretName: string): Then => decideSeeing(again, { csms: [] }, { policy: aPolicy({ protect: { secretNames: [secretName] } }), now });
    expect(callOf(under('gw-1'))?.op).toBe('batch-delete');
    expect(under('gw-2').saga).toMatchObject({ parkAfterwards: expect.stringContaining('gw-2') });
  });
});

it('a named deletion whose effect cannot be told is unknown with the reason', () => {
  const saga = intending(aPurgingSaga({ csms: [app], request: aRequest({ names: ['app-db'] }) }), aDeletionOf('app-db'));
  const unseen = after(saga, NOW, { type: 'EffectSeen', number: 1, happened: false, told: {} });
  const because = after(saga, NOW, { type: 'EffectUnknown', number: 1, code: 'deadline', settledAt: NOW }, { type: 'EffectSeen', number: 1, happened: false, told: {} });
  expect([unseen, because].map(({ secrets }) => secrets[keyOf('app-db')])).toMatchObject([{ erasure: 'unknown', code: 'no-reply' }, { erasure: 'unknown', code: 'deadline' }]);
});
