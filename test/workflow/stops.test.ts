import { describe, expect, it } from 'vitest';
import { SagaId } from '../../events/messages.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { needOf } from '../../lib/workflow/needs/needs.ts';
import { amend } from '../../lib/workflow/records/amend.ts';
import { readControls, setHold, setPause } from '../../lib/workflow/records/controls.ts';
import { readSaga } from '../../lib/workflow/records/saga-store.ts';
import { approve, hold, pause, release, resume } from '../../lib/workflow/stops/stops.ts';
import { type Target, parseTarget } from '../../lib/workflow/stops/targets.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { INSTANCE, NAMESPACE, PROJECT, type World, aPolicy, aWorld, anEvent, interfering, plantNewer, rds } from './world.ts';

const DAY = 86_400;
const SAGA = `huawei:cn-north-4:${PROJECT}:RDS:${INSTANCE}#1`;
const aHold = { reason: 'wait for the audit', until: null, by: 'operator' };
const linked = (name: string) => ({ name, projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' as const } });
const targetOf = (text: string): Target => {
  const target = parseTarget(text);
  if (target === null) throw new Error(`no target: ${text}`);
  return target;
};
const changes = (world: World): string[] => world.csms.journal().map(({ operation }) => operation).filter((operation) => !/^(List|Show)/.test(operation));
const sagaIn = async ({ ledger }: Workflow) => {
  const stored = await readSaga(ledger, SagaId.parse(SAGA));
  if (stored === null) throw new Error('no saga');
  return stored.saga;
};

/** A world with one saga that soaks in quarantine. */
const soaking = async (policy = aPolicy({ mode: 'recoverable' })): Promise<World> => {
  const world = await aWorld({ secrets: [linked('db-1'), { name: 'named', projectId: PROJECT }] }, policy);
  await world.run([anEvent([rds({ secretNames: ['named'] })])]);
  return world;
};

it.each([
  { text: SAGA, kind: 'saga' },
  { text: INSTANCE, kind: 'instance' },
  { text: `alibaba/${NAMESPACE}`, kind: 'instance' },
  { text: `huawei/${PROJECT}/db-1`, kind: 'secret' },
  { text: `huawei/${PROJECT}/a name out of form`, kind: 'secret' },
  { text: `alibaba/${NAMESPACE}/16`, kind: 'secret' },
])('$text is a target: $kind', ({ text, kind }) => {
  expect(parseTarget(text)).toEqual({ kind, key: text });
});

it.each(['', 'db-1', `huawei/${PROJECT}`, `huawei/${PROJECT}/`, `huawei/nothex/db-1`, `alibaba/${NAMESPACE}/sixteen`, `alibaba/${NAMESPACE}/1/2`, `google/${PROJECT}/db-1`, `${INSTANCE}0`])(
  '%j is no target',
  (text) => {
    expect(parseTarget(text)).toBeNull();
  },
);

it.each([SAGA, INSTANCE, `huawei/${PROJECT}/db-1`, `huawei/${PROJECT}/named`])('H63: a hold on %s stops a soaking saga for good, and it turns back before its date', async (text) => {
  const world = await soaking();
  const stop = await hold(world.workflow, targetOf(text), aHold);
  expect(stop).toMatchObject({ answer: 'effective', sagas: [{ sagaId: SAGA }] });
  expect(stop.erasesAt).toBeGreaterThan(world.workflow.clock.now() + 6 * DAY * 1_000);
  await world.run();
  expect((await sagaIn(world.workflow)).wait?.why).toBe('held: wait for the audit');
  const [saga] = await world.run([], 10 * DAY);
  expect(saga?.state).toBe('restored');
  expect(changes(world)).toEqual(['DeleteSecretForSchedule', 'DeleteSecretForSchedule', 'RestoreSecret', 'RestoreSecret']);
  expect(world.csms.state().secrets.map(({ name, state }) => `${name} ${state}`).sort()).toEqual(['db-1 ENABLED', 'named ENABLED']);
});

it('H63: a hold on a namespace keeps a database’s copy in it, and says which saga it concerns', async () => {
  const copy = { cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretId: '16' };
  const world = await aWorld({ secrets: [linked('db-1'), { name: 'db-1_copy', id: '16', namespaceId: NAMESPACE }] }, aPolicy({ mode: 'recoverable' }));
  await world.run([anEvent([rds({ copies: [copy] })])]);
  expect(await hold(world.workflow, targetOf(`alibaba/${NAMESPACE}`), aHold)).toMatchObject({ answer: 'effective', sagas: [{ sagaId: SAGA }] });
  const [saga] = await world.run([], 10 * DAY);
  expect(saga?.state).toBe('restored');
  expect(world.sae.state().secrets.map(({ id }) => id)).toEqual(['16']);
});

it('a released saga goes on as if nothing had been, and both are in its journal', async () => {
  const world = await soaking();
  await hold(world.workflow, targetOf(SAGA), aHold);
  await world.run();
  expect(await release(world.workflow, targetOf(SAGA))).toMatchObject({ lifted: aHold, sagas: [{ sagaId: SAGA, hold: null }] });
  expect(needOf(await sagaIn(world.workflow), await readControls(world.workflow.ledger), world.workflow.clock.now(), [])).toBeNull();
  const [saga] = await world.run([], 40 * DAY);
  expect(saga?.state).toBe('gone');
});

it('a saga that two holds concern stays held when one of them is lifted', async () => {
  const world = await soaking();
  await hold(world.workflow, targetOf(INSTANCE), aHold);
  await hold(world.workflow, targetOf(`huawei/${PROJECT}/db-1`), { ...aHold, reason: 'mine' });
  expect(await release(world.workflow, targetOf(INSTANCE))).toMatchObject({ sagas: [{ hold: { reason: 'mine' } }] });
  const [saga] = await world.run([], 10 * DAY);
  expect(saga?.state).toBe('restored');
});

it('a hold that came before the instance was ever named stops its saga before anything is touched', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  expect(await hold(world.workflow, targetOf(INSTANCE), aHold)).toEqual({ answer: 'effective', sagas: [], newer: [], erasesAt: null });
  const [saga] = await world.run([anEvent([rds()])], DAY);
  expect(saga).toMatchObject({ state: 'planned', reason: 'held: wait for the audit' });
  expect(changes(world)).toEqual([]);
});

it('while a call has no reply yet, a hold and a pause say that it may be under way', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ mode: 'recoverable' }));
  const { workflow } = world;
  const answers: string[] = [];
  const watched = interfering(world, async () => answers.push((await hold(workflow, targetOf(SAGA), aHold)).answer, (await pause(workflow, aHold)).answer));
  await takeIn(workflow, anEvent([rds()]));
  await workOff(watched, { v: 1, sagaId: SagaId.parse(SAGA), turn: 0 }, { remainingMs: () => 60_000 });
  expect(answers).toEqual(['a call may be under way', 'a call may be under way']);
  expect((await sagaIn(workflow)).hold).toEqual(aHold);
  expect(changes(world)).toEqual(['DeleteSecretForSchedule']);
});

it('H27: a hold that comes in while a call is under way does not lose its reply, so that the call is not made again', async () => {
  // Nothing but the reply could tell what a batch-delete of this type erased.
  const gauss = { instanceType: 'GaussDB' };
  const world = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT, instance: { id: INSTANCE, type: 'GaussDB' } }] }, aPolicy({ unseenTypes: ['GaussDB'] }));
  const { workflow } = world;
  await takeIn(workflow, anEvent([rds(gauss)]));
  const sagaId = SagaId.parse(SAGA.replace(':RDS:', ':GaussDB:'));
  await workOff(interfering(world, () => hold(workflow, targetOf(sagaId), aHold)), { v: 1, sagaId, turn: 0 }, { remainingMs: () => 60_000 });
  await release(workflow, targetOf(sagaId));
  const [saga] = await world.run([], DAY);
  expect(saga).toMatchObject({ state: 'gone', secrets: [{ name: 'db-1', outcome: 'deleted' }] });
  expect(changes(world)).toEqual(['BatchDeleteSecrets']);
});

/** The workflow of a world in which somebody does something the moment after a call's intent was written. */
const afterAnIntent = ({ workflow }: World, act: () => Promise<unknown>): Workflow => {
  const { ledger } = workflow;
  let acted = false;
  return {
    ...workflow,
    ledger: {
      ...ledger,
      write: async (item) => {
        const answer = await ledger.write(item);
        if (acted || !item.body.includes('CallIntended')) return answer;
        acted = true;
        await act();
        return answer;
      },
    },
  };
};

const PAST_ITS_INTENT: readonly (readonly [what: string, act: (workflow: Workflow) => Promise<unknown>])[] = [
  ['a pause', ({ ledger }) => setPause(ledger, aHold)],
  ['a hold on the saga', ({ ledger }) => setHold(ledger, SAGA, aHold)],
  ['a hold on the instance', ({ ledger }) => setHold(ledger, INSTANCE, aHold)],
  ['a hold on the secret', ({ ledger }) => setHold(ledger, `huawei/${PROJECT}/db-1`, aHold)],
  ['an undo', ({ ledger, clock }) => amend(ledger, SagaId.parse(SAGA), clock.now(), () => [{ type: 'UndoRequested', at: clock.now(), by: 'operator' }])],
];

it.each(PAST_ITS_INTENT)('H63: %s on record before the call but after its intent stops the call', async (_what, act) => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ mode: 'recoverable' }));
  await takeIn(world.workflow, anEvent([rds()]));
  await workOff(afterAnIntent(world, () => act(world.workflow)), { v: 1, sagaId: SagaId.parse(SAGA), turn: 0 }, { remainingMs: () => 60_000 });
  expect(changes(world)).toEqual([]);
  expect((await sagaIn(world.workflow)).attempt).toBeNull();
});

describe('H63: a hold on the secret of a stage', () => {
  const shared = targetOf(`huawei/${PROJECT}/shared`);
  const seed = { secrets: [{ name: 'shared', projectId: PROJECT, stages: ['reader-7'] }] };
  const asked = () => anEvent([rds({ stages: [{ secretName: 'shared', stage: 'reader-7' }] })]);

  it('stops the saga that is to remove the stage, until it is released', async () => {
    const world = await aWorld(seed, aPolicy({ mode: 'recoverable' }));
    await world.run([asked()]);
    expect(await hold(world.workflow, shared, aHold)).toMatchObject({ answer: 'effective', sagas: [{ sagaId: SAGA }] });
    await world.run([], 10 * DAY);
    expect((await sagaIn(world.workflow)).wait?.why).toBe('held: wait for the audit');
    expect(changes(world)).toEqual([]);
    await release(world.workflow, shared);
    const [saga] = await world.run([], 10 * DAY);
    expect(saga).toMatchObject({ state: 'gone', stages: [{ outcome: 'deleted' }] });
  });

  it('on record before the call but after its intent stops the call', async () => {
    const world = await aWorld(seed);
    await takeIn(world.workflow, asked());
    await workOff(afterAnIntent(world, () => setHold(world.workflow.ledger, shared.key, aHold)), { v: 1, sagaId: SagaId.parse(SAGA), turn: 0 }, { remainingMs: () => 60_000 });
    expect(changes(world)).toEqual([]);
    expect((await sagaIn(world.workflow)).attempt).toBeNull();
  });
});

describe('H32: beside a saga that a newer Probate wrote', () => {
  it('hold and release do what they can for the others, and name it', async () => {
    const world = await soaking();
    const newer = await plantNewer(world.workflow);
    const held = { answer: 'a call may be under way', sagas: [{ sagaId: SAGA }], newer: [newer] };
    expect(await hold(world.workflow, targetOf(INSTANCE), aHold)).toMatchObject(held);
    expect(await sagaIn(world.workflow)).toMatchObject({ hold: aHold });
    expect(await release(world.workflow, targetOf(INSTANCE))).toMatchObject({ lifted: aHold, sagas: [{ sagaId: SAGA }], newer: [newer] });
    expect(await sagaIn(world.workflow)).toMatchObject({ hold: null });
  });

  it('pause and resume do what they can for the others, and name it', async () => {
    const world = await soaking();
    const newer = await plantNewer(world.workflow);
    expect(await pause(world.workflow, aHold)).toMatchObject({ answer: 'a call may be under way', sagas: [{ sagaId: SAGA }], newer: [newer] });
    expect(await resume(world.workflow)).toMatchObject({ lifted: aHold, newer: [newer] });
  });
});

it('H63: a pause stops every saga where it stands, lets its date be honoured, and resume lets it go on', async () => {
  const world = await soaking(aPolicy({ mode: 'recoverable', soakSeconds: DAY }));
  await pause(world.workflow, aHold);
  const [paused] = await world.run([], 3 * DAY);
  expect(paused).toMatchObject({ state: 'quarantined', reason: 'paused: wait for the audit' });
  expect(await resume(world.workflow)).toMatchObject({ lifted: aHold, keysOpened: 0, sagas: [{ sagaId: SAGA }] });
  const [saga] = await world.run([], 30 * DAY);
  expect(saga?.state).toBe('gone');
});

it('H63: a pause in the last hour before a quarantine runs out turns it back at once', async () => {
  const world = await soaking();
  const [running] = await world.run([], 7 * DAY - 3_000);
  expect(running?.state).toBe('verifying');
  await pause(world.workflow, aHold);
  const [saga] = await world.run([], 300);
  expect(saga).toMatchObject({ state: 'restored', reason: 'paused while its recovery window ran out' });
  expect(world.csms.state().secrets.map(({ state }) => state)).toEqual(['ENABLED', 'ENABLED']);
});

it('resume opens a key that a bad signature closed, and what waited for it goes on', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  const refuse = await fetch(`${world.csms.endpoint}/_emulator/faults`, {
    method: 'POST',
    body: JSON.stringify({ rules: [{ match: { operation: '*' }, times: 1, effect: { status: 401, body: { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication information' } } }] }),
  });
  expect(refuse.status).toBe(200);
  const [waiting] = await world.run([anEvent([rds()])]);
  expect(waiting?.reason).toMatch(/^credentials-refused/);
  expect(await resume(world.workflow)).toMatchObject({ keysOpened: 1, sagas: [{ sagaId: SAGA }] });
  const [saga] = await world.run();
  expect(saga?.state).toBe('gone');
});

it('an approval is of one digest: the plan at hand goes on with it, another is refused with the digest of now', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ requireApproval: true }));
  const [waiting] = await world.run([anEvent([rds()])]);
  const sagaId = SagaId.parse(SAGA);
  expect(await approve(world.workflow, sagaId, 'sha256:other', 'operator')).toMatchObject({ kind: 'refused', why: `its plan is now ${waiting?.planDigest}` });
  expect(await approve(world.workflow, sagaId, waiting?.planDigest ?? '', 'operator')).toMatchObject({ kind: 'approved' });
  expect(await approve(world.workflow, sagaId, waiting?.planDigest ?? '', 'operator')).toMatchObject({ kind: 'already-approved' });
  const [saga] = await world.run();
  expect(saga?.state).toBe('gone');
  expect(await approve(world.workflow, sagaId, waiting?.planDigest ?? '', 'operator')).toMatchObject({ kind: 'refused', why: 'it is gone and waits for no approval' });
});

it('an approval is for a saga that waits for one; every other is told what it does instead', async () => {
  const world = await soaking();
  const { plan } = await sagaIn(world.workflow);
  expect(await approve(world.workflow, SagaId.parse(SAGA), plan?.digest ?? '', 'operator')).toMatchObject({ kind: 'refused', why: 'it waits for no approval: it is quarantined (soak)', remedy: expect.stringContaining('npx probate status') });
  expect((await sagaIn(world.workflow)).approvedDigest).toBeNull();
});
