import { expect, it } from 'vitest';
import { QUEUE_NAMES, SagaId } from '../../events/messages.ts';
import { parseWakeUp } from '../../events/parse.ts';
import type { NoticeDigest, Notifier } from '../../lib/ports/notifier.ts';
import type { Observation } from '../../lib/ports/telemetry.ts';
import { noteNeed } from '../../lib/workflow/needs/notices.ts';
import { tellNeeds } from '../../lib/workflow/needs/tell-needs.ts';
import { amend } from '../../lib/workflow/records/amend.ts';
import { readSaga } from '../../lib/workflow/records/saga-store.ts';
import { replay } from '../../lib/workflow/replay/replay.ts';
import { hold } from '../../lib/workflow/stops/stops.ts';
import { type Swept, sweep } from '../../lib/workflow/sweep/sweep.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import { wake } from '../../lib/workflow/wake-up.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { INSTANCE, PROJECT, type World, aPolicy, aWorld, anEvent, rds } from './world.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const SAGA = SagaId.parse(`huawei:cn-north-4:${PROJECT}:RDS:${INSTANCE}#1`);
const TIME_LEFT = { remainingMs: () => 60_000 };
const ENDS = 'its quarantine is about to end: what it purges then can no longer be restored';
const linked = (name: string, instance = INSTANCE) => ({ name, projectId: PROJECT, instance: { id: instance, type: 'RDS' as const } });
const SOAKS = aPolicy({ mode: 'recoverable', soakSeconds: 3 * DAY });

const swept = (workflow: Workflow, notifier: Notifier | null): Promise<Swept> => sweep(workflow, { intervalSeconds: 300, timeLeft: TIME_LEFT, look: { when: 'due', acceptShrink: false }, notifier });

/** Somebody who writes down why they were told. */
const listener = (): Notifier & { readonly heard: string[]; readonly digests: NoticeDigest[] } => {
  const digests: NoticeDigest[] = [];
  const heard: string[] = [];
  const tell = async (digest: NoticeDigest): Promise<void> => {
    digests.push(digest);
    heard.push(...digest.notices.map(({ because }) => because));
  };
  return { digests, heard, tell };
};

const REFUSES_TO_CANCEL = { rules: [{ match: { operation: 'RestoreSecret' }, effect: { status: 403, body: { error_code: 'CSMS.0302', error_msg: 'Access denied.' } } }] };

const soaking = async (policy = SOAKS): Promise<World> => {
  const world = await aWorld({ secrets: [linked('db-1')] }, policy);
  const [saga] = await world.run([anEvent([rds()])]);
  expect(saga?.state).toBe('quarantined');
  return world;
};

it('a quarantine about to end is told once, from a day before, however many sweeps come by', async () => {
  const world = await soaking();
  const somebody = listener();
  for (let hour = 0; hour < 71; hour += 1) {
    await swept(world.workflow, somebody);
    expect(somebody.heard).toHaveLength(hour < 48 ? 0 : 1);
    world.advance(HOUR);
  }
  expect(somebody.digests).toMatchObject([{ more: 0, notices: [{ sagaId: SAGA, urgency: 'soon', because: ENDS, until: expect.any(Number), commands: [`npx probate hold '${SAGA}'`, `npx probate undo '${SAGA}'`] }] }]);
});

it('a saga that went back to its plan has another quarantine, which is told of its own', async () => {
  const world = await soaking();
  const somebody = listener();
  world.advance(2 * DAY + HOUR);
  await swept(world.workflow, somebody);
  await fetch(`${world.csms.endpoint}/_emulator/seed`, { method: 'POST', body: JSON.stringify({ secrets: [linked('late')] }) });
  expect(await world.run([], DAY)).toMatchObject([{ state: 'quarantined' }]);
  await swept(world.workflow, somebody);
  expect(somebody.heard).toEqual([ENDS]);
  world.advance(2 * DAY + HOUR);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await swept(world.workflow, somebody);
  expect(somebody.heard).toEqual([ENDS, ENDS]);
});

it('a saga that is parked again for the same reason is told again, once', async () => {
  const gateway = rds({ instanceId: '0123456789abcdef0123456789abcdef', instanceType: 'APIG' });
  const world = await aWorld({}, aPolicy({ unseenTypes: ['APIG'] }));
  const somebody = listener();
  const [parked] = await world.run([anEvent([gateway])]);
  expect(parked).toMatchObject({ state: 'parked', reason: expect.stringContaining('nothing-seen') });
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await swept(world.workflow, somebody);
  expect(somebody.heard).toHaveLength(1);
  world.advance(60);
  await replay(world.workflow, { filters: [], by: 'operator', why: 'look again', dryRun: false }, TIME_LEFT);
  expect(await world.run()).toMatchObject([{ state: 'parked' }]);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await swept(world.workflow, somebody);
  expect(somebody.heard).toEqual([parked?.reason, parked?.reason]);
});

it('two sweeps at the same moment tell nothing twice', async () => {
  const world = await soaking();
  world.advance(2 * DAY + HOUR);
  const somebody = listener();
  const told = await Promise.all([1, 2, 3].map(() => tellNeeds(world.workflow, somebody)));
  expect(told.reduce((sum, one) => sum + one.told, 0)).toBe(1);
  expect(somebody.heard).toEqual([ENDS]);
});

it('a sweep that dies after telling leaves its notices to one a quarter of an hour later, and loses none', async () => {
  const world = await soaking();
  world.advance(2 * DAY + HOUR);
  const somebody = listener();
  let died = false;
  const { ledger } = world.workflow;
  const dying: Workflow = { ...world.workflow, ledger: { ...ledger, write: (item) => (died ? Promise.reject(new Error('died')) : ledger.write(item)) } };
  const lastWords: Notifier = {
    tell: async (digest) => {
      await somebody.tell(digest);
      died = true;
    },
  };
  await expect(tellNeeds(dying, lastWords)).rejects.toThrow('died');
  world.advance(600);
  expect(await tellNeeds(world.workflow, somebody)).toEqual({ told: 0, trouble: null, newer: null });
  world.advance(301);
  expect(await tellNeeds(world.workflow, somebody)).toEqual({ told: 1, trouble: null, newer: null });
  expect(await tellNeeds(world.workflow, somebody)).toEqual({ told: 0, trouble: null, newer: null });
});

it('what comes up while another thing is being told is told next', async () => {
  const world = await soaking();
  const { workflow } = world;
  world.advance(2 * DAY + HOUR);
  await fetch(`${world.csms.endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify(REFUSES_TO_CANCEL) });
  const somebody = listener();
  const interrupted: Notifier = {
    tell: async (digest) => {
      await somebody.tell(digest);
      await amend(workflow.ledger, SAGA, workflow.clock.now(), () => [{ type: 'UndoRequested', by: 'operator', at: workflow.clock.now() }]);
      expect(await world.run([], HOUR)).toMatchObject([{ state: 'compensation-failed' }]);
    },
  };
  await tellNeeds(workflow, interrupted);
  expect(await tellNeeds(workflow, somebody)).toEqual({ told: 1, trouble: null, newer: null });
  expect(await tellNeeds(workflow, somebody)).toEqual({ told: 0, trouble: null, newer: null });
  expect(somebody.digests.map(({ notices }) => notices.map(({ urgency }) => urgency))).toEqual([['soon'], ['now']]);
});

it('H38: what a saga ends in is told, though a sweep wrote on its notice in the moment it was noted', async () => {
  const world = await soaking();
  const { workflow } = world;
  const { ledger, clock } = workflow;
  world.advance(2 * DAY + HOUR);
  const { promise: isSettled, resolve: settled } = Promise.withResolvers<null>();
  let noted = Promise.resolve();
  const interrupted: Notifier = {
    tell: async () => {
      const ended = await amend(ledger, SAGA, clock.now(), () => [{ type: 'Settled', state: 'compensation-failed', reason: 'not-cancelled', at: clock.now() }]);
      if (ended === null) throw new Error('no saga');
      const { promise: isRead, resolve: read } = Promise.withResolvers<null>();
      const slow: Workflow['ledger'] = {
        ...ledger,
        write: async (item) => {
          read(null);
          await isSettled;
          return ledger.write(item);
        },
      };
      noted = noteNeed(slow, ended.stored.saga, clock.now());
      await isRead;
    },
  };
  expect(await tellNeeds(workflow, interrupted)).toMatchObject({ told: 1 });
  settled(null);
  await noted;
  const somebody = listener();
  expect(await tellNeeds(workflow, somebody)).toMatchObject({ told: 1 });
  expect(somebody.digests).toMatchObject([{ notices: [{ urgency: 'now', because: 'not-cancelled' }] }]);
});

it('H38: a cancellation that keeps failing is told once, with its date and while there is time, and goes on being tried', async () => {
  const world = await soaking();
  const { workflow } = world;
  const faults = (rules: readonly unknown[]): Promise<unknown> => fetch(`${world.csms.endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ rules }) });
  await faults([{ match: { operation: 'RestoreSecret' }, effect: { status: 503, body: {} } }]);
  await amend(workflow.ledger, SAGA, workflow.clock.now(), () => [{ type: 'UndoRequested', by: 'operator', at: workflow.clock.now() }]);
  const somebody = listener();
  for (let hour = 0; hour < 12; hour += 1) {
    expect(await world.run([], HOUR)).toMatchObject([{ state: 'compensating' }]);
    await swept(workflow, somebody);
  }
  expect(somebody.digests).toMatchObject([{ notices: [{ urgency: 'now', because: expect.stringMatching(/^not-cancelled: .* failed 8 times/), until: expect.any(Number), commands: [`npx probate undo '${SAGA}'`, `npx probate status '${SAGA}'`] }] }]);
  await faults([]);
  expect(await world.run([], 2 * HOUR)).toMatchObject([{ state: 'restored' }]);
});

it('what somebody holds is no news to them: a held quarantine turns back in time and is not told as about to end', async () => {
  const world = await soaking();
  await hold(world.workflow, { kind: 'instance', key: INSTANCE }, { reason: 'CHG-7', until: null, by: 'operator' });
  const somebody = listener();
  for (let day = 0; day < 7; day += 1) {
    await world.run([], 0);
    await swept(world.workflow, somebody);
    world.advance(DAY - HOUR);
  }
  expect(await world.run([], 2 * HOUR)).toMatchObject([{ state: 'restored' }]);
  await swept(world.workflow, somebody);
  expect(somebody.heard).toEqual([expect.stringContaining('held')]);
});

it('a digest holds fifty lines and counts the rest; all of it is told with one', async () => {
  const many = Array.from({ length: 60 }, (_, index) => `${(index + 1).toString(16).padStart(32, '0')}in01`);
  const world = await aWorld({ secrets: many.map((instance, index) => linked(`db-${index}`, instance)) }, SOAKS);
  await world.run([anEvent(many.map((instanceId) => rds({ instanceId })))]);
  world.advance(2 * DAY + HOUR);
  const somebody = listener();
  for (let sweeps = 0; sweeps < 2; sweeps += 1) await swept(world.workflow, somebody);
  expect(somebody.digests.map(({ notices, more }) => [notices.length, more])).toEqual([[50, 10]]);
});

it('a sweep by hand beside a deployed one tells nobody and leaves the notices to that one', async () => {
  const world = await soaking();
  world.advance(2 * DAY + HOUR);
  expect(await swept(world.workflow, null)).toMatchObject({ told: 0, untold: null });
  const somebody = listener();
  await swept(world.workflow, somebody);
  expect(somebody.heard).toEqual([ENDS]);
});

it('a notifier that fails fails no sweep: an operator is told so, and the same is told with the next one', async () => {
  const world = await soaking();
  world.advance(2 * DAY + HOUR);
  const told: Observation[] = [];
  const watched: Workflow = { ...world.workflow, telemetry: { tell: (observation) => void told.push(observation) } };
  expect(await swept(watched, { tell: () => Promise.reject(new Error('no such topic')) })).toMatchObject({ told: 0, untold: 'no such topic' });
  expect(told).toContainEqual({ kind: 'nobody-told', cause: 'no such topic' });
  const somebody = listener();
  expect(await swept(watched, somebody)).toMatchObject({ told: 1, untold: null });
  expect(somebody.heard).toEqual([ENDS]);
});

/** Works off what is ready, as a worker that takes no more than its ledger does; answers how it died. */
const workUntilDeath = async (workflow: Workflow): Promise<string> => {
  for (;;) {
    const received = (await Promise.all(QUEUE_NAMES.map(async (name) => (await workflow.queue.receive(name, { max: 1, visibilitySeconds: 360, waitSeconds: 0 })).map((message) => ({ name, message }))))).flat();
    if (received.length === 0) return 'alive';
    for (const { name, message } of received) {
      const parsed = parseWakeUp(message.body);
      if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
      const death = await workOff(workflow, parsed.value, TIME_LEFT).then(() => null, String);
      if (death !== null) return death;
      await workflow.queue.acknowledge(name, [message.receipt]);
    }
  }
};

it('H38: a worker that dies between the last write of a saga and its notice loses no alarm: the message that comes again notes it', async () => {
  const world = await soaking();
  const { workflow } = world;
  await fetch(`${world.csms.endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify(REFUSES_TO_CANCEL) });
  const amended = await amend(workflow.ledger, SAGA, workflow.clock.now(), () => [{ type: 'UndoRequested', by: 'operator', at: workflow.clock.now() }]);
  if (amended !== null) await wake(workflow.queue, amended.stored.saga, 0);
  const dying: Workflow = { ...workflow, ledger: { ...workflow.ledger, write: (item) => (item.kind === 'notice' ? Promise.reject(new Error('died')) : workflow.ledger.write(item)) } };
  expect(await workUntilDeath(dying)).toBe('Error: died');
  expect((await readSaga(workflow.ledger, SAGA))?.saga.state).toBe('compensation-failed');
  const somebody = listener();
  expect(await swept(workflow, somebody)).toMatchObject({ sent: 0, told: 0 });
  world.advance(361);
  expect(await workUntilDeath(workflow)).toBe('alive');
  await swept(workflow, somebody);
  expect(somebody.digests.map(({ notices }) => notices.map(({ urgency, sagaId }) => [urgency, sagaId]))).toEqual([[['now', SAGA]]]);
});
