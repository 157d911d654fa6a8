import { describe, expect, it } from 'vitest';
import type { Call, Saga } from '../../lib/saga/saga.ts';
import type { Failure } from '../../lib/saga/verdict.ts';
import {
  HOUR,
  NOW,
  SECOND,
  THROTTLED,
  aCopyDeletion,
  aPolicy,
  aPurgingSaga,
  aRequest,
  aSaga,
  after,
  anSaeSecret,
  decideOn,
  decideSeeing,
  intending,
  replied,
} from './builders.ts';
import { clouds, obey, play } from './play.ts';

const { attempts } = aPolicy().retry;
const copy = { sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }) };
const purging = aPurgingSaga(copy);

const failing = (saga: Saga, failure: Failure, call: Call = aCopyDeletion('16'), at = NOW): Saga => {
  const open = intending(saga, call, at);
  return decideOn(open, { occurrence: replied(open, failure), now: at }).saga;
};

const throttledBy = (hints: Partial<Extract<Failure, { kind: 'throttled' }>>): Saga => failing(purging, { kind: 'throttled', code: 'Throttling.User', retryAfterMs: null, quota: null, ...hints });

describe('H28: throttling', () => {
  it('slows down, waits, and never counts as a failure', () => {
    const slowed = throttledBy({});
    expect(slowed).toMatchObject({ state: 'purging', failures: {}, throttles: 1, wait: { why: 'throttled: Throttling.User' } });
  });

  it('however often it happens', () => {
    const held = clouds(copy);
    let calls = 0;
    const { saga } = play(aSaga(copy), {
      held,
      answer: (call, now) => {
        calls += 1;
        return calls < attempts * 3 ? { verdict: THROTTLED, told: {} } : obey(held, call, now);
      },
    });
    expect(saga.state).toBe('gone');
  });

  it.each([
    ['the vendor’s own time', { retryAfterMs: 9_000, quota: { calls: 1, perSeconds: 60 } }, 9 * SECOND],
    ['the vendor’s window', { quota: { calls: 60, perSeconds: 60 } }, 60 * SECOND],
    ['at least a second', { retryAfterMs: 0 }, SECOND],
  ])('waits %s', (_what, hints, wait) => {
    expect(throttledBy(hints).wait?.until).toBe(NOW + wait);
  });

  it('without any hint waits longer each time', () => {
    const waits = [0, 1, 2, 3].map((before) => {
      const slowed = after(purging, NOW, ...Array.from({ length: before }, () => ({ type: 'Throttled', code: 'x' }) as const));
      return failing(slowed, THROTTLED).wait?.until ?? 0;
    });
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(new Set(waits).size).toBe(4);
  });

  it('ends with the first call that succeeds', () => {
    const open = intending(throttledBy({}), aCopyDeletion('16'));
    expect(decideOn(open, { occurrence: replied(open, { kind: 'done' }) }).saga.throttles).toBe(0);
  });

  it('of a read is waited out as well', () => {
    const then = decideSeeing(purging, { sae: null, failure: { of: 'SAE list', failure: THROTTLED } });
    expect(then.saga).toMatchObject({ failures: {}, throttles: 1, wait: { why: 'throttled: Throttling' } });
  });
});

describe('H29: a key that the cloud refuses', () => {
  const refused = failing(purging, { kind: 'unauthenticated', code: 'SignatureDoesNotMatch' });

  it('is never tried again by the saga itself: it looks hourly whether somebody saw to it', () => {
    expect(refused).toMatchObject({ state: 'purging', failures: {}, wait: { until: NOW + HOUR, why: 'credentials-refused: SignatureDoesNotMatch' } });
  });

  it('and whoever wakes it makes it try at once', () => {
    expect(decideOn(refused, { occurrence: { kind: 'woken' }, now: NOW + SECOND }).next).toMatchObject({ do: 'look' });
  });
});
