import { describe, expect, it } from 'vitest';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import {
  DATABASE,
  GATEWAY,
  type Ground,
  HOUR,
  MINUTE,
  NAMESPACE,
  NOW,
  PROJECT,
  REGION,
  SAE,
  SAE_REGION,
  SECOND,
  aCsmsSecret,
  aHold,
  aPlan,
  aPlannedSaga,
  aPolicy,
  aRequest,
  aSaga,
  aSight,
  after,
  anSaeSecret,
  anUnlinkedSecret,
  callOf,
  copyKey,
  decideOn,
  decideSeeing,
  factsOf,
  keyOf,
} from './builders.ts';
import { clouds, play } from './play.ts';

const request = aRequest({ names: ['app-db'], copies: ['16'] });
const seen = { csms: [aCsmsSecret('db-1'), anUnlinkedSecret('app-db')], sae: [anSaeSecret('16')] };

describe('what a saga looks at before it plans', () => {
  it('the complete list of its project and of every namespace of its copies, begun within the last ten seconds', () => {
    expect(decideOn(aSaga({ request }))).toMatchObject({
      facts: [],
      next: { do: 'look', look: { csms: true, show: [], sae: [{ region: SAE_REGION, namespaceId: NAMESPACE }], begunAfter: NOW - 10 * SECOND } },
    });
  });

  it('H10: an older list is not good enough', () => {
    expect(decideOn(aSaga(), { sight: aSight({ at: NOW - 10 * SECOND }) }).next).toMatchObject({ do: 'look', look: { csms: true } });
    expect(decideOn(aSaga(), { sight: aSight({ at: NOW - 10 * SECOND + 1 }) }).next).not.toMatchObject({ do: 'look', look: { csms: true } });
  });

  it('only its namespace, when it is a namespace', () => {
    expect(decideOn(aSaga({ instance: SAE, request: aRequest({ copies: ['16'] }) })).next).toMatchObject({ look: { csms: false, sae: [{ namespaceId: NAMESPACE }] } });
  });

  it('H4: then who else means to delete the same: what is linked is looked up, everything else is taken', () => {
    const { claimed: _unclaimed, ...sight } = aSight(seen);
    expect(decideOn(aSaga({ request }), { sight: { ...sight, claimed: null } }).next).toMatchObject({
      look: {
        csms: false,
        sae: [],
        claims: [
          { key: keyOf('db-1'), take: false },
          { key: keyOf('app-db'), take: true },
          { key: copyKey('16'), take: true },
        ],
      },
    });
  });

  it('H4: a name that is not there is claimed too', () => {
    expect(decideOn(aSaga({ request }), { sight: { ...aSight({}), claimed: null } }).next).toMatchObject({ look: { claims: [{ take: true }, { take: true }] } });
  });
});

describe('what the request alone forbids is refused before a single call is made', () => {
  it.each<[string, Ground, Readonly<Record<string, unknown>>, RegExp]>([
    ['H3: a project outside the scopes', {}, { scopes: [{ cloud: 'huawei', region: REGION, projectId: 'f'.repeat(32) }] }, /^scope/],
    ['H9: a copy outside the scopes', { request: aRequest({ copies: ['16'] }) }, { scopes: [{ cloud: 'huawei', region: REGION, projectId: PROJECT }] }, /^scope/],
    ['a type whose secrets cannot be seen', { instance: GATEWAY }, { unseenTypes: [] }, /^unseen-type/],
    ['a protected instance', {}, { protect: { instanceIds: [DATABASE] } }, /^protected/],
    ['a protected name', { request: aRequest({ names: ['prod-1'] }) }, { protect: { secretNames: ['prod-*'] } }, /^protected/],
    ['a stage of a protected name', { request: aRequest({ stages: [['prod-1', 'x']] }) }, { protect: { secretNames: ['prod-*'] } }, /^protected/],
  ])('%s', (_what, ground, policy, reason) => {
    const then = decideOn(aSaga(ground), { policy: aPolicy(policy) });
    expect(then).toMatchObject({ next: { do: 'end' }, saga: { state: 'refused', reason: expect.stringMatching(reason), finishedAt: NOW } });
  });

  it('a held secret', () => {
    const controls = { ...NO_CONTROLS, holds: { [keyOf('app-db')]: aHold() } };
    expect(decideOn(aSaga({ request }), { controls })).toMatchObject({ next: { do: 'end' }, saga: { state: 'refused', reason: expect.stringMatching(/^held: secret app-db/) } });
  });
});

describe('a plan', () => {
  it('is written before anything else happens', () => {
    const then = decideSeeing(aSaga({ request }), seen);
    expect(then.next).toEqual({ do: 'commit' });
    expect(then.saga).toMatchObject({ state: 'planned', plan: { at: NOW, secrets: [{ name: 'db-1' }, { name: 'app-db' }, { name: 'copy-16' }] } });
    expect(Object.keys(then.saga.secrets)).toEqual([keyOf('db-1'), keyOf('app-db'), copyKey('16')]);
  });

  it('that a rail forbids is refused as a whole, and stands on record', () => {
    const then = decideSeeing(aSaga({ request }), seen, { policy: aPolicy({ limits: { secretsPerInstance: 2 } }) });
    expect(factsOf(then)).toEqual(['Planned', 'Settled']);
    expect(then).toMatchObject({ next: { do: 'end' }, saga: { state: 'refused', reason: expect.stringMatching(/^too-many-secrets/) } });
  });

  it('that is more than a saga can hold is refused without a record of it, and without a call where the request alone is', () => {
    const many = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
    const linked = many('db', 150).map((name) => aCsmsSecret(name));
    const planned = decideSeeing(aSaga({ request: aRequest({ names: many('app', 51) }) }), { csms: linked });
    expect(factsOf(planned)).toEqual(['Settled']);
    expect(planned.saga).toMatchObject({ state: 'refused', reason: expect.stringMatching(/^too-large: the plan holds 201 /) });
    expect(decideOn(aSaga({ request: aRequest({ names: many('app', 201) }) }))).toMatchObject({ next: { do: 'end' }, saga: { state: 'refused' } });
  });

  it('H4: with a secret in the plan of another open saga is refused', () => {
    expect(decideSeeing(aSaga({ request }), { ...seen, claimedBy: { [keyOf('app-db')]: 'saga-2' } }).saga).toMatchObject({ state: 'refused', reason: expect.stringMatching(/^shared/) });
  });

  it('H60: of a plan run is the end of it', () => {
    const then = decideSeeing(aSaga({ request, mode: 'plan' }), seen);
    expect(then).toMatchObject({ next: { do: 'end' }, saga: { state: 'planned', reason: null, finishedAt: NOW } });
    expect(decideOn(then.saga, { occurrence: { kind: 'woken' } })).toMatchObject({ facts: [], next: { do: 'end' } });
  });

  it.each(['recoverable', 'immediate'] as const)('H60: of a plan run has the digest that a run in %s mode will have', (mode) => {
    const run = decideSeeing(aSaga({ request, mode, planFor: mode }), seen).saga;
    expect(decideSeeing(aSaga({ request, mode: 'plan', planFor: mode }), seen).saga.plan?.digest).toBe(run.plan?.digest);
  });

  it.each(['plan', 'recoverable', 'immediate'] as const)('with nothing in it ends %s mode without a call', (mode) => {
    const played = play(aSaga({ mode }), { held: clouds({ csms: [anUnlinkedSecret('stranger')] }) });
    expect(played).toMatchObject({ calls: [], saga: { state: mode === 'plan' ? 'planned' : 'gone', reason: null } });
  });
});

describe('a plan that is to be approved', () => {
  const policy = aPolicy({ requireApproval: true });
  const waiting = aPlannedSaga({ csms: seen.csms, request });

  it('waits without end until it is', () => {
    expect(decideSeeing(waiting, seen, { policy })).toMatchObject({ next: { do: 'wait' }, saga: { state: 'planned', wait: { until: null, queue: 'deletions', why: 'approval' } } });
  });

  it.each([
    ['its own digest', waiting.plan?.digest ?? '', true],
    ['another digest', 'sha256:other', false],
  ])('and is approved with %s: goes on: %s', (_what, digest, goesOn) => {
    const approved = after(waiting, NOW, { type: 'Approved', digest, by: 'a person' });
    expect(decideSeeing(approved, seen, { policy }).saga.wait?.why === 'approval').toBe(!goesOn);
  });

  it('is not held up where the policy asks for no approval', () => {
    expect(decideSeeing(waiting, seen).saga.wait).toBeNull();
  });

  it('goes on at its next wake-up once the policy asks for no approval any more', () => {
    const asked = decideSeeing(waiting, seen, { policy }).saga;
    const woken = { occurrence: { kind: 'woken' } } as const;
    expect(decideOn(asked, { ...woken, policy }).saga.wait?.why).toBe('approval');
    expect(decideOn(asked, woken).next.do).toBe('look');
  });
});

describe('the hour’s cap', () => {
  const plan = aPlan({ ...seen, request });
  const fresh = after(aSaga({ request }), NOW - MINUTE, { type: 'Planned', plan });

  it('is asked once for the secrets of a plan, by cloud', () => {
    const { next } = decideOn(fresh, { sight: { ...aSight(seen, fresh), allowance: null } });
    expect(next).toMatchObject({ do: 'look', look: { csms: false, sae: [], claims: [], allowance: { huawei: 2, alibaba: 1 } } });
  });

  it('reached, the saga waits for the next hour and says so', () => {
    const until = NOW + HOUR;
    expect(decideSeeing(fresh, { ...seen, allowance: { granted: false, until } })).toMatchObject({ next: { do: 'wait' }, saga: { wait: { until, why: 'secrets-per-hour' } } });
  });

  it('not reached, the saga goes on and never asks again for the same plan', () => {
    const then = decideSeeing(fresh, seen);
    expect(factsOf(then)[0]).toBe('AllowanceGranted');
    const again = decideOn(then.saga, { sight: { ...aSight(seen, fresh), allowance: null } });
    expect(again.next).not.toMatchObject({ look: { allowance: { huawei: 2 } } });
  });

  it('counts again when the plan is another one', () => {
    const other = after(aSaga({ request }), NOW - MINUTE, { type: 'AllowanceGranted', digest: 'sha256:other' }, { type: 'Planned', plan });
    expect(decideOn(other, { sight: { ...aSight(seen, fresh), allowance: null } }).next).toMatchObject({ look: { allowance: { huawei: 2, alibaba: 1 } } });
  });

  it('does not concern a plan without secrets', () => {
    const gateway = aSaga({ instance: GATEWAY });
    const planned = decideSeeing(gateway, {}).saga;
    expect(callOf(decideOn(planned, { now: NOW + 1, sight: { ...aSight({ at: NOW + 1 }), allowance: null } }))).toMatchObject({ op: 'batch-delete' });
  });
});

describe('a generation that follows another', () => {
  const second = aSaga({ after: aSaga().sagaId });

  it('waits while the one before is at work, and looks again whenever it is woken', () => {
    const then = decideOn(second, { previousOpen: true });
    expect(then).toMatchObject({ next: { do: 'wait' }, saga: { state: 'received', wait: { why: 'previous-generation' } } });
    expect(decideOn(then.saga, { occurrence: { kind: 'woken' }, now: NOW + 1 }).next).toMatchObject({ do: 'look' });
  });
});

describe('a list that cannot be read', () => {
  const sight = { csms: null, failure: { of: 'CSMS list', failure: { kind: 'retryable', code: 'CSMS.0001' } } } as const;

  it('H52: makes no plan: it is tried again a little later', () => {
    expect(decideSeeing(aSaga(), sight)).toMatchObject({ next: { do: 'wait' }, saga: { state: 'received', plan: null, wait: { why: expect.stringMatching(/^retry: look to plan .*CSMS\.0001/) } } });
  });

  it('H47: nor does one we may not read: the saga parks with the reason', () => {
    const denied = decideSeeing(aSaga(), { csms: null, failure: { of: 'CSMS list', failure: { kind: 'terminal', code: 'CSMS.0401' } } });
    expect(denied).toMatchObject({ next: { do: 'end' }, saga: { state: 'parked', plan: null, reason: expect.stringMatching(/CSMS\.0401/) } });
  });
});
