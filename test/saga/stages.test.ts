import { describe, expect, it } from 'vitest';
import {
  NOW,
  OPENED,
  SECOND,
  aPlan,
  aPolicy,
  aPurgingSaga,
  aRequest,
  aSaga,
  aStageDeletion,
  after,
  anUnlinkedSecret,
  callOf,
  decideOn,
  decideSeeing,
  succeeding,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, obey, play } from './play.ts';

describe('a stage', () => {
  const asked = aRequest({ stages: [['shared', 'reader-7']] });
  const key = 'shared/reader-7';
  const shared = anUnlinkedSecret('shared');
  const purging = aPurgingSaga({ request: asked, csms: [shared] });
  const deleted = succeeding(purging, aStageDeletion('shared', 'reader-7'));

  it('is removed from the secret that had the name when the plan was made, as a list of a moment ago shows', () => {
    expect(decideOn(purging).next).toMatchObject({ do: 'look', look: { csms: true, begunAfter: NOW - 10 * SECOND } });
    expect(callOf(decideSeeing(purging, { csms: [shared] }))).toEqual(aStageDeletion('shared', 'reader-7'));
  });

  it('H45: is removed too where the list passes over its secret, and the name shows it', () => {
    expect(decideSeeing(purging, { csms: [], shown: {} }).next).toMatchObject({ do: 'look', look: { csms: false, show: ['shared'] } });
    expect(callOf(decideSeeing(purging, { csms: [], shown: { shared } }))).toEqual(aStageDeletion('shared', 'reader-7'));
  });

  it.each([
    ['another id', anUnlinkedSecret('shared', { id: 'id-of-another' })],
    ['another creation time', anUnlinkedSecret('shared', { createTime: OPENED })],
  ])('H6: of a secret made anew under the name, with %s, is left alone, and the saga parks once all is done', (_what, anew) => {
    for (const seen of [{ csms: [anew] }, { csms: [], shown: { shared: anew } }]) {
      const then = decideSeeing(purging, seen);
      expect(callOf(then)).toBeNull();
      expect(then.saga).toMatchObject({ state: 'parked', reason: `not-deleted: stage ${key}: not-the-secret-that-was-planned`, pivotAt: null, stages: { [key]: { status: 'refused' } } });
    }
  });

  it('H6: of a secret made anew while its removal is tried again is left alone', () => {
    const again = decideSeeing(deleted, { stages: { [key]: true } });
    expect(callOf(decideSeeing(again.saga, { csms: [anUnlinkedSecret('shared', { id: 'id-of-another' })] }, { now: NOW + 10 * SECOND }))).toBeNull();
  });

  it('H6: is removed from whichever secret the plan that stands found, not an earlier one', () => {
    const anew = anUnlinkedSecret('shared', { id: 'id-of-another' });
    const replanned = after(purging, OPENED, { type: 'PlanChanged', difference: 'x' }, { type: 'Planned', plan: aPlan({ request: asked, csms: [anew] }) }, { type: 'PurgeStarted' });
    expect(callOf(decideSeeing(replanned, { csms: [anew] }))).toEqual(aStageDeletion('shared', 'reader-7'));
    expect(callOf(decideSeeing(replanned, { csms: [shared] }))).toBeNull();
  });

  it('of a secret that is gone is gone already', () => {
    const then = decideSeeing(purging, { csms: [], shown: { shared: 'not-found' } });
    expect(then.saga).toMatchObject({ state: 'gone', stages: { [key]: { status: 'already-gone' } } });
  });

  it('H6: of a secret that was not there when the plan was made is no stage of one that is there now', () => {
    const unknown = aPurgingSaga({ request: asked });
    expect(decideSeeing(unknown, { csms: [shared] }).saga).toMatchObject({ state: 'parked', stages: { [key]: { status: 'refused' } } });
    expect(decideSeeing(unknown, { csms: [], shown: { shared: 'not-found' } }).saga).toMatchObject({ state: 'gone', stages: { [key]: { status: 'already-gone' } } });
  });

  it('counts as deleted only once a read after the reply finds it gone', () => {
    expect(decideOn(deleted, { now: NOW + 1 }).next).toMatchObject({ do: 'look', look: { stages: [{ secretName: 'shared', stage: 'reader-7' }], begunAfter: NOW - 1, csms: false } });
    const then = decideSeeing(deleted, { stages: { [key]: false }, at: NOW });
    expect(then.saga).toMatchObject({ state: 'gone', stages: { [key]: { status: 'deleted' } } });
  });

  it('that an earlier life removed is looked for once, by a read of a moment ago', () => {
    const { mode, planFor, soakSeconds, recoveryWindowDays, policyDigest } = deleted;
    const again = after(
      deleted,
      OPENED,
      { type: 'Settled', state: 'parked', reason: 'x' },
      { type: 'Reopened', by: 'a person', event: null, request: asked, mode, planFor, soakSeconds, recoveryWindowDays, policyDigest },
      { type: 'Planned', plan: aPlan({ request: asked }) },
      { type: 'PurgeStarted' },
    );
    const then = decideSeeing(again, { stages: { [key]: false }, at: NOW - 5 * SECOND });
    expect(then.saga).toMatchObject({ state: 'gone', stages: { [key]: { status: 'deleted' } } });
    expect(callOf(then)).toBeNull();
  });

  it('that is still there is removed again a little later', () => {
    const then = decideSeeing(deleted, { stages: { [key]: true } });
    expect(then.saga).toMatchObject({ state: 'purging', stages: { [key]: { status: 'none' } }, wait: { why: 'retry: delete-stage shared/reader-7: stage-still-there' } });
  });

  it('that stays whatever the cloud answers is given up after as many tries as every other call', () => {
    const held = clouds({ csms: [shared], stages: [key] });
    const { saga, calls } = play(aSaga({ request: asked }), { held, answer: () => ({ verdict: { kind: 'done' }, told: {} }) });
    expect(calls).toHaveLength(aPolicy().retry.attempts);
    expect(saga).toMatchObject({ state: 'parked', reason: `delete-stage ${key} failed ${aPolicy().retry.attempts} times: stage-still-there` });
  });

  it('H65: is not removed when its secret has come to be protected', () => {
    const then = decideSeeing(purging, { csms: [shared] }, { policy: aPolicy({ protect: { secretNames: ['shared'] } }) });
    expect(then).toMatchObject({ next: { do: 'end' }, saga: { state: 'parked', reason: expect.stringMatching(/^protected/) } });
  });

  it('the cloud refuses to remove leaves the others to be removed, and the saga parks after all is done', () => {
    const both = aRequest({ stages: [['shared', 'reader-7'], ['shared', 'reader-8']] });
    const held = clouds({ csms: [shared], stages: ['shared/reader-7', 'shared/reader-8'] });
    const { saga, calls } = play(aSaga({ request: both }), {
      held,
      answer: (call, now) => (call.key === key ? { verdict: { kind: 'terminal', code: 'CSMS.0401' }, told: {} } : obey(held, call, now)),
    });
    expect(calls.map(nameOf)).toEqual(['delete-stage shared/reader-7', 'delete-stage shared/reader-8']);
    expect(saga).toMatchObject({ state: 'parked', reason: 'not-deleted: stage shared/reader-7: CSMS.0401', stages: { 'shared/reader-8': { status: 'deleted' } } });
  });
});
