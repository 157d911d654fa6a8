import { describe, expect, it } from 'vitest';
import type { Saga } from '../../lib/saga/saga.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import {
  DATABASE,
  DAY,
  HOUR,
  NOW,
  OPENED,
  OTHER_DATABASE,
  SECOND,
  aBatchDeletion,
  aCsmsSecret,
  aPlan,
  aPlannedSaga,
  aPolicy,
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
  factsOf,
  keyOf,
  pendingUntil,
  succeeding,
  aCopyDeletion,
} from './builders.ts';
import { nameOf } from './call-name.ts';
import { clouds, play } from './play.ts';

const db1 = aCsmsSecret('db-1');
const db2 = aCsmsSecret('db-2');
const app = anUnlinkedSecret('app-db');
const request = aRequest({ names: ['app-db'] });

/** Another look than the plan was made from, and whether the plan still holds. */
const LOOKS: readonly [what: string, holds: boolean, csms: readonly CsmsSecret[]][] = [
  ['the same', true, [db1, app]],
  ['the same in another order', true, [app, db1]],
  ['states that changed', true, [{ ...db1, state: 'DISABLED' }, app]],
  ['a stranger more', true, [db1, app, anUnlinkedSecret('stranger')]],
  ['a linked secret more', false, [db1, db2, app]],
  ['a linked secret less', false, [app]],
  ['H6: a linked secret recreated with another id', false, [{ ...db1, id: 'new' }, app]],
  ['H6: a linked secret recreated at another time', false, [{ ...db1, createTime: OPENED }, app]],
  ['a linked secret renamed', false, [{ ...db1, name: 'db-9' }, app]],
  ['a link to another instance', false, [{ ...db1, link: { instanceId: OTHER_DATABASE, instanceType: 'RDS' } }, app]],
  ['a link to the same id as another type', false, [{ ...db1, link: { instanceId: DATABASE, instanceType: 'TaurusDB' } }, app]],
  ['no link any more', false, [{ ...db1, link: null }, app]],
  ['a named secret gone', false, [db1]],
  ['H6: a named secret recreated', false, [db1, { ...app, id: 'new' }]],
];

describe('H10: right before a batch-delete the list is compared with the plan', () => {
  it.each(LOOKS)('%s: the plan holds: %s', (_what, holds, csms) => {
    const then = decideSeeing(aPurgingSaga({ csms: [db1, app], request }), { csms });
    expect(callOf(then)?.op ?? 'no call').toBe(holds ? 'batch-delete' : 'no call');
    expect(factsOf(then).includes('PlanChanged')).toBe(!holds);
  });

  it('against one begun after the plan was written and at most ten seconds old', () => {
    const purging = aPurgingSaga({ csms: [db1] });
    expect(decideSeeing(purging, { csms: [db1], at: NOW - 10 * SECOND }).next).toMatchObject({ do: 'look', look: { begunAfter: NOW - 10 * SECOND } });
    expect(decideSeeing(purging, { csms: [db1], at: OPENED }, { now: OPENED + SECOND }).next).toMatchObject({ do: 'look', look: { begunAfter: OPENED } });
    expect(callOf(decideSeeing(purging, { csms: [db1], at: OPENED + 1 }, { now: OPENED + SECOND }))).toEqual(aBatchDeletion());
  });

  it('a new plan is made at once, and passes every rail and the cap again', () => {
    const then = decideSeeing(aPurgingSaga({ csms: [db1] }), { csms: [db1, db2] });
    expect(factsOf(then)[0]).toBe('PlanChanged');
    expect(then.facts[0]).toMatchObject({ difference: expect.stringMatching(/db-2 \(id-of-db-2\)/) });
    expect(then.saga).toMatchObject({ state: 'planned', planReturns: 1, plan: { at: NOW, secrets: [{ name: 'db-1' }, { name: 'db-2' }] } });
    const capped = decideSeeing(aPurgingSaga({ csms: [db1] }), { csms: [db1, db2] }, { policy: aPolicy({ limits: { secretsPerInstance: 1 } }) });
    expect(capped.saga).toMatchObject({ state: 'refused', reason: expect.stringMatching(/^too-many-secrets/) });
  });

  it('one that is linked to another instance by now refuses the saga before its purge', () => {
    const shared = { ...db1, link: { instanceId: OTHER_DATABASE, instanceType: 'RDS' } } as const;
    expect(decideSeeing(aPlannedSaga({ csms: [db1] }), { csms: [shared] }).saga).toMatchObject({ state: 'refused', reason: expect.stringMatching(/^shared: .*db-1/) });
  });

  it('and where approval is asked the new digest waits for one', () => {
    const purging = aPurgingSaga({ csms: [db1] });
    const approved = after(purging, NOW, { type: 'Approved', digest: purging.plan?.digest ?? '', by: 'a person' });
    const policy = aPolicy({ requireApproval: true });
    const { saga } = decideSeeing(approved, { csms: [db1, db2] }, { policy });
    expect(decideSeeing(saga, { csms: [db1, db2], at: NOW + 1 }, { policy, now: NOW + 2 }).saga.wait).toMatchObject({ why: 'approval', until: null });
  });
});

describe('a difference found before an immediate purge begins', () => {
  // A secret that has come to be linked to another instance is shared, and refuses the saga.
  const others = LOOKS.filter(([what]) => what !== 'a link to another instance');

  it.each(others)('%s: the plan holds: %s', (_what, holds, csms) => {
    const then = decideSeeing(aPlannedSaga({ csms: [db1, app], request }), { csms });
    expect(factsOf(then).includes('PlanChanged')).toBe(!holds);
    expect(factsOf(then).includes('PurgeStarted')).toBe(holds);
  });
});

const PLAN = aPlan({ csms: [db1] });

const returned = (times: number): Saga =>
  Array.from({ length: times }).reduce<Saga>(
    (saga) => after(saga, OPENED, { type: 'PlanChanged', difference: 'x' }, { type: 'Planned', plan: PLAN }, { type: 'AllowanceGranted', digest: PLAN.digest }),
    aPlannedSaga({ csms: [db1] }),
  );

describe('a plan that keeps changing', () => {
  it.each([
    [0, true],
    [1, true],
    [2, true],
    [3, false],
  ])('after %i returns is made anew: %s', (times, anew) => {
    const then = decideSeeing(returned(times), { csms: [db1, db2] });
    expect(factsOf(then).includes('PlanChanged')).toBe(anew);
    expect(then.saga.state).toBe(anew ? 'planned' : 'parked');
  });

  it('parks with the difference', () => {
    expect(decideSeeing(returned(3), { csms: [db1, db2] }).saga.reason).toMatch(/^plan-changed: db-2/);
  });

  it('carried through, with a new secret linked at every look: three returns, then parked, and nothing touched', () => {
    const held = clouds({ csms: [db1] });
    let looked = 0;
    const beforeLook = (): void => {
      looked += 1;
      held.csms = [db1, aCsmsSecret(`new-${looked}`)];
    };
    const { saga, calls } = play(aSaga(), { held, beforeLook });
    expect(calls).toEqual([]);
    expect(saga).toMatchObject({ state: 'parked', planReturns: 3 });
  });

  it('after the first write of the purge turns back instead, and parks', () => {
    const ground = { csms: [db1], sae: [anSaeSecret('16')], request: aRequest({ copies: ['16'] }) };
    const begun = succeeding(aPurgingSaga(ground), aCopyDeletion('16'));
    const then = decideSeeing(begun, { csms: [db1, db2], at: NOW + 1 }, { now: NOW + 2 });
    expect(then.saga).toMatchObject({ state: 'compensating', planReturns: 0, compensation: { endsIn: 'parked', cause: expect.stringMatching(/^plan-changed: db-2/) } });
  });
});

describe('a secret linked while the quarantine soaks', () => {
  const ours = pendingUntil(db1, erasingDate());

  it('returns the saga to planned, with its first schedule kept and a new soak ahead', () => {
    const then = decideSeeing(aQuarantinedSaga({ csms: [db1] }), { csms: [ours, db2] }, { now: OPENED + 6 * DAY });
    expect(then.saga).toMatchObject({ state: 'planned', planReturns: 1, soakUntil: null });
    expect(then.saga.secrets[keyOf('db-1')]?.schedule).toMatchObject({ by: 'us', eraseAt: erasingDate() });
    expect(then.saga.secrets[keyOf('db-2')]).toMatchObject({ schedule: null, erasure: 'none' });
  });

  it('is scheduled too and soaks in full, and the first date decides until when', () => {
    const held = clouds({ csms: [db1] });
    const { saga, calls } = play(aSaga({ mode: 'recoverable', recoveryWindowDays: 30, soakSeconds: (5 * DAY) / SECOND }), {
      held,
      until: OPENED + 6 * DAY,
      meanwhile: (at) => {
        if (at > OPENED + 4 * DAY && held.csms.length === 1) held.csms = [...held.csms, db2];
      },
    });
    expect(calls.map(nameOf)).toEqual(['schedule db-1', 'schedule db-2']);
    expect(saga).toMatchObject({ state: 'quarantined', planReturns: 1 });
    expect((saga.soakUntil ?? 0) - OPENED).toBeGreaterThanOrEqual(10 * DAY);
  });

  it('H6: one recreated under the name of a scheduled secret is another secret', () => {
    const recreated = { ...db1, id: 'new', createTime: OPENED + HOUR };
    const { saga } = decideSeeing(aQuarantinedSaga({ csms: [db1] }), { csms: [recreated] }, { now: OPENED + 6 * DAY });
    expect(saga).toMatchObject({ state: 'planned', plan: { secrets: [{ id: 'new' }] } });
    expect(Object.values(saga.secrets).filter(({ target }) => target.id === 'new')).toMatchObject([{ schedule: null }]);
  });
});

it('a decision is the same whoever asks and however often', () => {
  const saga = aPurgingSaga({ csms: [db1, app], request });
  expect(decideSeeing(saga, { csms: [db1, app] })).toEqual(decideSeeing(saga, { csms: [db1, app] }));
  expect(decideOn(saga)).toEqual(decideOn(saga));
});
