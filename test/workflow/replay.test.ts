import { expect, it } from 'vitest';
import { eventMessage } from '../../events/split.ts';
import type { Ledger } from '../../lib/ports/ledger.ts';
import type { Observation, Subject } from '../../lib/ports/telemetry.ts';
import { NewerSaga, listSagas, readJournal } from '../../lib/workflow/records/saga-store.ts';
import { drainDeadLetters } from '../../lib/workflow/replay/dead-letters.ts';
import { parseFilter, passes } from '../../lib/workflow/replay/parked-filters.ts';
import { listParkedThings } from '../../lib/workflow/replay/parked-things.ts';
import { parkMessage, listParked, readParkedBody } from '../../lib/workflow/replay/parked.ts';
import { type Replay, replay } from '../../lib/workflow/replay/replay.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { INSTANCE, PROJECT, aPolicy, aWorld, anEvent, rds } from './world.ts';

const DAY = 86_400;
const TIME_LEFT = { remainingMs: () => 60_000 };
const linked = (name: string) => ({ name, projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' as const } });
const asked = (changes: Partial<Replay> = {}): Replay => ({ filters: [], by: 'operator', why: 'the cause is mended', dryRun: false, ...changes });
const fates = async (workflow: Workflow, changes: Partial<Replay> = {}) => (await replay(workflow, asked(changes), TIME_LEFT)).things.map(({ fate }) => fate);

const buried = async ({ queue }: Workflow, body: string): Promise<void> => {
  await queue.send('decommissions', [{ body, delaySeconds: 0 }]);
  const [message] = await queue.receive('decommissions', { max: 1, visibilitySeconds: 60, waitSeconds: 0 });
  if (message !== undefined) await queue.deadLetter('decommissions', message, 'received 5 times and never worked off');
};

const rows = async ({ ledger }: Workflow) => {
  const found = [];
  for await (const row of listParked(ledger)) found.push(row);
  return found;
};

const facts = async ({ ledger }: Workflow): Promise<string[]> => {
  const told: string[] = [];
  for await (const stored of listSagas(ledger)) {
    for await (const { fact } of readJournal(ledger, stored)) if (fact.type === 'Reopened') told.push(`${fact.type} ${fact.by} as ${fact.mode}`);
  }
  return told;
};

it('a dead letter becomes a row with its reason and attempts, and its queue is empty afterwards', async () => {
  const { workflow } = await aWorld({});
  await buried(workflow, '{"not":"an event"}');
  expect(await drainDeadLetters(workflow, TIME_LEFT)).toBe(1);
  expect((await rows(workflow)).map(({ message }) => message)).toMatchObject([{ queue: 'decommissions', reason: 'received 5 times and never worked off', attempts: 1, body: '{"not":"an event"}' }]);
  expect((await workflow.queue.depth('decommissions')).deadLetters).toBe(0);
});

it('a dead letter that becomes a row is told, with what it was about', async () => {
  const { workflow } = await aWorld({});
  await buried(workflow, eventMessage(anEvent([rds()], { id: 'evt-dead' })));
  const told: { observation: Observation; about: Subject | null }[] = [];
  await drainDeadLetters({ ...workflow, telemetry: { tell: (observation, about) => void told.push({ observation, about }) } }, TIME_LEFT);
  expect(told).toMatchObject([{ observation: { kind: 'message-parked', queue: 'decommissions' }, about: { events: [{ id: 'evt-dead' }], instance: { instanceId: INSTANCE } } }]);
});

const crash = (): Promise<never> => Promise.reject(new Error('crashed'));

it.each<[string, (workflow: Workflow) => Pick<Workflow, 'queue' | 'ledger'>]>([
  ['after writing a row and before emptying the queue makes no second row', ({ queue, ledger }) => ({ ledger, queue: { ...queue, removeDead: crash } })],
  ['before its row was written leaves the letter in its queue', ({ queue, ledger }) => ({ queue, ledger: { ...ledger, write: crash } })],
])('H17: a drain that crashed %s', async (_what, crashing) => {
  const world = await aWorld({});
  const { workflow } = world;
  await buried(workflow, 'poison');
  await expect(drainDeadLetters({ ...workflow, ...crashing(workflow) }, TIME_LEFT)).rejects.toThrow('crashed');
  world.advance(61);
  expect(await drainDeadLetters(workflow, TIME_LEFT)).toBe(1);
  expect(await rows(workflow)).toHaveLength(1);
});

it('a drain without time left begins no batch, whose letters would be hidden for a minute', async () => {
  const { workflow } = await aWorld({});
  await buried(workflow, 'poison');
  expect(await drainDeadLetters(workflow, { remainingMs: () => 10_000 })).toBe(0);
  expect(await drainDeadLetters(workflow, { remainingMs: () => 10_001 })).toBe(1);
});

it('an event that was given up is sent round again whole, and is parked no more', async () => {
  const { workflow, csms, ...world } = await aWorld({ secrets: [linked('db-1')] });
  const event = anEvent([rds()]);
  await buried(workflow, eventMessage(event));
  await drainDeadLetters(workflow, TIME_LEFT);
  expect(await fates(workflow, { dryRun: true })).toEqual([{ kind: 'sent' }]);
  expect((await workflow.queue.depth('decommissions')).ready).toBe(0);
  expect(await fates(workflow)).toEqual([{ kind: 'sent' }]);
  const [message] = await workflow.queue.receive('decommissions', { max: 1, visibilitySeconds: 60, waitSeconds: 0 });
  expect(message?.body).toBe(eventMessage(event));
  expect(await rows(workflow)).toEqual([]);
  expect(await fates(workflow)).toEqual([]);
  expect(await world.sagas()).toEqual([]);
  expect(csms.journal()).toEqual([]);
});

it('a message lost between its sending and the mark is sent again, never lost', async () => {
  const { workflow } = await aWorld({});
  await buried(workflow, eventMessage(anEvent([rds()])));
  await drainDeadLetters(workflow, TIME_LEFT);
  const crashing: Workflow = { ...workflow, ledger: { ...workflow.ledger, write: () => Promise.reject(new Error('crashed')) } };
  await expect(replay(crashing, asked(), TIME_LEFT)).rejects.toThrow('crashed');
  expect((await workflow.queue.depth('decommissions')).ready).toBe(1);
  expect(await fates(workflow)).toEqual([{ kind: 'sent' }]);
});

it('H16: an event older than the policy allows comes back as a plan only, and its sending is on record', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  const { workflow } = world;
  await parkMessage(workflow.ledger, { queue: 'decommissions', body: eventMessage(anEvent([rds()], { time: '2020-01-01T00:00:00Z' })), messageId: 'old', attempts: 5 }, 'given up', 0);
  expect(await fates(workflow)).toEqual([{ kind: 'planned' }]);
  const [saga] = await world.run();
  expect(saga).toMatchObject({ state: 'planned', mode: 'plan', secrets: [{ name: 'db-1', outcome: 'kept' }] });
  expect(await rows(workflow)).toEqual([]);
  const row = await workflow.ledger.read('parked', 'decommissions/old');
  expect(row?.body).toContain('"by":"operator"');
});

it('H16: an event that says no time is as old as its message, and comes back as a plan once that is too old', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  await buried(world.workflow, eventMessage(anEvent([rds()])));
  await drainDeadLetters(world.workflow, TIME_LEFT);
  world.advance(15 * DAY);
  expect(await fates(world.workflow, { dryRun: true })).toEqual([{ kind: 'planned' }]);
  expect(await fates(world.workflow)).toEqual([{ kind: 'planned' }]);
  expect(await world.run()).toMatchObject([{ state: 'planned', mode: 'plan' }]);
});

it('H16: an event that a later decommission of the same instance has overtaken comes back as a plan only', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  const { workflow } = world;
  const at = (days: number): string => new Date(workflow.clock.now() - days * DAY * 1_000).toISOString();
  await parkMessage(workflow.ledger, { queue: 'decommissions', body: eventMessage(anEvent([rds()], { time: at(3) })), messageId: 'earlier', attempts: 5 }, 'given up', workflow.clock.now());
  await world.run([anEvent([rds()], { time: at(1) })]);
  expect(await fates(workflow, { dryRun: true })).toEqual([{ kind: 'planned' }]);
  expect(await fates(workflow)).toEqual([{ kind: 'planned' }]);
  expect((await workflow.queue.depth('decommissions')).ready).toBe(0);
  expect((await world.run()).map(({ state, mode }) => `${state} ${mode}`)).toEqual(['gone immediate', 'planned plan']);
});

it('an old event that not even a plan may be made of stays parked, with the rail that forbids it', async () => {
  const world = await aWorld({}, aPolicy({ limits: { instancesPerEvent: 1 } }));
  const two = anEvent([rds(), rds({ instanceId: '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in07' })], { time: '2020-01-01T00:00:00Z' });
  await parkMessage(world.workflow.ledger, { queue: 'decommissions', body: eventMessage(two), messageId: 'two', attempts: 5 }, 'given up', 0);
  expect(await fates(world.workflow)).toMatchObject([{ kind: 'stays', why: expect.stringContaining('too-many-instances') }]);
  expect(await rows(world.workflow)).toHaveLength(1);
});

it('a refused saga is reopened with who and why in its journal, and goes on under the policy of today', async () => {
  const world = await aWorld({ secrets: [linked('prod-1')] }, aPolicy({ protect: { secretNames: ['prod-*'] } }));
  const [refused] = await world.run([anEvent([rds()])]);
  expect(refused?.state).toBe('refused');
  const mended = { ...world.workflow, policy: aPolicy() };
  expect(await fates(mended)).toEqual([{ kind: 'reopened' }]);
  expect(await facts(world.workflow)).toEqual(['Reopened operator: the cause is mended as immediate']);
});

it('H16: a saga parked longer ago than events may be old is only planned anew', async () => {
  const world = await aWorld({ secrets: [linked('prod-1')] }, aPolicy({ protect: { secretNames: ['prod-*'] } }));
  await world.run([anEvent([rds()])]);
  world.advance(15 * 86_400);
  expect(await fates({ ...world.workflow, policy: aPolicy() })).toEqual([{ kind: 'planned' }]);
  expect(await facts(world.workflow)).toEqual(['Reopened operator: the cause is mended as plan']);
});

it('H16: a parked saga that a later generation has followed is not reopened', async () => {
  const world = await aWorld({ secrets: [linked('prod-1')] }, aPolicy({ protect: { secretNames: ['prod-*'] } }));
  await world.run([anEvent([rds()])]);
  await world.run([anEvent([rds()])]);
  const mended = { ...world.workflow, policy: aPolicy() };
  expect(await fates(mended, { dryRun: true })).toMatchObject([{ kind: 'stays', why: expect.stringMatching(/#2 came after it$/) }, { kind: 'reopened' }]);
  expect(await fates(mended)).toMatchObject([{ kind: 'stays' }, { kind: 'reopened' }]);
  expect(await facts(world.workflow)).toHaveLength(1);
});

it('H62: a wake-up from a later turn than the ledger knows stays parked, since the ledger is an old copy', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ mode: 'recoverable' }));
  const [saga] = await world.run([anEvent([rds()])]);
  const body = JSON.stringify({ v: 1, sagaId: saga?.sagaId, turn: 9_999 });
  await parkMessage(world.workflow.ledger, { queue: 'probate-prod-deletions', body, messageId: 'm', attempts: 5 }, 'given up', 0);
  expect(await fates(world.workflow)).toMatchObject([{ kind: 'stays', why: expect.stringContaining('the ledger is older than this message') }]);
  expect(await rows(world.workflow)).toHaveLength(1);
});

it('a wake-up of a turn that is long over is put away without being sent', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ mode: 'recoverable' }));
  const [saga] = await world.run([anEvent([rds()])]);
  await parkMessage(world.workflow.ledger, { queue: 'probate-prod-deletions', body: JSON.stringify({ v: 1, sagaId: saga?.sagaId, turn: 0 }), messageId: 'm', attempts: 5 }, 'given up', 0);
  expect(await fates(world.workflow)).toEqual([{ kind: 'obsolete' }]);
  expect(await rows(world.workflow)).toEqual([]);
});

it('what no queue could work off stays parked with the reason, whatever is asked', async () => {
  const { workflow } = await aWorld({});
  await parkMessage(workflow.ledger, { queue: 'decommissions', body: 'not JSON', messageId: 'm', attempts: 1 }, 'is not JSON', 0);
  expect(await fates(workflow)).toMatchObject([{ kind: 'stays', why: expect.stringContaining('is not JSON') }]);
});

it('only what passes every filter is touched', async () => {
  const { workflow } = await aWorld({});
  for (const id of ['evt-a', 'evt-b']) await parkMessage(workflow.ledger, { queue: 'decommissions', body: eventMessage(anEvent([rds()], { id })), messageId: id, attempts: 5 }, 'given up', workflow.clock.now());
  const filters = [
    { key: 'event', pattern: '*-b' },
    { key: 'queue', pattern: 'decommissions' },
  ] as const;
  expect(await fates(workflow, { filters })).toEqual([{ kind: 'sent' }]);
  expect((await rows(workflow)).map(({ id }) => id)).toEqual(['decommissions/evt-a']);
});

it('many things come up ten a second, in order', async () => {
  const { workflow } = await aWorld({});
  for (let count = 0; count < 25; count += 1) await parkMessage(workflow.ledger, { queue: 'decommissions', body: eventMessage(anEvent([rds()])), messageId: `m${count}`, attempts: 5 }, 'given up', workflow.clock.now());
  await fates(workflow);
  expect(await workflow.queue.depth('decommissions')).toMatchObject({ ready: 10, delayed: 15 });
});

it('what there is no time left for is counted and stays as it is, for the next replay', async () => {
  const { workflow } = await aWorld({});
  for (let count = 0; count < 3; count += 1) await parkMessage(workflow.ledger, { queue: 'decommissions', body: eventMessage(anEvent([rds()])), messageId: `m${count}`, attempts: 5 }, 'given up', workflow.clock.now());
  let asks = 0;
  const twoOnly = { remainingMs: () => ((asks += 1) <= 2 ? 60_000 : 9_000) };
  expect(await replay(workflow, asked(), twoOnly)).toMatchObject({ things: [{}, {}], left: 1 });
  expect(await rows(workflow)).toHaveLength(1);
});

it('an operator is told of a saga that was reopened, as of every state one reaches', async () => {
  const world = await aWorld({ secrets: [linked('prod-1')] }, aPolicy({ protect: { secretNames: ['prod-*'] } }));
  await world.run([anEvent([rds()])]);
  const told: Observation[] = [];
  await fates({ ...world.workflow, policy: aPolicy(), telemetry: { tell: (observation) => void told.push(observation) } });
  expect(told).toEqual([{ kind: 'reached', state: 'received', from: 'refused', reason: null }]);
});

it.each([
  { filters: [{ key: 'older', pattern: '2d' }], found: ['week', 'saga'] },
  { filters: [{ key: 'newer', pattern: '90m' }], found: ['hour'] },
  { filters: [{ key: 'older', pattern: '30m' }, { key: 'newer', pattern: '2d' }], found: ['hour'] },
  { filters: [{ key: 'text', pattern: 'billing' }], found: ['week'] },
  { filters: [{ key: 'text', pattern: 'given up?*queue' }], found: ['hour'] },
  { filters: [{ key: 'text', pattern: 'prod-1' }], found: ['saga'] },
  { filters: [{ key: 'text', pattern: 'CHG-7' }], found: ['saga'] },
  { filters: [{ key: 'text', pattern: 'prod-1' }, { key: 'newer', pattern: '1d' }], found: [] },
] as const)('parked things are found by how long they wait and by what was written of them: $filters', async ({ filters, found }) => {
  const world = await aWorld({ secrets: [linked('prod-1')] }, aPolicy({ protect: { secretNames: ['prod-*'] } }));
  const { ledger, clock } = world.workflow;
  await world.run([anEvent([rds()], { data: { reason: 'CHG-7 the shop moved' } })]);
  await parkMessage(ledger, { queue: 'decommissions', body: '{"note":"billing is gone"}', messageId: 'week', attempts: 1, sentAt: clock.now() }, 'is no event', clock.now() + 6 * DAY * 1_000);
  world.advance(7 * DAY);
  await parkMessage(ledger, { queue: 'deletions', body: 'x', messageId: 'hour', attempts: 5 }, 'given up by the queue', clock.now() - 3_600_000);
  const names: string[] = [];
  for await (const thing of listParkedThings(world.workflow, world.workflow.policy)) {
    if (!(thing instanceof NewerSaga) && passes(thing, filters, clock.now())) names.push(thing.kind === 'saga' ? 'saga' : thing.row.message.messageId);
  }
  expect(names).toEqual(found);
});

it('a text longer than a row keeps is sent round whole, not what fits the row', async () => {
  const { workflow } = await aWorld({});
  const body = `"${'é😀'.repeat(150_000)}"`;
  await parkMessage(workflow.ledger, { queue: 'deletions', body, messageId: 'long', attempts: 5 }, 'given up', 0);
  const [row] = await rows(workflow);
  if (row === undefined) throw new Error('no row');
  expect(Buffer.byteLength(row.message.body)).toBeLessThanOrEqual(65_538);
  expect((await readParkedBody(workflow.ledger, row)) === body, 'the same text').toBe(true);
});

it('H17: a text of which a piece is missing is no text, never half of one', async () => {
  const { workflow } = await aWorld({});
  const { ledger } = workflow;
  await parkMessage(ledger, { queue: 'deletions', body: 'x'.repeat(150_000), messageId: 'long', attempts: 5 }, 'given up', 0);
  const [row] = await rows(workflow);
  if (row === undefined) throw new Error('no row');
  const list: Ledger['list'] = async function* firstOnly(kind, prefix) {
    for await (const item of ledger.list(kind, prefix)) {
      yield item;
      return;
    }
  };
  expect(await readParkedBody({ ...ledger, list }, row)).toBeNull();
});

it.each(['kind=message', 'queue=dele*', 'state=refused', 'older=2d', 'newer=90m', 'text=any thing = at all', 'reason=x'])('a filter written as %s is taken', (text) => {
  expect(parseFilter(text)).toEqual({ filter: { key: text.split('=')[0], pattern: text.slice(text.indexOf('=') + 1) } });
});

it.each([
  { text: 'reson=too-*', problem: 'did you mean reason?' },
  { text: 'instance', problem: 'give it as KEY=PATTERN' },
  { text: 'event=', problem: 'give a pattern after event=' },
  { text: 'colour=red', problem: 'the keys are kind, queue' },
  { text: 'kind=mesage', problem: 'did you mean message? kind is one of message, saga' },
  { text: 'state=gone', problem: 'state is one of parked, refused' },
  { text: 'queue=deletion', problem: 'did you mean deletions?' },
  { text: 'older=yesterday', problem: 'give how long after older=: 30m, 12h, 7d' },
  { text: 'odler=2d', problem: 'did you mean older?' },
])('a filter written as $text is answered with what was meant', ({ text, problem }) => {
  expect(parseFilter(text)).toMatchObject({ problem: expect.stringContaining(problem) });
});
