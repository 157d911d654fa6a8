import { describe, expect, it } from 'vitest';
import { isStale, reopeningOf } from '../../lib/saga/reopen.ts';
import { policyDigest } from '../../lib/saga/policy.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { DAY, HOUR, NOW, OPENED, POLICY, aPolicy, aRequest, aSaga, after, anEventName } from './builders.ts';

const settled = (state: 'parked' | 'refused' | 'gone' | 'restored' | 'compensation-failed', terms: Parameters<typeof aSaga>[0] = {}): Saga =>
  after(aSaga(terms), OPENED, { type: 'Settled', state, reason: 'x' });

const REACH = POLICY.maxEventAgeDays * DAY;

describe('a saga sent round again by a person', () => {
  it.each(['parked', 'refused'] as const)('when it is %s is opened again for what its event asked, under the policy as it is now', (state) => {
    const policy = aPolicy({ mode: 'recoverable', recoveryWindowDays: 9, soakSeconds: 60 });
    const saga = settled(state, { request: aRequest({ names: ['app-db'] }) });
    expect(reopeningOf(saga, policy, 'a person: x', NOW)).toEqual({
      kind: 'reopens',
      planOnly: false,
      fact: {
        type: 'Reopened',
        at: NOW,
        event: null,
        request: saga.request,
        mode: 'recoverable',
        planFor: 'recoverable',
        soakSeconds: 60,
        recoveryWindowDays: 9,
        policyDigest: policyDigest(policy),
        by: 'a person: x',
      },
    });
  });

  it.each([
    ['gone', settled('gone')],
    ['restored', settled('restored')],
    ['compensation-failed', settled('compensation-failed')],
    ['at work', aSaga()],
    ['a plan run', after(aSaga({ mode: 'plan' }), OPENED, { type: 'Settled', state: 'planned', reason: null })],
  ])('when it is %s stays as it is', (_what, saga) => {
    expect(reopeningOf(saga, POLICY, 'a person', NOW)).toMatchObject({ kind: 'stays', why: expect.stringContaining(saga.state) });
  });

  it('never gets less care than it was opened with', () => {
    expect(reopeningOf(settled('parked', { mode: 'recoverable' }), aPolicy({ mode: 'immediate' }), 'a person', NOW)).toMatchObject({ fact: { mode: 'recoverable', planFor: 'recoverable' } });
    expect(reopeningOf(settled('parked'), aPolicy({ mode: 'immediate' }), 'a person', NOW)).toMatchObject({ fact: { mode: 'immediate', planFor: 'immediate' } });
  });

  it.each([
    ['as old as events may be', OPENED + REACH, false],
    ['a moment older', OPENED + REACH + 1, true],
  ])('H16: decided %s: only its plan is made: %s', (_what, now, planOnly) => {
    const reopening = reopeningOf(settled('parked'), POLICY, 'a person', now);
    expect(reopening).toMatchObject({ kind: 'reopens', planOnly, fact: { mode: planOnly ? 'plan' : 'immediate' } });
  });

  it('H16: the latest of its events counts, and without any its own beginning', () => {
    const joined = after(settled('parked'), NOW, { type: 'EventJoined', event: anEventName({ id: 'evt-0002', time: OPENED + HOUR }) });
    expect(reopeningOf(joined, POLICY, 'a person', OPENED + REACH + HOUR)).toMatchObject({ planOnly: false });
    expect(reopeningOf(settled('parked', { event: null }), POLICY, 'a person', OPENED + REACH)).toMatchObject({ planOnly: false });
    expect(reopeningOf(settled('parked', { event: null }), POLICY, 'a person', OPENED + REACH + 1)).toMatchObject({ planOnly: true });
  });

  it('under a policy in plan mode is planned only', () => {
    expect(reopeningOf(settled('parked'), aPolicy({ mode: 'plan' }), 'a person', NOW)).toMatchObject({ planOnly: true, fact: { mode: 'plan' } });
  });
});

it('H16: an event grows stale when it is older than the policy’s days', () => {
  expect(isStale(NOW - REACH, POLICY, NOW)).toBe(false);
  expect(isStale(NOW - REACH - 1, POLICY, NOW)).toBe(true);
});
