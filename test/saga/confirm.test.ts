import { describe, expect, it } from 'vitest';
import { confirmByName, namesakeOf, seenNow } from '../../lib/saga/confirm.ts';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import { noteLateSchedules } from '../../lib/saga/late-schedules.ts';
import type { Saga, SecretRecord } from '../../lib/saga/saga.ts';
import { reachedAnother, strayed } from '../../lib/saga/stray.ts';
import type { Turn } from '../../lib/saga/turn.ts';
import { DAY, MINUTE, NOW, POLICY, SECOND, type SightTerms, aCsmsSecret, aPlannedSaga, aQuarantinedSaga, aScheduleOf, aSight, after, intending, keyOf, pendingUntil } from './builders.ts';

const db1 = aCsmsSecret('db-1');
const planned = aPlannedSaga({ mode: 'recoverable', csms: [db1] });

const aTurn = (saga: Saga, seen: SightTerms): Turn => ({
  saga,
  facts: [],
  policy: POLICY,
  now: NOW + MINUTE,
  input: { occurrence: { kind: 'looked' }, sight: aSight({ at: NOW + MINUTE, ...seen }, saga), controls: NO_CONTROLS, previousOpen: false },
});

const recordOf = (saga: Saga, name = 'db-1'): SecretRecord => {
  const known = saga.secrets[keyOf(name)];
  if (known === undefined) throw new Error(`no ${name}`);
  return known;
};

const known = recordOf(planned);
const anew = { ...db1, id: 'another' };

describe('a secret asked for by its name', () => {
  it.each<[string, SightTerms, typeof db1 | undefined]>([
    ['is the one that answers under its id', { csms: [], shown: { 'db-1': db1 } }, db1],
    ['is gone where its name is not found', { csms: [], shown: { 'db-1': 'not-found' } }, undefined],
    ['is gone where another has its name', { csms: [], shown: { 'db-1': anew } }, undefined],
  ])('%s', (_what, seen, secret) => {
    expect(confirmByName(aTurn(planned, seen), 'x', known, NOW)).toEqual({ secret });
  });

  it('is looked up first', () => {
    expect(confirmByName(aTurn(planned, { csms: [], shown: {} }), 'x', known, NOW)).toMatchObject({ outcome: { next: { do: 'look', look: { show: ['db-1'], begunAfter: NOW } } } });
  });

  it('whose name cannot stand in a URL can only be listed', () => {
    const odd: SecretRecord = { ...known, target: { ...known.target, name: 'db/1' } };
    expect(confirmByName(aTurn(planned, { csms: [db1], shown: {} }), 'x', odd, NOW)).toEqual({ secret: db1 });
  });

  it('need not be where the list shows it, and must be younger than the list where it does not', () => {
    expect(seenNow(aTurn(planned, { csms: [db1], shown: {} }), 'x', known)).toEqual({ secret: db1 });
    expect(seenNow(aTurn(planned, { csms: [], shown: {} }), 'x', known)).toMatchObject({ outcome: { next: { look: { begunAfter: NOW + MINUTE - 1 } } } });
    expect(seenNow(aTurn(planned, { csms: null, shown: {} }), 'x', known)).toMatchObject({ outcome: { next: { look: { begunAfter: -1 } } } });
  });
});

describe('H6: another secret of the name', () => {
  it.each<[string, SightTerms, typeof db1 | undefined]>([
    ['is the one the name shows', { csms: [], shown: { 'db-1': anew } }, anew],
    ['is the one the list shows, where the name was not asked', { csms: [anew], shown: {} }, anew],
    ['is the one the list shows, where the name was not found', { csms: [anew], shown: { 'db-1': 'not-found' } }, anew],
    ['is none where the name shows the secret itself', { csms: [anew], shown: { 'db-1': db1 } }, undefined],
    ['is none where the list shows the secret itself', { csms: [db1], shown: {} }, undefined],
    ['is none where nothing has the name', { csms: [], shown: {} }, undefined],
  ])('%s', (_what, seen, namesake) => {
    expect(namesakeOf(aTurn(planned, seen), known)).toEqual(namesake);
  });
});

describe('H39: a late schedule', () => {
  const date = NOW + 7 * DAY;
  const lost = after(intending(planned, aScheduleOf('db-1')), NOW + SECOND, { type: 'EffectSeen', number: 1, happened: false, told: {} });
  const noted = (saga: Saga, csms: SightTerms['csms']): string[] => noteLateSchedules(aTurn(saga, { csms: csms ?? [], shown: {} }), saga.unanswered).facts.map(({ type }) => type);

  it('is noted on its secret, or on another of the name, and once', () => {
    expect(noted(lost, [pendingUntil(db1, date)])).toEqual(['ScheduleSeen']);
    const stray = pendingUntil(anew, date);
    expect(noted(lost, [stray])).toEqual(['ScheduleStrayed', 'AlarmRaised']);
    expect(noted(after(lost, NOW + SECOND, ...strayed(known, stray)), [stray])).toEqual([]);
  });

  it('is not one of another date, of a secret that is not pending, of one whose schedule is known, or of nobody', () => {
    expect(noted(lost, [pendingUntil(db1, date + DAY)])).toEqual([]);
    expect(noted(lost, [db1])).toEqual([]);
    const scheduled = aQuarantinedSaga({ csms: [db1] });
    expect(noted({ ...scheduled, unanswered: lost.unanswered }, [pendingUntil(db1, date)])).toEqual([]);
    expect(noted({ ...lost, unanswered: lost.unanswered.map((one) => ({ ...one, key: 'nobody' })) }, [pendingUntil(db1, date)])).toEqual([]);
  });
});

it('H6: a reply about no secret of the saga, or about the one it was meant for, tells of no other', () => {
  const open = intending(planned, aScheduleOf('db-1'));
  const { attempt } = open;
  if (attempt === null || attempt.call.op !== 'schedule') throw new Error('no schedule is open');
  const { call } = attempt;
  const turn = aTurn(open, {});
  expect(reachedAnother(turn, attempt, call, { id: db1.id })).toBeNull();
  expect(reachedAnother(turn, attempt, { ...call, key: 'nobody' }, { id: 'another' })).toBeNull();
  expect(reachedAnother(turn, attempt, call, { id: 'another' })).not.toBeNull();
  expect(strayed(known, anew)[0]).toMatchObject({ target: { id: 'another', linked: false } });
});
