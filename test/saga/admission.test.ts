import { describe, expect, it } from 'vitest';
import type { Mode } from '../../events/decommission.ts';
import { DecommissionedInstance } from '../../events/decommissioned-instance.ts';
import { type Admission, type Arrival, admit, eventRefusal, isSameEvent, plannedMode } from '../../lib/saga/admission.ts';
import { evolve } from '../../lib/saga/evolve.ts';
import type { Fact } from '../../lib/saga/facts.ts';
import { policyDigest } from '../../lib/saga/policy.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { DATABASE, DAY, HOUR, MINUTE, NAMESPACE, NOW, OPENED, POLICY, PROJECT, RDS, aPlan, aPolicy, aRequest, aSaga, after, anEventName } from './builders.ts';

const named = (more: Readonly<Record<string, unknown>> = {}): DecommissionedInstance =>
  DecommissionedInstance.parse({ cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT, instanceId: DATABASE, instanceType: 'RDS', ...more });

const arrival = (changes: Partial<Arrival> = {}): Arrival => ({
  named: named(),
  event: anEventName({ id: 'evt-0002', time: OPENED + HOUR }),
  askedMode: undefined,
  planOnly: false,
  generations: [],
  ...changes,
});

const settled = (saga: Saga, state: Extract<Fact, { type: 'Settled' }>['state']): Saga => after(saga, NOW, { type: 'Settled', state, reason: state === 'gone' ? null : 'a reason' });

const foldOf = (admission: Admission): Saga | null => {
  switch (admission.kind) {
    case 'opened':
      return evolve(aSaga(), admission.fact);
    case 'reopened':
    case 'joined':
      return evolve(admission.saga, admission.fact);
    case 'known':
    case 'refused':
      return null;
  }
};

describe('an event for an instance nobody has heard of', () => {
  it('opens its first generation on the terms of the policy', () => {
    const policy = aPolicy({ mode: 'recoverable', recoveryWindowDays: 9, soakSeconds: 60 });
    const asked = arrival({ named: named({ secretNames: ['app-db'] }) });
    expect(admit(asked, policy, NOW)).toEqual({
      kind: 'opened',
      fact: {
        type: 'Opened',
        at: NOW,
        sagaId: `huawei:cn-north-4:${PROJECT}:RDS:${DATABASE}#1`,
        instance: RDS,
        request: aRequest({ names: ['app-db'] }),
        mode: 'recoverable',
        planFor: 'recoverable',
        soakSeconds: 60,
        recoveryWindowDays: 9,
        policyDigest: policyDigest(policy),
        event: asked.event,
        after: null,
      },
    });
  });

  it.each([
    ['immediate', 'recoverable', 'recoverable'],
    ['recoverable', 'immediate', 'recoverable'],
    ['plan', 'immediate', 'plan'],
    ['immediate', undefined, 'immediate'],
  ] satisfies [Mode, Mode | undefined, Mode][])('under %s and asking for %s is carried out as %s', (policyMode, askedMode, mode) => {
    expect(admit(arrival({ askedMode }), aPolicy({ mode: policyMode }), NOW)).toMatchObject({ fact: { mode } });
  });

  it('H60: is not recorded by a plan run, so that the same event can be carried out afterwards', () => {
    const planned = foldOf(admit(arrival({ askedMode: 'plan' }), POLICY, NOW));
    expect(planned?.events).toEqual([]);
    const settledPlan = planned === null ? aSaga() : settled(after(planned, NOW, { type: 'Planned', plan: aPlan() }), 'planned');
    const again = admit(arrival({ generations: [settledPlan] }), POLICY, NOW);
    expect(again).toMatchObject({ kind: 'reopened', fact: { type: 'Reopened', mode: 'immediate', event: arrival().event } });
    expect(foldOf(again)).toMatchObject({ state: 'received', mode: 'immediate', plan: null, events: [arrival().event] });
  });
});

describe('a plan run', () => {
  it('is asked for whatever the policy and the event say', () => {
    expect(admit(arrival({ planOnly: true, askedMode: 'immediate' }), POLICY, NOW)).toMatchObject({ kind: 'opened', fact: { mode: 'plan', planFor: 'immediate', event: null } });
  });

  it.each([
    ['immediate', undefined, 'immediate'],
    ['immediate', 'plan', 'immediate'],
    ['immediate', 'recoverable', 'recoverable'],
    ['recoverable', 'plan', 'recoverable'],
    ['recoverable', 'immediate', 'recoverable'],
    ['plan', undefined, 'recoverable'],
    ['plan', 'immediate', 'recoverable'],
  ] satisfies [Mode, Mode | undefined, Mode][])('under %s and asking for %s plans what a run in %s mode would do', (policyMode, askedMode, planFor) => {
    expect(plannedMode(policyMode, askedMode)).toBe(planFor);
    expect(admit(arrival({ planOnly: true, askedMode }), aPolicy({ mode: policyMode }), NOW)).toMatchObject({ fact: { planFor } });
  });
});

describe('a plan run beside real sagas', () => {
  const plan = aSaga({ mode: 'plan', event: null });
  const more = named({ secretNames: ['new'] });

  it.each(['refused', 'parked'] as const)('leaves a saga that is %s to its event, and plans beside it', (state) => {
    const real = settled(aSaga(), state);
    expect(admit(arrival({ event: anEventName(), planOnly: true, generations: [real] }), POLICY, NOW)).toMatchObject({
      kind: 'opened',
      fact: { sagaId: real.sagaId.replace('#1', '#2'), mode: 'plan', after: real.sagaId },
    });
  });

  it('H11: does not keep a later event from joining the saga that is open', () => {
    const open = aSaga();
    expect(admit(arrival({ generations: [open, plan] }), POLICY, NOW)).toMatchObject({ kind: 'joined', saga: open });
  });

  it('becomes the next generation when an event names more', () => {
    expect(admit(arrival({ named: more, generations: [aSaga(), settled(plan, 'planned')] }), POLICY, NOW)).toMatchObject({ kind: 'reopened', saga: { mode: 'plan' }, fact: { mode: 'immediate' } });
  });

  it('is carried out by an event even when it was cut short before its plan was made', () => {
    expect(admit(arrival({ generations: [plan] }), POLICY, NOW)).toMatchObject({ kind: 'reopened', saga: plan, fact: { mode: 'immediate', event: { id: 'evt-0002' } } });
  });
});

describe('an event for an instance whose saga is open', () => {
  const wanted = { names: ['app-db'], stages: [['shared', 'reader-7']], copies: ['16'] } as const;
  const open = aSaga({ request: aRequest(wanted) });
  const asking = (more: Readonly<Record<string, unknown>>): Admission => admit(arrival({ named: named(more), generations: [open] }), POLICY, NOW);

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['nothing', {}],
    ['a name it knows', { secretNames: ['app-db'] }],
    ['a stage it knows', { stages: [{ secretName: 'shared', stage: 'reader-7' }] }],
    ['a copy it knows', { copies: [{ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretId: '16' }] }],
  ])('H11: joins it when it asks for %s', (_what, more) => {
    const admission = asking(more);
    expect(admission).toMatchObject({ kind: 'joined', fact: { type: 'EventJoined', at: NOW, event: { id: 'evt-0002' } } });
    expect(foldOf(admission)?.events.map(({ id }) => id)).toEqual(['evt-0001', 'evt-0002']);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['another name', { secretNames: ['app-db', 'new'] }],
    ['another stage', { stages: [{ secretName: 'shared', stage: 'reader-8' }] }],
    ['the same stage of another secret', { stages: [{ secretName: 'other', stage: 'reader-7' }] }],
    ['another copy', { copies: [{ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretId: '17' }] }],
    ['the same copy id in another namespace', { copies: [{ cloud: 'alibaba', region: 'cn-beijing', namespaceId: 'cn-beijing', secretId: '16' }] }],
  ])('opens the next generation, to follow it, when it asks for %s', (_what, more) => {
    expect(asking(more)).toMatchObject({ kind: 'opened', fact: { sagaId: open.sagaId.replace('#1', '#2'), after: open.sagaId } });
  });

  it('H11: joins it when it asks for one of several that it knows', () => {
    const several = aSaga({ request: aRequest({ names: ['a', 'b'], stages: [['shared', 'x'], ['shared', 'y']], copies: ['16', '17'] }) });
    const asked = named({ stages: [{ secretName: 'shared', stage: 'y' }], copies: [{ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretId: '17' }] });
    expect(admit(arrival({ named: asked, generations: [several] }), POLICY, NOW).kind).toBe('joined');
  });

  it('in plan mode changes nothing about it', () => {
    expect(admit(arrival({ askedMode: 'plan', generations: [open] }), POLICY, NOW)).toEqual({ kind: 'known', saga: open });
  });
});

describe('the same event again', () => {
  const again = { event: anEventName() };

  it.each(['gone', 'restored', 'compensation-failed'] as const)('H11: gets the stored result of a saga that is %s', (state) => {
    const saga = settled(aSaga(), state);
    expect(admit(arrival({ ...again, generations: [saga] }), POLICY, NOW)).toEqual({ kind: 'known', saga });
  });

  it('H11: gets the open saga', () => {
    const saga = aSaga();
    expect(admit(arrival({ ...again, generations: [saga] }), POLICY, NOW)).toEqual({ kind: 'known', saga });
  });

  it.each(['refused', 'parked'] as const)('reopens a saga that is %s, under the policy as it is now', (state) => {
    const admission = admit(arrival({ ...again, generations: [settled(aSaga(), state)] }), aPolicy({ mode: 'recoverable' }), NOW);
    expect(admission).toMatchObject({ kind: 'reopened', fact: { type: 'Reopened', mode: 'recoverable', event: null } });
    expect(foldOf(admission)).toMatchObject({ state: 'received', reason: null, finishedAt: null, mode: 'recoverable', events: [anEventName()] });
  });

  describe('when it only joined', () => {
    const joining = anEventName({ id: 'evt-0002', time: OPENED + HOUR });
    const careful = aSaga({ mode: 'recoverable', request: aRequest({ names: ['x', 'y'], stages: [['shared', 'reader-7']], copies: ['16'] }) });
    const parked = settled(after(careful, NOW, { type: 'EventJoined', event: joining }), 'parked');
    const resent = (changes: Partial<Arrival>): Admission => admit(arrival({ named: named({ secretNames: ['x'] }), event: joining, generations: [parked], ...changes }), POLICY, NOW);

    it('H11: reopens its saga for all it was opened for, with no less care than that', () => {
      expect(resent({})).toMatchObject({ kind: 'reopened', fact: { request: careful.request, mode: 'recoverable', planFor: 'recoverable', event: null } });
    });

    it('and asks for more care itself, is heard', () => {
      const immediate = settled(after(aSaga(), NOW, { type: 'EventJoined', event: joining }), 'parked');
      expect(resent({ askedMode: 'recoverable', generations: [immediate] })).toMatchObject({ kind: 'reopened', fact: { mode: 'recoverable', planFor: 'recoverable' } });
    });
  });

  describe('H16: when it is too old by now', () => {
    const tooLate = NOW + POLICY.maxEventAgeDays * DAY;

    it.each(['refused', 'parked'] as const)('does not reopen a saga that is %s: only a replay does, to plan', (state) => {
      const saga = settled(aSaga(), state);
      expect(admit(arrival({ ...again, generations: [saga] }), POLICY, tooLate)).toEqual({ kind: 'known', saga });
    });

    it('does not carry out the plan that a replay made of its saga', () => {
      const planned = settled(aSaga({ mode: 'plan' }), 'planned');
      expect(admit(arrival({ ...again, generations: [planned] }), POLICY, tooLate)).toEqual({ kind: 'known', saga: planned });
    });

    it('opens nothing that it did not open in time', () => {
      expect(admit(arrival({ ...again, generations: [] }), POLICY, tooLate)).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/^too-old: /) });
    });

    it('can be planned all the same', () => {
      expect(admit(arrival({ ...again, planOnly: true }), POLICY, tooLate)).toMatchObject({ kind: 'opened', fact: { mode: 'plan' } });
    });
  });

  it('does not reopen a refused saga that a later generation has followed', () => {
    const first = settled(aSaga(), 'refused');
    const second = aSaga({ event: anEventName({ id: 'evt-0009' }) });
    expect(admit(arrival({ ...again, generations: [first, second] }), POLICY, NOW)).toEqual({ kind: 'known', saga: first });
  });

  it.each([
    ['itself', {}, true],
    ['another source', { source: 'urn:cmdb:test' }, false],
    ['another id', { id: 'evt-0002' }, false],
    ['another part', { part: 2 }, false],
    ['itself at another time', { time: OPENED + 1 }, true],
  ] as const)('is known by source, id and part: %s is the same: %s', (_what, changes, same) => {
    expect(isSameEvent(anEventName(), anEventName(changes))).toBe(same);
  });
});

describe('another event for an instance whose saga has ended', () => {
  const gone = settled(aSaga(), 'gone');

  it.each(['gone', 'restored', 'refused', 'parked', 'compensation-failed'] as const)('opens the next generation after %s', (state) => {
    const saga = settled(aSaga(), state);
    expect(admit(arrival({ generations: [saga] }), POLICY, NOW)).toMatchObject({ kind: 'opened', fact: { sagaId: saga.sagaId.replace('#1', '#2') } });
  });

  it.each([
    [OPENED - 1, 'refused'],
    [OPENED, 'opened'],
    [OPENED + 1, 'opened'],
  ] as const)('H12: is too late when it tells of an earlier decommission than the settled one (time %i: %s)', (time, kind) => {
    expect(admit(arrival({ event: anEventName({ id: 'evt-0002', time }), generations: [gone] }), POLICY, NOW).kind).toBe(kind);
  });

  it('H12: says which saga it came too late for', () => {
    const older = admit(arrival({ event: anEventName({ id: 'evt-0000', time: OPENED - 1 }), generations: [gone] }), POLICY, NOW);
    expect(older).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/^older: .*#1/) });
  });

  it('H12: the latest of all its events counts', () => {
    const joined = settled(after(aSaga(), NOW, { type: 'EventJoined', event: anEventName({ id: 'evt-0003', time: OPENED + 2 * HOUR }) }), 'gone');
    expect(admit(arrival({ generations: [joined] }), POLICY, NOW).kind).toBe('refused');
  });
});

describe('an event as a whole', () => {
  const { maxEventAgeDays, limits } = POLICY;
  it.each([
    ['with as many instances as allowed', { time: NOW, instances: limits.instancesPerEvent }, null],
    ['with one instance too many', { time: NOW, instances: limits.instancesPerEvent + 1 }, expect.stringMatching(/^too-many-instances: .*101.*100/)],
    ['H16: of exactly the greatest age', { time: NOW - maxEventAgeDays * DAY, instances: 1 }, null],
    ['H16: a moment older than that', { time: NOW - maxEventAgeDays * DAY - 1, instances: 1 }, expect.stringMatching(/^too-old: .*14 days/)],
    ['H12: as far ahead as clocks may be apart', { time: NOW + 5 * MINUTE, instances: 1 }, null],
    ['H12: a moment further ahead', { time: NOW + 5 * MINUTE + 1, instances: 1 }, expect.stringMatching(/^in-the-future: its time is 6 minutes ahead .*UTC.*another id/)],
    ['H12: of a local time eight hours ahead, stamped Z', { time: NOW + 8 * HOUR, instances: 1 }, expect.stringMatching(/^in-the-future: its time is 480 minutes/)],
  ] as const)('%s', (_what, event, reason) => {
    expect(eventRefusal(event, POLICY, NOW)).toEqual(reason);
  });
});
