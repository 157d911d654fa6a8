import { describe, expect, it } from 'vitest';
import { type Controls, NO_CONTROLS } from '../../lib/saga/controls.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { undoOf } from '../../lib/saga/undo.ts';
import {
  DAY,
  GATEWAY,
  HOUR,
  MINUTE,
  NOW,
  OPENED,
  SECOND,
  aBatchDeletion,
  aCsmsSecret,
  aHold,
  aPlannedSaga,
  aPurgingSaga,
  aQuarantinedSaga,
  aRequest,
  aSaga,
  after,
  anSaeSecret,
  anUnlinkedSecret,
  callOf,
  decideOn,
  decideSeeing,
  erasingDate,
  intending,
  keyOf,
  pendingUntil,
  succeeding,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, play } from './play.ts';

const csms = [aCsmsSecret('db-1'), anUnlinkedSecret('app-db')];
const sae = [anSaeSecret('16')];
const request = aRequest({ names: ['app-db'], copies: ['16'], stages: [['shared', 'reader-7']] });
const ground = { csms, sae, request };
const purging = aPurgingSaga(ground);

const paused: Controls = { ...NO_CONTROLS, pause: aHold({ reason: 'audit' }) };
const held: Controls = { ...NO_CONTROLS, holds: { [aSaga().sagaId]: aHold() } };

/** Every point before a deletion at which a saga may be found. */
const POINTS: readonly [string, Saga][] = [
  ['planned, immediate', aPlannedSaga(ground)],
  ['planned, recoverable', aPlannedSaga({ ...ground, mode: 'recoverable' })],
  ['quarantined', aQuarantinedSaga(ground)],
  ['before its first copy', purging],
  ['after its first deletion', { ...purging, pivotAt: NOW - SECOND }],
];

describe.each(POINTS)('H63: a saga %s', (_point, saga) => {
  it.each([
    ['paused', paused, 'paused: audit'],
    ['held', held, 'held: somebody asked'],
  ])('makes no call while it is %s, and says why', (_stop, controls, why) => {
    const then = decideSeeing(saga, { csms, sae }, { controls });
    expect(callOf(then)).toBeNull();
    expect(then).toMatchObject({ next: { do: 'wait' }, saga: { state: saga.state, wait: { why } } });
  });

  it('held on itself makes no call either', () => {
    const then = decideSeeing(after(saga, NOW, { type: 'Held', hold: aHold() }), { csms, sae });
    expect(callOf(then)).toBeNull();
    expect(then.saga.wait?.why).toBe('held: somebody asked');
  });

  it('goes on as soon as it is released', () => {
    const stopped = decideSeeing(saga, { csms, sae }, { controls: paused }).saga;
    const then = decideOn(stopped, { occurrence: { kind: 'woken' }, now: Math.max(NOW + SECOND, stopped.soakUntil ?? 0) });
    expect(then.next.do).not.toBe('wait');
  });
});

describe('a stopped saga', () => {
  it('still plans nothing, since it was asked to keep off', () => {
    expect(decideOn(purging, { controls: paused }).next.do).toBe('wait');
  });

  it('looks again after an hour, or when its hold ends if that is sooner', () => {
    const until = NOW + 10 * MINUTE;
    expect(decideOn(purging, { controls: paused }).saga.wait?.until).toBe(NOW + HOUR);
    expect(decideOn(purging, { controls: { ...NO_CONTROLS, pause: aHold({ until }) } }).saga.wait?.until).toBe(until);
    expect(decideOn(purging, { controls: { ...NO_CONTROLS, pause: aHold({ until: NOW + DAY }) } }).saga.wait?.until).toBe(NOW + HOUR);
  });

  it('still finds out what an open attempt did', () => {
    const played = play(purging, {
      held: clouds({ csms, sae, stages: ['shared/reader-7'] }),
      from: NOW,
      answer: () => ({ verdict: { kind: 'unknown', code: 'deadline' }, told: {} }),
      controlsAt: (now) => (now > NOW + 5 * SECOND ? paused : NO_CONTROLS),
      until: NOW + DAY,
    });
    expect(played.calls.map(nameOf)).toEqual(['delete-copy 16']);
    expect(played.saga).toMatchObject({ attempt: null, wait: { why: 'paused: audit' } });
  });

  it('past the pivot waits on: it is neither turned back nor given up', () => {
    const past = { ...purging, pivotAt: NOW };
    const { saga, calls } = play(past, { held: clouds({ csms, sae }), from: NOW, controlsAt: () => paused, until: NOW + 5 * DAY });
    expect(calls).toEqual([]);
    expect(saga).toMatchObject({ state: 'purging', compensation: null });
  });
});

describe('H63: a hold on one secret', () => {
  const holding: Controls = { ...NO_CONTROLS, holds: { [keyOf('db-1')]: aHold() } };

  it('refuses a saga that has touched nothing yet', () => {
    expect(decideSeeing(aPlannedSaga(ground), { csms, sae }, { controls: holding }).saga).toMatchObject({ state: 'refused', reason: expect.stringMatching(/^held: secret db-1/) });
  });

  it('turns back one whose quarantine runs, since nothing with a live schedule is parked', () => {
    const then = decideSeeing(aQuarantinedSaga({ csms: [aCsmsSecret('db-1')] }), { csms: [pendingUntil(aCsmsSecret('db-1'), erasingDate())] }, { controls: holding, now: OPENED + 6 * DAY });
    expect(then.saga).toMatchObject({ state: 'compensating', compensation: { endsIn: 'parked', cause: expect.stringMatching(/^held: secret db-1/) } });
  });
});

describe('H63: a stop that comes between the first intent past the pivot and its call', () => {
  const soaked = OPENED + 6 * DAY;
  const named = { instance: GATEWAY, csms: [anUnlinkedSecret('app-db')], request: aRequest({ names: ['app-db'] }) };
  const gateway = after(aQuarantinedSaga(named), soaked, { type: 'PurgeStarted' });
  const withdrawing = (saga: Saga): Saga => {
    const intended = intending(saga, aBatchDeletion(GATEWAY), soaked);
    return after(intended, soaked, { type: 'CallWithdrawn', number: intended.attempts, why: 'paused' });
  };

  it('leaves the saga before its pivot: what it scheduled is brought back in time', () => {
    const held = clouds({ csms: [pendingUntil(anUnlinkedSecret('app-db'), erasingDate())] });
    const { saga, calls } = play(withdrawing(gateway), { held, from: soaked, controlsAt: () => paused });
    expect(calls.map(nameOf)).toEqual(['cancel app-db']);
    expect([saga.state, held.csms.map(({ state }) => state)]).toEqual(['restored', ['ENABLED']]);
  });

  it('can still be undone', () => {
    expect(undoOf(withdrawing(withdrawing(gateway)), 'a person', soaked).kind).toBe('begins');
  });

  it('changes nothing for a saga that made an earlier such call, be it at the same moment', () => {
    const past = succeeding(gateway, aBatchDeletion(GATEWAY), { batch: { total: 0, succeeded: [], failed: [] } }, soaked);
    expect(undoOf(withdrawing(past), 'a person', soaked).kind).toBe('too-late');
  });
});

it('H31: an attempt that was withdrawn because of a stop is not made again while it lasts', () => {
  const then = decideSeeing(purging, { csms, sae });
  expect(callOf(then)?.op).toBe('delete-copy');
  const withdrawn = decideOn(then.saga, { occurrence: { kind: 'withdrawn', number: then.saga.attempts, why: 'paused' }, controls: paused });
  expect(withdrawn).toMatchObject({ next: { do: 'wait' }, saga: { attempt: null, wait: { why: 'paused: audit' } } });
});
