import { describe, expect, it } from 'vitest';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Sight } from '../../lib/saga/input.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  NAMESPACE,
  NOW,
  OPENED,
  SECOND,
  type SightTerms,
  type Then,
  aBatchDeletion,
  aCopyDeletion,
  aCsmsSecret,
  aHold,
  aPolicy,
  aPurgingSaga,
  aQuarantinedSaga,
  aRequest,
  aSaga,
  aSight,
  aVerifyingSaga,
  after,
  anSaeSecret,
  anUnlinkedSecret,
  copyKey,
  decideOn,
  decideSeeing,
  erasingDate,
  factsOf,
  intending,
  keyOf,
  pendingUntil,
  succeeding,
} from './builders.ts';
import { GONE, db1Of, erased } from './erased.ts';
import { nameOf } from './call-name.ts';
import { clouds, obey, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const { verify } = aPolicy();
const INTERVAL = verify.intervalSeconds * SECOND;

describe('the first look', () => {
  it('comes after the first delay, and not before', () => {
    const saga = erased();
    const due = OPENED + verify.firstDelaySeconds * SECOND;
    expect(decideOn(saga, { now: due - 1 }).saga).toMatchObject({ state: 'verifying', wait: { until: due, queue: 'verifications', why: 'verify' } });
    expect(decideOn(saga, { now: due }).next).toMatchObject({ do: 'look', look: { csms: true, begunAfter: due - 1 } });
  });

  it('is at the list first, then at the name of what the list no longer shows', () => {
    expect(decideSeeing(erased(), { csms: [], shown: {} }).next).toMatchObject({ do: 'look', look: { csms: false, show: ['db-1'] } });
    expect(decideSeeing(erased(), { csms: [db1], shown: {} }).next).not.toMatchObject({ do: 'look' });
  });

  it('of secrets of a namespace is one list each', () => {
    const saga = aVerifyingSaga({ request: aRequest({ copies: ['16', '17'] }) });
    expect(decideOn(saga).next).toMatchObject({ do: 'look', look: { csms: false, sae: [{ namespaceId: 'cn-beijing:test' }] } });
  });
});

describe('the four answers about a CSMS secret', () => {
  it.each<[string, SightTerms, string, number]>([
    ['absent from the list and not found by name: gone', GONE, 'gone', 1],
    ['in the list, enabled: present', { csms: [db1] }, 'present', 0],
    ['in the list, disabled: present', { csms: [{ ...db1, state: 'DISABLED' }] }, 'present', 0],
    ['in the list, pending: pending', { csms: [pendingUntil(db1, NOW + DAY)] }, 'pending', 0],
    ['H50: in a state nobody knows: unknown', { csms: [{ ...db1, state: 'FROZEN' }] }, 'unknown', 0],
    ['H46: absent from the list and yet found by name: unknown', { csms: [], shown: { 'db-1': { ...db1, id: 'other' } } }, 'unknown', 0],
    ['H45: absent from the list and found by name under its own id: what the name shows', { csms: [], shown: { 'db-1': db1 } }, 'present', 0],
    ['H49: another secret of its name: gone, and the successor is kept', { csms: [{ ...db1, id: 'new' }] }, 'gone', 1],
  ])('%s', (_what, sight, seen, proofs) => {
    expect(db1Of(decideSeeing(erased(), sight))).toMatchObject({ seen, proofs, proven: false });
  });

  it('H49: what came back under the name is reported', () => {
    expect(db1Of(decideSeeing(erased(), { csms: [{ ...db1, id: 'new' }] }))?.detail).toMatch(/another secret of the same name/);
  });

  it('H47: a look that was refused is nobody’s proof', () => {
    const refused = { csms: null, failure: { of: 'CSMS list', failure: { kind: 'terminal', code: 'CSMS.0401' } } } as const;
    const then = decideSeeing(erased(), refused);
    expect(factsOf(then)).not.toContain('Looked');
    expect(then.saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/CSMS\.0401/) });
  });

  it('a raced secret without an id is looked for by its name', () => {
    const target = { key: keyOf('late'), cloud: 'huawei', scope: 'p', id: '', name: 'late', createTime: 0, linked: true, step: 'batch-delete' } as const;
    const saga = after(erased(), OPENED, { type: 'SecretAdded', target, origin: 'raced', failure: null });
    const seen = (sight: SightTerms) => decideSeeing(saga, { ...sight, shown: { 'db-1': 'not-found', late: 'not-found' } }).saga.secrets[keyOf('late')]?.seen;
    expect(seen({ csms: [aCsmsSecret('late')] })).toBe('present');
    expect(seen({ csms: [] })).toBe('gone');
  });
});

describe('the answers about an SAE secret', () => {
  const purging = aPurgingSaga({ sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }) });
  const saga = after(succeeding(purging, aCopyDeletion('16'), {}, OPENED), OPENED, { type: 'VerifyingStarted', parkAfterwards: null });

  it.each([
    ['absent from its namespace: gone', { sae: [] }, 'gone'],
    ['in its namespace: present', { sae: [anSaeSecret('16')] }, 'present'],
    ['another one in its namespace: gone', { sae: [anSaeSecret('17')] }, 'gone'],
  ])('%s', (_what, sight, seen) => {
    expect(decideSeeing(saga, sight).saga.secrets[copyKey('16')]?.seen).toBe(seen);
  });
});

const look = (saga: Saga, sight: SightTerms, now: number): Then => decideSeeing(saga, sight, { now });

describe('H45: proofs', () => {
  it('gone needs as many as the policy asks for, spread over its interval', () => {
    let saga = erased();
    let now = NOW;
    for (let proof = 1; proof < verify.proofs; proof += 1) {
      const then = look(saga, GONE, now);
      expect(then.saga).toMatchObject({ state: 'verifying', wait: { until: now + INTERVAL, why: 'verify' } });
      expect(db1Of(then)).toMatchObject({ proofs: proof, proven: false });
      expect(decideSeeing(then.saga, GONE, { now: now + INTERVAL - 1 }).saga.secrets[keyOf('db-1')]?.proofs).toBe(proof);
      ({ saga } = then);
      now += INTERVAL;
    }
    expect(look(saga, GONE, now).saga).toMatchObject({ state: 'gone', finishedAt: now, reason: null });
  });

  it('the same look never counts twice', () => {
    const once = look(erased(), GONE, NOW).saga;
    expect(decideSeeing(once, { ...GONE, at: NOW }, { now: NOW + INTERVAL }).next).toMatchObject({ do: 'look' });
  });

  it('one sight of it begins the counting anew', () => {
    const twice = look(look(erased(), GONE, NOW).saga, GONE, NOW + INTERVAL).saga;
    const seen = look(twice, { csms: [db1] }, NOW + 2 * INTERVAL);
    expect(db1Of(seen)).toMatchObject({ proofs: 0, proven: false });
    expect(look(seen.saga, GONE, NOW + 3 * INTERVAL).saga.state).toBe('verifying');
  });

  it('an unknown look proves nothing and takes nothing away', () => {
    const once = look(erased(), GONE, NOW).saga;
    expect(db1Of(look(once, { csms: [{ ...db1, state: 'FROZEN' }] }, NOW + INTERVAL))).toMatchObject({ proofs: 1, seen: 'unknown' });
  });

  it('are counted for each secret by itself, and the saga ends with the last', () => {
    const held = clouds({ csms: [db1, anUnlinkedSecret('app-db')], sae: [anSaeSecret('16')] });
    const { saga } = play(aSaga({ request: aRequest({ names: ['app-db', 'missing'], copies: ['16', '99'] }) }), { held });
    expect(saga.state).toBe('gone');
    expect(Object.values(saga.secrets).map(({ proofs, proven }) => [proofs, proven])).toEqual(Array.from({ length: 5 }, () => [3, true]));
  });

  it('with no interval at all they still need one look each', () => {
    const policy = aPolicy({ verify: { intervalSeconds: 0, firstDelaySeconds: 0, proofs: 2 } });
    const { saga, looks } = play(erased(), { held: clouds(), policy, from: NOW });
    expect(saga.state).toBe('gone');
    expect(looks).toBe(4);
  });
});

describe('a saga that is to be parked once everything touched was verified', () => {
  it('parks with that reason, its erasures proven', () => {
    const { saga } = play(erased({ csms: [db1] }, 'raced: late'), { held: clouds(), from: NOW });
    expect(saga).toMatchObject({ state: 'parked', reason: 'raced: late', secrets: { [keyOf('db-1')]: { proven: true } } });
  });
});

describe('a saga stopped while its own schedules run', () => {
  const saga = after(aQuarantinedSaga({ csms: [db1] }), OPENED, { type: 'PurgeStarted' }, { type: 'VerifyingStarted', parkAfterwards: null });
  const cancelBy = erasingDate() - 6 * HOUR;
  const controls = { ...NO_CONTROLS, pause: aHold() };

  it('H63: is awake when they have to be decided, and turns back then', () => {
    expect(decideOn(saga, { controls }).saga.wait?.until).toBe(cancelBy);
    expect(decideOn(saga, { controls, now: cancelBy }).saga).toMatchObject({ state: 'compensating', compensation: { endsIn: 'restored', cause: expect.stringMatching(/^paused/) } });
  });

  it('H63: a hold on one of its secrets stops their erasure as well', () => {
    const holding = { ...NO_CONTROLS, holds: { [keyOf('db-1')]: aHold() } };
    expect(decideOn(saga, { controls: holding, now: cancelBy }).saga).toMatchObject({ state: 'compensating', compensation: { cause: expect.stringMatching(/^held/) } });
  });

  it('and one that nothing stops lets them run out: that was its decision', () => {
    expect(decideOn(saga, { now: cancelBy }).saga).toMatchObject({ state: 'verifying', wait: { until: cancelBy + HOUR, why: 'pending' } });
    expect(decideOn(saga, { now: erasingDate() - MINUTE }).saga.wait).toMatchObject({ until: erasingDate(), why: 'pending' });
  });

  it('H63: but looks again each hour, and whenever it is woken, whether somebody stops them still', () => {
    const decided = decideOn(saga, { now: cancelBy }).saga;
    const late = cancelBy + 10 * MINUTE;
    expect(decideOn(decided, { controls, now: late, occurrence: { kind: 'woken' } }).saga).toMatchObject({ state: 'compensating', compensation: { endsIn: 'restored' } });
  });

  it('past the pivot nothing is turned back any more', () => {
    const passed = { ...saga, pivotAt: NOW };
    expect(decideOn(passed, { controls, now: cancelBy }).saga.state).toBe('verifying');
  });
});

it('carried through: an immediate run proves what its batch erased, and calls nothing twice', () => {
  const held = clouds({ csms: [db1] });
  const { saga, calls } = play(aSaga(), { held, answer: (call, now) => obey(held, call, now) });
  expect(calls.map(nameOf)).toEqual(['batch-delete']);
  expect(saga).toMatchObject({ state: 'gone', secrets: { [keyOf('db-1')]: { proofs: 3 } } });
});

describe('a secret that is there again at its date', () => {
  const policy = aPolicy({ mode: 'recoverable' });
  const atItsDate = erasingDate() + HOUR;
  const waiting = (saga: Saga): Saga => after(saga, OPENED, { type: 'VerifyingStarted', parkAfterwards: null });
  const ours = waiting(aQuarantinedSaga({ csms: [db1] }));

  it('H61: was rescued by somebody: it stays, and the saga parks', () => {
    const { saga } = decideSeeing(ours, { csms: [db1], at: atItsDate }, { policy, now: atItsDate });
    expect(saga).toMatchObject({ state: 'parked', reason: 'rescued: somebody cancelled the scheduled deletion of db-1' });
  });

  it('is no rescue where its own call failed on it, or only an earlier plan named it', () => {
    const present = { type: 'Looked', begunAt: atItsDate, proofsNeeded: 3, secrets: { [keyOf('db-1')]: { kind: 'present', state: 'ENABLED' } } } as const;
    const tried = after(aVerifyingSaga({ csms: [db1] }), OPENED, { type: 'SecretSpared', key: keyOf('db-1'), detail: 'x' });
    expect(decideOn(after(tried, atItsDate, present), { now: atItsDate + 1 }).saga.reason ?? '').not.toContain('rescued');
  });
});

describe('a look at both clouds', () => {
  const saga = after(aVerifyingSaga({ csms: [db1], sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }) }), OPENED, { type: 'SecretVanished', key: keyOf('db-1'), detail: 'x' }, { type: 'SecretVanished', key: copyKey('16'), detail: 'x' });
  const now = NOW + HOUR;
  const seen = (csmsAt: number, saeAt: number): Sight => ({ ...aSight({ at: csmsAt, csms: [], sae: [] }, saga), sae: { [NAMESPACE]: { begunAt: saeAt, readMs: 0, secrets: [] } } });
  it.each([
    ['CSMS', now - 2 * SECOND, now - SECOND],
    ['SAE', now - SECOND, now - 2 * SECOND],
  ])('counts from when the earlier of its lists began: that of %s', (_which, csmsAt, saeAt) => {
    expect(decideOn(saga, { sight: seen(csmsAt, saeAt), now }).facts).toContainEqual(expect.objectContaining({ type: 'Looked', begunAt: now - 2 * SECOND }));
  });
});

it('H45: a name that shows another secret than the list passed over is no proof: one of the two is stale', () => {
  const now = NOW + HOUR;
  const other = aCsmsSecret('db-1', { id: 'another-id' });
  const then = decideSeeing(erased(), { csms: [], shown: { 'db-1': other }, at: now }, { now });
  expect(then.facts).toContainEqual(expect.objectContaining({ type: 'StepFailed', step: 'verify', code: 'list-and-name-disagree' }));
});

it('what was seen gone once is looked at again after the interval, however long it had stayed before', () => {
  const now = OPENED + 2 * DAY;
  const { saga } = decideSeeing(erased(), { csms: [], at: now }, { now });
  expect(saga.wait).toEqual({ until: now + INTERVAL, queue: 'verifications', why: 'verify' });
});

describe('past the pivot, a verification that nothing can be read for', () => {
  const policy = aPolicy({ mode: 'recoverable' });
  const db2 = aCsmsSecret('db-2');
  const [first, last] = [erasingDate(), erasingDate() + DAY];
  const purging = after(aQuarantinedSaga({ csms: [db1, db2] }), OPENED, { type: 'ScheduleSeen', key: keyOf('db-2'), by: 'us', eraseAt: last }, { type: 'PurgeStarted' });
  const passed = after(intending(purging, aBatchDeletion(), OPENED), OPENED, { type: 'CallFailed', number: purging.attempts + 1, failure: { kind: 'retryable', code: 'x' } }, { type: 'VerifyingStarted', parkAfterwards: null });
  const failures = Array.from({ length: policy.retry.attempts - 1 }, () => ({ type: 'StepFailed', step: 'look to verify', code: 'http-503' }) as const);
  const failing = (now: number): Then =>
    decideSeeing(after(passed, first, ...failures), { csms: null, failure: { of: 'CSMS list', failure: { kind: 'retryable', code: 'http-503' } } }, { policy, now });

  it('waits for what is still to be erased, and parks only then', () => {
    expect(failing(first + HOUR).saga).toMatchObject({ state: 'verifying', parkAfterwards: expect.stringContaining('http-503'), wait: { until: last, why: 'pending' } });
  });

  it('parks at once where nothing is', () => {
    expect(failing(last).saga).toMatchObject({ state: 'parked', reason: expect.stringContaining('http-503') });
  });
});
