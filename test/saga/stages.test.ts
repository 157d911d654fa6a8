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
  const purging = aPurgingSaga({ request: asked });
  const deleted = succeeding(purging, aStageDeletion('shared', 'reader-7'));

  it('is removed without a list', () => {
    expect(callOf(decideOn(purging))).toEqual(aStageDeletion('shared', 'reader-7'));
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
    const held = clouds({ stages: [key] });
    const { saga, calls } = play(aSaga({ request: asked }), { held, answer: () => ({ verdict: { kind: 'done' }, told: {} }) });
    expect(calls).toHaveLength(aPolicy().retry.attempts);
    expect(saga).toMatchObject({ state: 'parked', reason: `delete-stage ${key} failed ${aPolicy().retry.attempts} times: stage-still-there` });
  });

  it('H65: is not removed when its secret has come to be protected', () => {
    const then = decideOn(purging, { policy: aPolicy({ protect: { secretNames: ['shared'] } }) });
    expect(then).toMatchObject({ next: { do: 'end' }, saga: { state: 'parked', reason: expect.stringMatching(/^protected/) } });
  });

  it('the cloud refuses to remove leaves the others to be removed, and the saga parks after all is done', () => {
    const both = aRequest({ stages: [['shared', 'reader-7'], ['shared', 'reader-8']] });
    const held = clouds({ stages: ['shared/reader-7', 'shared/reader-8'] });
    const { saga, calls } = play(aSaga({ request: both }), {
      held,
      answer: (call, now) => (call.key === key ? { verdict: { kind: 'terminal', code: 'CSMS.0401' }, told: {} } : obey(held, call, now)),
    });
    expect(calls.map(nameOf)).toEqual(['delete-stage shared/reader-7', 'delete-stage shared/reader-8']);
    expect(saga).toMatchObject({ state: 'parked', reason: 'not-deleted: stage shared/reader-7: CSMS.0401', stages: { 'shared/reader-8': { status: 'deleted' } } });
  });
});
