import { describe, expect, it } from 'vitest';
import type { Saga } from '../../lib/saga/saga.ts';
import {
  DAY,
  NOW,
  OPENED,
  SECOND,
  aCsmsSecret,
  aPlannedSaga,
  aPolicy,
  aRequest,
  aSaga,
  aScheduleOf,
  after,
  anSaeSecret,
  copyKey,
  decideSeeing,
  factsOf,
  intending,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, obey, play } from './play.ts';

const db1 = aCsmsSecret('db-1');

describe('what depends on a copy', () => {
  const { dependency } = aPolicy();
  const copies = { sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }), csms: [db1] };
  const used = { csms: [db1], sae: [anSaeSecret('16', { applications: ['shop', 'till'] })] };

  it('H34: is looked for before anything is touched, and waited out', () => {
    const then = decideSeeing(aPlannedSaga(copies), used);
    expect(then).toMatchObject({
      next: { do: 'wait' },
      saga: { state: 'planned', blockedSince: NOW, wait: { until: NOW + dependency.retryAfterSeconds * SECOND, why: 'blocked: RelateApps: application shop uses secret 16' } },
    });
    expect(then.saga.blockers.map(({ name }) => name)).toEqual(['shop', 'till']);
  });

  it('that goes away in time lets the saga go on', () => {
    const held = clouds(used);
    const { saga, calls } = play(aSaga(copies), {
      held,
      meanwhile: (at) => {
        if (at > OPENED + 120 * SECOND) held.sae = held.sae.map((secret) => ({ ...secret, applications: [] }));
      },
    });
    expect(calls.map(nameOf)).toEqual(['delete-copy 16', 'batch-delete']);
    expect(saga).toMatchObject({ state: 'gone', blockers: [], blockedSince: null });
  });

  it('H34: that goes away and comes back after the soak is waited out anew', () => {
    const held = clouds(used);
    const usedAgain = OPENED + 6 * DAY;
    const { saga, facts } = play(aSaga({ ...copies, mode: 'recoverable' }), {
      held,
      policy: aPolicy({ mode: 'recoverable' }),
      meanwhile: (at) => {
        const isUsed = at <= OPENED + 120 * SECOND || (at > usedAgain && at <= usedAgain + 600 * SECOND);
        held.sae = held.sae.map((secret) => ({ ...secret, applications: isUsed ? anSaeSecret('16', { applications: ['shop'] }).applications : [] }));
      },
    });
    expect(facts.filter(({ type }) => type === 'Blocked').length).toBeGreaterThan(2);
    expect(saga.state).toBe('gone');
  });

  it.each<[string, (saga: Saga) => Saga]>([
    ['a schedule is intended', (saga) => intending(saga, aScheduleOf('db-1'))],
    ['the soak starts', (saga) => after(saga, NOW, { type: 'SoakStarted', until: NOW + DAY })],
    ['the purge starts', (saga) => after(saga, NOW, { type: 'PurgeStarted' })],
  ])('blocks no more once %s', (_what, goOn) => {
    const blocking = decideSeeing(aPlannedSaga({ ...copies, mode: 'recoverable' }), used).saga;
    expect(blocking).toMatchObject({ blockedSince: NOW, blockers: [{ name: 'shop' }, { name: 'till' }] });
    expect(goOn(blocking)).toMatchObject({ blockedSince: null, blockers: [] });
  });

  it('H34: that stays turns the saga back when its time is over, and not a moment earlier', () => {
    const since = OPENED;
    const blocking = after(aPlannedSaga(copies), since, { type: 'Blocked', blockers: [] });
    const giveUpAt = since + dependency.giveUpAfterSeconds * SECOND;
    expect(decideSeeing(blocking, used, { now: giveUpAt - 1 }).saga).toMatchObject({ state: 'planned', wait: { until: giveUpAt } });
    const then = decideSeeing(blocking, used, { now: giveUpAt });
    expect(then.saga).toMatchObject({ state: 'restored', reason: 'dependency-violation: RelateApps: application shop uses secret 16' });
  });

  it('H33: carried through: nothing of the instance is touched', () => {
    const held = clouds(used);
    const { saga, calls, now } = play(aSaga(copies), { held });
    expect(calls).toEqual([]);
    expect(saga.state).toBe('restored');
    expect(now - OPENED).toBeGreaterThanOrEqual(dependency.giveUpAfterSeconds * SECOND);
    expect(held.csms).toEqual([db1]);
  });

  it('H34: a job shows only in the delete’s own answer: the first violation stops the rest', () => {
    const held = clouds({ csms: [db1], sae: [anSaeSecret('16'), anSaeSecret('17')] });
    const { saga, calls } = play(aSaga({ request: aRequest({ copies: ['16', '17'] }) }), {
      held,
      answer: (call, now) =>
        call.key === copyKey('16') ? { verdict: { kind: 'blocked', code: 'DependencyViolation.Job', blocker: { kind: 'job', name: 'nightly' } }, told: {} } : obey(held, call, now),
    });
    expect(new Set(calls.map(nameOf))).toEqual(new Set(['delete-copy 16']));
    expect(saga).toMatchObject({
      state: 'restored',
      reason: 'dependency-violation: DependencyViolation.Job: job nightly uses secret 16',
      blockers: [{ secretId: '16', kind: 'job', name: 'nightly', code: 'DependencyViolation.Job', seenBy: 'DeleteSecret' }],
    });
  });

  it('H33: when one copy is erased and the next is blocked, the saga turns back and says what cannot be restored', () => {
    const held = clouds({ csms: [db1], sae: [anSaeSecret('16'), anSaeSecret('17')] });
    const { saga, calls } = play(aSaga({ request: aRequest({ copies: ['16', '17'] }) }), {
      held,
      answer: (call, now) =>
        call.key === copyKey('17') ? { verdict: { kind: 'blocked', code: 'DependencyViolation.Application', blocker: { kind: 'application', name: 'shop' } }, told: {} } : obey(held, call, now),
    });
    expect(calls.map(nameOf)).not.toContain('batch-delete');
    expect(saga.state).toBe('restored');
    expect(saga.secrets[copyKey('16')]).toMatchObject({ erasure: 'accepted', proven: true });
    expect(saga.secrets[copyKey('17')]).toMatchObject({ erasure: 'none' });
    expect(held.csms).toEqual([db1]);
  });

  it('a wait between two looks is never shorter than a second, even if the policy says zero', () => {
    const then = decideSeeing(aPlannedSaga(copies), used, { policy: aPolicy({ dependency: { retryAfterSeconds: 0 } }) });
    expect(then.saga.wait?.until).toBe(NOW + SECOND);
  });

  it('other applications of the namespace are none of its business', () => {
    const sae = [anSaeSecret('16'), anSaeSecret('17', { applications: ['shop'] })];
    expect(factsOf(decideSeeing(aPlannedSaga(copies), { csms: [db1], sae }))).toContain('PurgeStarted');
  });
});
