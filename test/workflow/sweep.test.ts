import { describe, expect, it } from 'vitest';
import { SagaId } from '../../events/messages.ts';
import { parseEvent } from '../../events/parse.ts';
import type { NoticeDigest } from '../../lib/ports/notifier.ts';
import type { Observation, Subject } from '../../lib/ports/telemetry.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { amend } from '../../lib/workflow/records/amend.ts';
import { NewerSaga } from '../../lib/workflow/records/saga-store.ts';
import { hold, pause, release, resume } from '../../lib/workflow/stops/stops.ts';
import { parseTarget } from '../../lib/workflow/stops/targets.ts';
import { sendDue } from '../../lib/workflow/sweep/due.ts';
import { listFindings } from '../../lib/workflow/sweep/findings.ts';
import { type Sweep, type Swept, sweep } from '../../lib/workflow/sweep/sweep.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import type { Seed } from '../../local/emulators/seed.ts';
import { INSTANCE, NAMESPACE, PROJECT, type World, aPolicy, aWorld, anEvent, plantNewer, rds } from './world.ts';

const DAY = 86_400;
const SAGA = SagaId.parse(`huawei:cn-north-4:${PROJECT}:RDS:${INSTANCE}#1`);
const TIME_LEFT = { remainingMs: () => 60_000 };
const linked = (name: string, instance = INSTANCE) => ({ name, projectId: PROJECT, instance: { id: instance, type: 'RDS' as const } });
const unlinked = (name: string) => ({ name, projectId: PROJECT });

const swept = (workflow: Workflow, changes: Partial<Sweep> = {}): Promise<Swept> =>
  sweep(workflow, { intervalSeconds: 300, timeLeft: TIME_LEFT, look: { when: 'now', acceptShrink: false }, notifier: { tell: () => Promise.resolve() }, ...changes });

const plant = async (world: World, seed: Seed): Promise<void> => {
  const answer = await fetch(`${world.csms.endpoint}/_emulator/seed`, { method: 'POST', body: JSON.stringify(seed) });
  expect(answer.status).toBe(200);
};

const fault = async (world: World, rules: readonly unknown[]): Promise<void> =>
  expect((await fetch(`${world.csms.endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ rules }) })).status).toBe(200);

const findings = async ({ ledger }: Workflow): Promise<string[]> => (await listFindings(ledger)).map(({ kind, name, linked: isLinked }) => `${kind} ${name}${isLinked ? '' : ' (not linked)'}`);
const changes = (world: World): string[] => world.csms.journal().map(({ operation }) => operation).filter((operation) => !/^(List|Show)/.test(operation));

/** A world in which one instance is settled and gone. */
const settled = async (policy = aPolicy(), besides: Seed['secrets'] = []): Promise<World> => {
  const world = await aWorld({ secrets: [linked('db-1'), unlinked('named'), unlinked('other'), ...(besides ?? [])] }, policy);
  const [saga] = await world.run([anEvent([rds({ secretNames: ['named'] })])]);
  expect(saga?.state).toBe('gone');
  return world;
};

it('H48: a far date is sent with its exact delay once it lies within two intervals, and not before', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ mode: 'recoverable' }));
  await world.run([anEvent([rds()])]);
  const { workflow } = world;
  const soakUntil = workflow.clock.now() + 6 * DAY * 1_000;
  world.advance(6 * DAY - 700);
  expect(await sendDue(workflow, 600, TIME_LEFT)).toBe(0);
  world.advance(200);
  expect(await sendDue(workflow, 600, TIME_LEFT)).toBe(1);
  const { nextAt, delayed } = await workflow.queue.depth('deletions');
  expect(delayed).toBe(1);
  expect(Math.abs((nextAt ?? 0) - soakUntil)).toBeLessThan(10_000);
});

it('H48: two sweeps at the same moment send one wake-up, and a later one none, until its message must have been lost', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ mode: 'recoverable' }));
  await world.run([anEvent([rds()])]);
  const { workflow } = world;
  world.advance(6 * DAY);
  const both = await Promise.all([sendDue(workflow, 600, TIME_LEFT), sendDue(workflow, 600, TIME_LEFT)]);
  expect(both.toSorted((a, b) => a - b)).toEqual([0, 1]);
  expect(await sendDue(workflow, 600, TIME_LEFT)).toBe(0);
  world.advance(600);
  expect(await sendDue(workflow, 600, TIME_LEFT)).toBe(1);
});

it('H56: after a missed week everything that fell due is caught up with in one sweep, however much it is', async () => {
  const many = Array.from({ length: 130 }, (_, index) => rds({ instanceId: `${(index + 1).toString(16).padStart(32, '0')}in01` }));
  const world = await aWorld({}, aPolicy({ limits: { instancesPerEvent: 1_000 }, requireApproval: false }));
  const { workflow } = world;
  await takeIn(workflow, anEvent(many));
  for (;;) {
    const lost = await workflow.queue.receive('deletions', { max: 10, visibilitySeconds: 60, waitSeconds: 0 });
    if (lost.length === 0) break;
    await workflow.queue.acknowledge('deletions', lost.map(({ receipt }) => receipt));
  }
  world.advance(7 * DAY);
  expect(await sendDue(workflow, 600, TIME_LEFT)).toBe(130);
  const sagas = await world.run();
  expect(sagas.filter(({ state }) => state === 'gone')).toHaveLength(130);
});

describe('H32: sagas that a newer Probate wrote', () => {
  const newerAndOurs = async (count: number): Promise<World> => {
    const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ mode: 'recoverable' }));
    await world.run([anEvent([rds()])]);
    for (let number = 0; number < count; number += 1) await plantNewer(world.workflow, number);
    return world;
  };

  it.each([1, 250])('keep no other one from being woken, and are told of loudly, be they %i', async (count) => {
    const world = await newerAndOurs(count);
    world.advance(6 * DAY);
    await expect(sendDue(world.workflow, 600, TIME_LEFT)).rejects.toThrow(NewerSaga);
    const { ready, delayed } = await world.workflow.queue.depth('deletions');
    expect(ready + delayed).toBe(1);
  });

  it('keep people from hearing of no other one, and the sweep fails in the end', async () => {
    const world = await newerAndOurs(1);
    const { ledger, clock } = world.workflow;
    await ledger.write({ kind: 'notice', id: await plantNewer(world.workflow, 1), version: 1, body: JSON.stringify({ noted: 'something', told: [] }), wakeAt: clock.now() });
    world.advance(5.5 * DAY);
    const digests: NoticeDigest[] = [];
    const sweeps = (): Promise<Swept> => swept(world.workflow, { notifier: { tell: async (digest) => void digests.push(digest) } });
    await expect(sweeps()).rejects.toThrow(NewerSaga);
    await expect(sweeps()).rejects.toThrow(NewerSaga);
    expect(digests.map(({ notices }) => notices.map(({ sagaId }) => sagaId))).toEqual([[SAGA]]);
  });

  it('leave what there is to be told of them to whoever can read them', async () => {
    const world = await newerAndOurs(0);
    const { ledger, clock } = world.workflow;
    const newer = await plantNewer(world.workflow);
    const before = { kind: 'notice', id: newer, version: 1, body: JSON.stringify({ noted: 'something', told: [] }), wakeAt: clock.now() } as const;
    await ledger.write(before);
    await expect(swept(world.workflow)).rejects.toThrow(NewerSaga);
    const { body, wakeAt } = (await ledger.read('notice', newer)) ?? {};
    expect([body, (wakeAt ?? Infinity) - clock.now() <= 900_000]).toEqual([before.body, true]);
  });
});

it('a sweep without time left sends nothing rather than half', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ mode: 'recoverable' }));
  await world.run([anEvent([rds()])]);
  world.advance(6 * DAY);
  expect(await sendDue(world.workflow, 600, { remainingMs: () => 1_000 })).toBe(0);
});

it('H49: a secret that came back or appeared late is reported and left alone, whether linked or merely of the same name', async () => {
  const world = await settled();
  await plant(world, { secrets: [linked('db-1'), linked('late'), unlinked('named')] });
  const before = changes(world).length;
  expect(await swept(world.workflow)).toMatchObject({ looked: [{ trouble: null }], events: [] });
  expect((await findings(world.workflow)).sort()).toEqual(['late late', 'returned db-1', 'returned named (not linked)']);
  await world.run([], 2 * DAY);
  expect(changes(world)).toHaveLength(before);
  expect(await world.sagas()).toHaveLength(1);
});

it('H56: a secret that only a sweep found, the event missed, is told once to an operator with its saga, linked or by name alone', async () => {
  const world = await settled();
  const told: { observation: Observation; about: Subject | null }[] = [];
  const watched: Workflow = { ...world.workflow, telemetry: { tell: (observation, about) => void told.push({ observation, about }) } };
  const found = (): string[] => told.flatMap(({ observation: one, about }) => (one.kind === 'found' ? [`${one.how} ${one.linked ? 'linked' : 'by name'} ${about?.sagaId === SAGA && about.events.length === 1 ? 'of its saga' : ''}`] : []));
  await swept(watched);
  expect(found()).toEqual([]);
  await plant(world, { secrets: [linked('late'), unlinked('named')] });
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await swept(watched);
  expect(found().sort((a, b) => a.localeCompare(b))).toEqual(['late linked of its saga', 'returned by name of its saga']);
  await plant(world, { secrets: [linked('db-1')] });
  await swept(watched);
  expect(found()).toHaveLength(3);
  expect(told.filter(({ observation }) => observation.kind === 'called').map(({ observation }) => observation)).toContainEqual(expect.objectContaining({ operation: 'list', verdict: { kind: 'done' } }));
});

it('H56: a saga whose message was lost is told as woken late, with how late; one that a sweep wakes in time is not', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ mode: 'recoverable' }));
  await world.run([anEvent([rds()])]);
  const told: Observation[] = [];
  const telemetry = { tell: (observation: Observation): void => void told.push(observation) };
  const soakUntil = world.workflow.clock.now() + 6 * DAY * 1_000;
  world.advance(6 * DAY - 300);
  expect(await sendDue(world.workflow, 600, TIME_LEFT, telemetry)).toBe(1);
  expect(told).toEqual([]);
  const [lost] = await world.workflow.queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: 0 });
  expect(lost).toBeUndefined();
  world.advance(300 + 1_000);
  expect(await sendDue(world.workflow, 600, TIME_LEFT, telemetry)).toBe(1);
  expect(told).toEqual([{ kind: 'woken-late', lateMs: expect.any(Number) }]);
  const [late] = told;
  expect(Math.abs((late?.kind === 'woken-late' ? (late.lateMs ?? 0) : 0) - (world.workflow.clock.now() - soakUntil))).toBeLessThan(10_000);
});

it('H52: a scope that could not be read for a while is looked at again with the next sweep, not the next day', async () => {
  const world = await settled();
  const due = { when: 'due', acceptShrink: false } as const;
  await fault(world, [{ match: { operation: 'ListSecrets', nth: 1 }, effect: { status: 500, body: { error_code: 'CSMS.0001', error_msg: 'x' } }, times: 20 }]);
  expect((await swept(world.workflow, { look: due })).looked).toMatchObject([{ trouble: expect.stringContaining('could not be read whole') }]);
  await fault(world, []);
  expect((await swept(world.workflow, { look: due })).looked).toMatchObject([{ trouble: null }]);
  expect((await swept(world.workflow, { look: due })).looked).toEqual([]);
});

it('H52: a list that is not believed is told to an operator', async () => {
  const world = await settled();
  const told: Observation[] = [];
  await fault(world, [{ match: { operation: 'ListSecrets' }, effect: { status: 403, body: { error_code: 'CSMS.0302', error_msg: 'x' } } }]);
  await swept({ ...world.workflow, telemetry: { tell: (observation) => void told.push(observation) } });
  expect(told).toContainEqual({ kind: 'list-not-believed', scope: `huawei/cn-north-4/${PROJECT}`, why: 'the list could not be read whole: terminal CSMS.0302' });
});

it('a finding that went away again is none any more', async () => {
  const world = await settled();
  await plant(world, { secrets: [linked('late')] });
  await swept(world.workflow);
  await fetch(`${world.csms.endpoint}/_emulator/reset`, { method: 'POST' });
  await plant(world, { secrets: [unlinked('other')] });
  await swept(world.workflow, { look: { when: 'now', acceptShrink: true } });
  expect(await findings(world.workflow)).not.toContain('late late');
});

it('H54: what shows no link to a settled instance and bears no name of it is nobody\'s finding', async () => {
  const world = await settled();
  await plant(world, { secrets: [unlinked('generic'), linked('of-another', '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in03')] });
  await swept(world.workflow);
  expect(await findings(world.workflow)).toEqual([]);
});

it('H51: while a saga of the instance is open its secrets are that saga\'s own affair', async () => {
  const world = await settled(aPolicy({ requireApproval: false }));
  await plant(world, { secrets: [linked('db-1')] });
  await hold(world.workflow, parseTarget(INSTANCE) ?? { kind: 'instance', key: INSTANCE }, { reason: 'keep it open', until: null, by: 'operator' });
  await world.run([anEvent([rds()])]);
  // Its plan knows nothing of this one.
  await plant(world, { secrets: [linked('late')] });
  await swept(world.workflow);
  expect(await findings(world.workflow)).toEqual([]);
});

it('H52: a list that could not be read whole is not believed; the findings of before stand', async () => {
  const world = await settled();
  await plant(world, { secrets: [linked('late')] });
  await swept(world.workflow);
  await fault(world, [{ match: { operation: 'ListSecrets' }, effect: { status: 500, body: { error_code: 'CSMS.0001', error_msg: 'x' } } }]);
  expect(await swept(world.workflow)).toMatchObject({ looked: [{ trouble: expect.stringContaining('could not be read whole') }] });
  expect(await findings(world.workflow)).toEqual(['late late']);
});

it('H52: a list that shrank for no reason is not believed until a person says so', async () => {
  const besides = Array.from({ length: 10 }, (_, index) => unlinked(`other-${index}`));
  const world = await settled(aPolicy(), besides);
  await plant(world, { secrets: [linked('late')] });
  await swept(world.workflow);
  await fault(world, [{ match: { operation: 'ListSecrets' }, effect: { status: 200, body: { secrets: [], page_info: { current_count: 0, next_marker: null } } } }]);
  expect(await swept(world.workflow)).toMatchObject({ looked: [{ trouble: expect.stringMatching(/shrank from 12 secrets to 0, though only 0/) }] });
  expect(await findings(world.workflow)).toEqual(['late late']);
  expect(await swept(world.workflow, { look: { when: 'now', acceptShrink: true } })).toMatchObject({ looked: [{ trouble: null, findings: [] }] });
  expect(await findings(world.workflow)).toEqual([]);
});

it('H52: nor is what a saga has deleted that is still to prove it', async () => {
  const other = '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in07';
  const world = await settled(aPolicy({ verify: { firstDelaySeconds: 0, intervalSeconds: 100 } }), Array.from({ length: 8 }, (_, index) => linked(`theirs-${index}`, other)));
  expect(await swept(world.workflow)).toMatchObject({ looked: [{ trouble: null }] });
  const sagas = await world.run([anEvent([rds({ instanceId: other })])], 0);
  expect(sagas.map(({ state }) => state).toSorted()).toEqual(['gone', 'verifying']);
  world.advance(11);
  expect(await swept(world.workflow)).toMatchObject({ looked: [{ trouble: null }] });
});

it('H52: what Probate deleted itself is no shrinking', async () => {
  const other = '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in07';
  const world = await settled(aPolicy(), Array.from({ length: 8 }, (_, index) => linked(`theirs-${index}`, other)));
  expect(await swept(world.workflow)).toMatchObject({ looked: [{ trouble: null }] });
  await world.run([anEvent([rds({ instanceId: other })])]);
  expect(await swept(world.workflow)).toMatchObject({ looked: [{ trouble: null }] });
});

it('between two looks of a day a schedule asks no cloud for lists', async () => {
  const world = await settled();
  const due = { when: 'due', acceptShrink: false } as const;
  expect((await swept(world.workflow, { look: due })).looked).toHaveLength(1);
  expect((await swept(world.workflow, { look: due })).looked).toEqual([]);
  world.advance(DAY);
  expect((await swept(world.workflow, { look: due })).looked).toHaveLength(1);
});

it('with nothing ever settled a sweep needs no cloud at all', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  await swept(world.workflow);
  expect([...world.csms.journal(), ...world.sae.journal()]).toEqual([]);
});

const DELETING = { sweep: { deleteFindings: true } };

it('where the policy says so, a finding becomes a new event and a new generation, once, under every rail', async () => {
  const world = await settled(aPolicy(DELETING));
  await plant(world, { secrets: [linked('db-1'), linked('late'), unlinked('named')] });
  const first = await swept(world.workflow);
  const second = await swept(world.workflow);
  expect(first.events).toHaveLength(1);
  expect(second.events).toEqual(first.events);
  // A list is shared for ten seconds; the one of before does not show what came back.
  world.advance(11);
  await takeInAll(world);
  const sagas = await world.run();
  expect(sagas.map(({ sagaId, state }) => `${sagaId.split('#')[1]} ${state}`)).toEqual(['1 gone', '2 gone']);
  expect(world.csms.state().secrets.map(({ name }) => name).sort()).toEqual(['named', 'other']);
  expect((await swept(world.workflow)).events).toEqual([]);
});

it('H44: what undo or a dependency brought back is never sent by a sweep, whatever the policy says', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ ...DELETING, mode: 'recoverable' }));
  await world.run([anEvent([rds()])]);
  const amended = await amend(world.workflow.ledger, SAGA, world.workflow.clock.now(), () => [{ type: 'UndoRequested', by: 'operator', at: world.workflow.clock.now() }]);
  expect(amended?.changed).toBe(true);
  const [saga] = await world.run([], 2 * DAY);
  expect(saga?.state).toBe('restored');
  await plant(world, { secrets: [linked('late')] });
  expect(await swept(world.workflow)).toMatchObject({ events: [] });
  expect(await findings(world.workflow)).toEqual(['late late']);
});

it('H44: a held or paused finding is not sent either', async () => {
  const world = await settled(aPolicy(DELETING));
  await plant(world, { secrets: [linked('late')] });
  const secret = `huawei/${PROJECT}/late`;
  await hold(world.workflow, parseTarget(secret) ?? { kind: 'secret', key: secret }, { reason: 'mine', until: null, by: 'operator' });
  expect(await swept(world.workflow)).toMatchObject({ events: [] });
  await release(world.workflow, parseTarget(secret) ?? { kind: 'secret', key: secret });
  await pause(world.workflow, { reason: 'mine', until: null, by: 'operator' });
  expect(await swept(world.workflow)).toMatchObject({ events: [] });
  await resume(world.workflow);
  expect((await swept(world.workflow)).events).toHaveLength(1);
});

it('H44: a pause that is over by itself holds no finding up', async () => {
  const world = await settled(aPolicy(DELETING));
  await plant(world, { secrets: [linked('late')] });
  await pause(world.workflow, { reason: 'for an hour', until: world.workflow.clock.now() + 3_600_000, by: 'operator' });
  expect(await swept(world.workflow)).toMatchObject({ events: [] });
  world.advance(3_600);
  expect((await swept(world.workflow)).events).toHaveLength(1);
});

it.each([
  ['H54: that only bears the name of one it deleted', unlinked('named')],
  ['H22: that is pending deletion by somebody else already', { ...linked('late'), state: 'PENDING_DELETE', deleteAt: Date.UTC(2090, 0, 1) }],
] as const)('a finding %s is reported and never sent', async (_what, found) => {
  const world = await settled(aPolicy(DELETING));
  await plant(world, { secrets: [found] });
  expect(await swept(world.workflow)).toMatchObject({ looked: [{ findings: [{ name: found.name }] }], events: [] });
});

const takeInAll = async ({ workflow }: World): Promise<void> => {
  for (const message of await workflow.queue.receive('decommissions', { max: 10, visibilitySeconds: 60, waitSeconds: 0 })) {
    const parsed = parseEvent(message.body);
    if (parsed.kind === 'parsed') await takeIn(workflow, parsed.value);
    await workflow.queue.acknowledge('decommissions', [message.receipt]);
  }
};

it('people are told in one digest, once, most urgent first; a digest that did not go out is told again', async () => {
  const other = '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in07';
  const world = await aWorld(
    { secrets: [linked('prod-1'), linked('theirs', other)] },
    aPolicy({ mode: 'recoverable', soakSeconds: 3 * DAY, protect: { secretNames: ['prod-*'] } }),
  );
  await world.run([anEvent([rds(), rds({ instanceId: other })])]);
  world.advance(2 * DAY);
  const digests: NoticeDigest[] = [];
  const failing = { tell: () => Promise.reject(new Error('no mail today')) };
  const noting = { tell: async (digest: NoticeDigest) => void digests.push(digest) };
  expect(await swept(world.workflow, { notifier: failing })).toMatchObject({ told: 0, untold: 'no mail today' });
  expect(await swept(world.workflow, { notifier: noting })).toMatchObject({ told: 2, untold: null });
  expect(await swept(world.workflow, { notifier: noting })).toMatchObject({ told: 0 });
  expect(digests).toHaveLength(1);
  expect(digests[0]?.notices.map(({ urgency, because }) => `${urgency}: ${because}`)).toEqual([
    'soon: its quarantine is about to end: what it purges then can no longer be restored',
    'when you can: protected: secret prod-1 is protected by the policy (prod-*)',
  ]);
  const saga = (await world.run([], 40 * DAY)).find(({ instance }) => 'instanceId' in instance && instance.instanceId === other);
  expect(saga?.state).toBe('gone');
});

it('H49: a copy that is there again under its name is reported', async () => {
  const world = await aWorld({ secrets: [linked('db-1'), { name: 'copy', namespaceId: NAMESPACE, id: '16' }] });
  await world.run([anEvent([rds({ copies: [{ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretId: '16' }] })])]);
  await fetch(`${world.sae.endpoint}/_emulator/seed`, { method: 'POST', body: JSON.stringify({ secrets: [{ name: 'copy', namespaceId: NAMESPACE, id: '17' }] }) });
  await swept(world.workflow);
  expect(await findings(world.workflow)).toEqual(['returned copy (not linked)']);
});
