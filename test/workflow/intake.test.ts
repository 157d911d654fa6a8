import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DecommissionEvent } from '../../events/decommission.ts';
import { parseWakeUp } from '../../events/parse.ts';
import type { OpenedState } from '../../lib/adapters/sqlite/state.ts';
import { createClouds } from '../../lib/clouds/clouds.ts';
import { readCloudSettings } from '../../lib/clouds/settings.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { amend } from '../../lib/workflow/records/amend.ts';
import { type SeenEvent, readEvent } from '../../lib/workflow/records/event-store.ts';
import { listSagas } from '../../lib/workflow/records/saga-store.ts';
import { type Workflow, makeWorkflow } from '../../lib/workflow/workflow.ts';
import { stillClock } from '../contract/still-clock.ts';
import { accepted, aHuaweiInstance, anEvent } from '../events/builders.ts';
import { aPolicy, DAY } from '../saga/builders.ts';
import { aState } from './state.ts';

interface Store extends OpenedState {
  readonly workflow: Workflow;
  readonly sagas: () => Promise<Saga[]>;
  readonly seen: (event: DecommissionEvent) => Promise<SeenEvent | null>;
}

/** A workflow whose clouds are never called: taking an event in needs none. */
const aDesk = (policy: Policy = aPolicy()): Store => {
  const state = aState();
  const clouds = createClouds(readCloudSettings({ HUAWEICLOUD_SDK_AK: 'ak', HUAWEICLOUD_SDK_SK: 'sk' }), stillClock());
  const { ledger, queue, clock } = state;
  const workflow = makeWorkflow({ ledger, queue, clock, clouds, writers: null, policy, newToken: randomUUID });
  const sagas = async (): Promise<Saga[]> => {
    const found: Saga[] = [];
    for await (const { saga } of listSagas(ledger)) found.push(saga);
    return found;
  };
  return { ...state, workflow, sagas, seen: (event) => readEvent(ledger, event) };
};

const wakeUps = async ({ queue }: Store): Promise<{ sagaId: string; turn: number }[]> => {
  const received = await queue.receive('deletions', { max: 10, visibilitySeconds: 60, waitSeconds: 0 });
  return received.map(({ body }) => {
    const parsed = parseWakeUp(body);
    if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
    return parsed.value;
  });
};

const DATABASES = ['2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01', 'aaaab0f9e8d34bb7a7b5c8e6b5f1d3a7in01', 'bbbbb0f9e8d34bb7a7b5c8e6b5f1d3a7in01'] as const;
const instances = (count: number): Record<string, unknown>[] => DATABASES.slice(0, count).map((instanceId) => aHuaweiInstance({ instanceId }));
const event = (fields: Readonly<Record<string, unknown>> = {}, count = 1): DecommissionEvent => accepted(anEvent(instances(count), fields));

describe('an event that comes in', () => {
  it('opens one saga an instance, wakes each, and stands on record', async () => {
    const store = aDesk();
    await takeIn(store.workflow, event({}, 3));
    const sagas = await store.sagas();
    expect(sagas.map(({ state, turn }) => [state, turn])).toEqual([['received', 0], ['received', 0], ['received', 0]]);
    expect((await wakeUps(store)).map(({ sagaId }) => sagaId).toSorted()).toEqual(sagas.map(({ sagaId }) => sagaId).toSorted());
    expect(await store.seen(event())).toMatchObject({ source: 'urn:cmdb:prod', id: 'evt-0001', time: store.clock.now(), parts: { 1: { instances: 3, accepted: true, reason: null } } });
  });

  it('H11: delivered twice is one saga', async () => {
    const store = aDesk();
    await takeIn(store.workflow, event());
    await takeIn(store.workflow, event());
    expect(await store.sagas()).toHaveLength(1);
  });

  it('H11: delivered to ten workers at once is one saga', async () => {
    const store = aDesk();
    await Promise.all(Array.from({ length: 10 }, () => takeIn(store.workflow, event())));
    const sagas = await store.sagas();
    expect(sagas).toHaveLength(1);
    expect(sagas[0]?.events).toHaveLength(1);
  });

  it('H11: from another source about the same instance joins the open saga', async () => {
    const store = aDesk();
    await takeIn(store.workflow, event());
    await takeIn(store.workflow, event({ source: 'urn:other' }));
    expect((await store.sagas()).map(({ events }) => events.map(({ source }) => source))).toEqual([['urn:cmdb:prod', 'urn:other']]);
  });

  it('with its own time keeps it', async () => {
    const store = aDesk();
    const time = new Date(store.clock.now() - DAY).toISOString();
    await takeIn(store.workflow, event({ time }));
    expect((await store.sagas())[0]?.events[0]?.time).toBe(store.clock.now() - DAY);
  });

  it('whose saga lost its first message to a crash is woken by the next delivery', async () => {
    const store = aDesk();
    await takeIn(store.workflow, event());
    await wakeUps(store);
    await takeIn(store.workflow, event());
    expect(await wakeUps(store)).toHaveLength(1);
  });

  it('again after its saga was refused opens it again and wakes it', async () => {
    const store = aDesk();
    await takeIn(store.workflow, event());
    const [saga] = await store.sagas();
    if (saga === undefined) throw new Error('no saga');
    await amend(store.ledger, saga.sagaId, store.clock.now(), () => [{ type: 'Settled', state: 'refused', reason: 'x', at: store.clock.now() }]);
    await wakeUps(store);
    await takeIn(store.workflow, event());
    expect(await store.sagas()).toMatchObject([{ state: 'received', reason: null }]);
    expect(await wakeUps(store)).toMatchObject([{ sagaId: saga.sagaId, turn: 2 }]);
  });
});

it('H11: delivered again to two workers at once, an event opens its refused saga again once, and takes nothing from whoever works on it by then', async () => {
  const store = aDesk();
  await takeIn(store.workflow, event());
  const [saga] = await store.sagas();
  if (saga === undefined) throw new Error('no saga');
  await amend(store.ledger, saga.sagaId, store.clock.now(), () => [{ type: 'Settled', state: 'refused', reason: 'x', at: store.clock.now() }]);
  let looked = 0;
  const overtaken: Workflow = {
    ...store.workflow,
    ledger: {
      ...store.ledger,
      read: async (kind, id) => {
        looked += id === saga.sagaId ? 1 : 0;
        if (id === saga.sagaId && looked === 2) {
          await takeIn(store.workflow, event());
          await amend(store.ledger, saga.sagaId, store.clock.now(), () => [{ type: 'Blocked', blockers: [], at: store.clock.now() }]);
        }
        return store.ledger.read(kind, id);
      },
    },
  };
  await takeIn(overtaken, event());
  expect(looked).toBeGreaterThan(2);
  expect(await store.sagas()).toMatchObject([{ state: 'received', turn: 2, blockedSince: store.clock.now() }]);
});

it('an event of which one instance comes too late is accepted for the others, and says so however often it is delivered', async () => {
  const store = aDesk();
  await takeIn(store.workflow, event());
  const [saga] = await store.sagas();
  if (saga === undefined) throw new Error('no saga');
  await amend(store.ledger, saga.sagaId, store.clock.now(), () => [{ type: 'Settled', state: 'gone', reason: null, at: store.clock.now() }]);
  const both = event({ id: 'evt-0000', time: new Date(store.clock.now() - DAY).toISOString() }, 2);
  expect([await takeIn(store.workflow, both), await takeIn(store.workflow, both)]).toEqual([
    { accepted: true, reason: null },
    { accepted: true, reason: null },
  ]);
  expect((await store.sagas()).map(({ state }) => state).toSorted()).toEqual(['gone', 'received']);
});

describe('an event that makes no saga', () => {
  it.each<[string, DecommissionEvent, RegExp]>([
    ['H16: too old', event({ time: '2026-01-01T00:00:00Z' }), /^too-old/],
    ['H12: dated in the future', event({ time: '2999-01-01T00:00:00Z' }), /^in-the-future/],
    ['of too many instances', event({}, 3), /^too-many-instances/],
  ])('%s: stands on record with the reason', async (_what, refused, reason) => {
    const store = aDesk(aPolicy({ limits: { instancesPerEvent: 2 } }));
    await takeIn(store.workflow, refused);
    expect(await store.sagas()).toEqual([]);
    expect((await store.seen(refused))?.parts['1']).toMatchObject({ accepted: false, reason: expect.stringMatching(reason) });
  });

  it('the answer stands: the same event again is not judged anew', async () => {
    const store = aDesk(aPolicy({ limits: { instancesPerEvent: 2 } }));
    await takeIn(store.workflow, event({}, 3));
    await takeIn({ ...store.workflow, policy: aPolicy() }, event({}, 3));
    expect(await store.sagas()).toEqual([]);
  });

  it('the same source and id with other data is refused, and the first answer stands', async () => {
    const store = aDesk();
    await takeIn(store.workflow, event());
    await takeIn(store.workflow, event({}, 2));
    expect(await store.sagas()).toHaveLength(1);
    expect((await store.seen(event()))?.parts['1']).toMatchObject({ accepted: true, instances: 1 });
  });

  it('the same source and id with other data at the same moment is refused too', async () => {
    const store = aDesk();
    const judged = await Promise.all([takeIn(store.workflow, event()), takeIn(store.workflow, event({}, 2))]);
    expect(judged).toMatchObject([{ accepted: true }, { accepted: false, reason: expect.stringMatching(/^event-id-reused/) }]);
    expect(await store.sagas()).toHaveLength(1);
  });

  it('H16: without a time of its own is as old as its first delivery, whose worker may have died before any saga stood', async () => {
    const store = aDesk();
    const { ledger } = store.workflow;
    const crashing: Workflow = { ...store.workflow, ledger: { ...ledger, write: (item) => (item.kind === 'saga' ? Promise.reject(new Error('crashed')) : ledger.write(item)) } };
    await expect(takeIn(crashing, event())).rejects.toThrow('crashed');
    store.clock.advance(15 * DAY);
    expect(await takeIn(store.workflow, event())).toMatchObject({ accepted: false, reason: expect.stringMatching(/^too-old/) });
    expect(await store.sagas()).toEqual([]);
  });

  it('H12: older than what was settled since is refused with that reason', async () => {
    const store = aDesk();
    await takeIn(store.workflow, event());
    const [saga] = await store.sagas();
    if (saga === undefined) throw new Error('no saga');
    await amend(store.ledger, saga.sagaId, store.clock.now(), () => [{ type: 'Settled', state: 'gone', reason: null, at: store.clock.now() }]);
    const older = event({ id: 'evt-0000', time: new Date(store.clock.now() - DAY).toISOString() });
    await takeIn(store.workflow, older);
    expect((await store.seen(older))?.parts['1']).toMatchObject({ accepted: false, reason: expect.stringMatching(/^older/) });
    expect(await store.sagas()).toHaveLength(1);
  });
});

const part = (index: number, more: Readonly<Record<string, unknown>> = {}): DecommissionEvent =>
  accepted(anEvent([aHuaweiInstance({ instanceId: DATABASES[index - 1] })], { part: { index, count: 3, ...more } }));

describe('a part of a split event', () => {
  it('is recorded by itself, under the one event', async () => {
    const store = aDesk();
    await takeIn(store.workflow, part(1));
    await takeIn(store.workflow, part(2));
    await takeIn(store.workflow, part(2));
    expect(Object.keys((await store.seen(part(1)))?.parts ?? {})).toEqual(['1', '2']);
    expect(await store.sagas()).toHaveLength(2);
  });

  it('is held against the cap on the whole, as far as it says', async () => {
    const store = aDesk(aPolicy({ limits: { instancesPerEvent: 2 } }));
    await takeIn(store.workflow, part(1, { instances: 3 }));
    expect(await store.sagas()).toEqual([]);
  });

  it('is held against the cap with the parts before it, where it does not say', async () => {
    const store = aDesk(aPolicy({ limits: { instancesPerEvent: 2 } }));
    for (const index of [1, 2, 3]) await takeIn(store.workflow, part(index));
    expect(await store.sagas()).toHaveLength(2);
    expect((await store.seen(part(3)))?.parts['3']).toMatchObject({ accepted: false, reason: expect.stringMatching(/^too-many-instances/) });
  });

  it('H18: is held against the cap with the parts that come at the same moment', async () => {
    const store = aDesk(aPolicy({ limits: { instancesPerEvent: 2 } }));
    const judged = await Promise.all([1, 2, 3].map((index) => takeIn(store.workflow, part(index))));
    expect(judged.filter(({ accepted: taken }) => !taken)).toMatchObject([{ reason: 'too-many-instances: the event names 3, the policy allows 2' }]);
    expect(await store.sagas()).toHaveLength(2);
  });

  it('H11: keeps its answer when it is delivered twice at once and the parts after it go beyond the cap', async () => {
    const store = aDesk(aPolicy({ limits: { instancesPerEvent: 1 } }));
    const judged = await Promise.all([1, 2, 1].map((index) => takeIn(store.workflow, part(index))));
    expect(judged.map(({ accepted: taken }) => taken)).toEqual([true, false, true]);
    expect((await store.seen(part(1)))?.parts).toMatchObject({ 1: { accepted: true }, 2: { accepted: false } });
    expect(await store.sagas()).toHaveLength(1);
  });
});

describe('H60: a plan run', () => {
  it('records no event, so that the same one can be run afterwards', async () => {
    const store = aDesk();
    await takeIn(store.workflow, event(), { planOnly: true });
    expect(await store.seen(event())).toBeNull();
    expect(await store.sagas()).toMatchObject([{ mode: 'plan', planFor: 'immediate', events: [] }]);
  });

  it('of a policy in plan mode records none either', async () => {
    const store = aDesk(aPolicy({ mode: 'plan' }));
    await takeIn(store.workflow, event());
    expect(await store.seen(event())).toBeNull();
  });
});
