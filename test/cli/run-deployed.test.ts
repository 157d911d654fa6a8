import { expect, it, vi } from 'vitest';
import { exitCodeOf } from '../../cli/run/results.ts';
import { runDeployed } from '../../cli/run/run-deployed.ts';
import type { OpenedStack } from '../../cli/run/open-stack.ts';
import { BadInput } from '../../cli/terminal/bad-input.ts';
import type { Terminal } from '../../cli/terminal/terminal.ts';
import { INSTANCE, PROJECT, type World, aPolicy, aWorld, anEvent, plantNewer, rds } from '../workflow/world.ts';

const OPTIONS = { state: 'unused', stack: 'aws' } as const;
const SEED = { secrets: [{ name: 'orders', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' as const } }] };

const deployed = ({ workflow: { ledger, queue, clock } }: World): OpenedStack => ({ ledger, queue, clock, name: 'aws', stage: 'prod', functions: 'deployed', advance: null, close: () => undefined });

const aTerminal = (interrupted = new AbortController().signal): Terminal & { readonly told: readonly string[] } => {
  const told: string[] = [];
  return { env: {}, interrupted, now: () => Date.now(), out: () => undefined, err: (text) => void told.push(text), redact: (text) => text, conceal: () => undefined, told };
};

/** Takes one event from the queue and settles it, as the functions elsewhere would. */
const workElsewhere = async (world: World, event: ReturnType<typeof anEvent>): Promise<void> => {
  const [message] = await world.workflow.queue.receive('decommissions', { max: 1, visibilitySeconds: 60, waitSeconds: 20 });
  expect(JSON.parse(message?.body ?? '{}')).toMatchObject({ id: event.id });
  await world.workflow.queue.acknowledge('decommissions', message === undefined ? [] : [message.receipt]);
  await world.run([event]);
};

it('a run against deployed functions sends, waits by reading the ledger, and tells how their sagas ended', async () => {
  const world = await aWorld(SEED);
  const event = anEvent([rds()]);
  const terminal = aTerminal();
  const running = runDeployed(terminal, deployed(world), aPolicy(), [event], OPTIONS);
  await workElsewhere(world, event);
  world.advance(3);
  const { clouds, events, sagas } = await running;
  expect(clouds).toEqual({ csms: 'deployed', sae: 'deployed' });
  expect(events).toEqual([{ id: event.id, source: event.source, accepted: true, reason: null }]);
  expect(sagas).toMatchObject([{ state: 'gone', secrets: [{ name: 'orders', outcome: 'deleted' }] }]);
  expect(terminal.told.join('')).toMatch(/gone\s+RDS/);
});

it('a run against deployed functions that only plan ends with the plan, and with the next one when it is asked again', async () => {
  const world = await aWorld({ secrets: [...SEED.secrets, { name: 'legacy', projectId: PROJECT }] }, aPolicy({ mode: 'plan' }));
  const planned: (readonly string[] | undefined)[] = [];
  for (const event of [anEvent([rds()]), anEvent([rds({ secretNames: ['legacy'] })])]) {
    const running = runDeployed(aTerminal(), deployed(world), world.workflow.policy, [event], OPTIONS);
    await workElsewhere(world, event);
    world.advance(3);
    const { events, sagas } = await running;
    expect([events.map(({ accepted }) => accepted), sagas.map(({ state }) => state)]).toEqual([[true], ['planned']]);
    planned.push(sagas[0]?.secrets.map(({ name }) => name));
  }
  expect(planned).toEqual([['orders'], ['orders', 'legacy']]);
});

it('a run against deployed functions that take nothing says so in the end, and not before', async () => {
  const world = await aWorld(SEED);
  let ended = false;
  const failure = runDeployed(aTerminal(), deployed(world), aPolicy(), [anEvent([rds()])], OPTIONS).then(
    () => 'ended',
    (error: unknown) => String(error),
  );
  void failure.finally(() => {
    ended = true;
  });
  await vi.waitUntil(async () => (await world.workflow.queue.depth('decommissions')).ready === 1, { interval: 5 });
  await vi.waitUntil(
    () => {
      world.advance(60);
      return ended;
    },
    { timeout: 20_000, interval: 5 },
  );
  expect(await failure).toMatch(/after 15 minutes 1 of the instances sent have no saga: do the functions of the stage prod run\?/);
  expect((await world.workflow.queue.depth('decommissions')).ready).toBe(1);
});

it('a run against deployed functions ends when it is interrupted, and tells what there is', async () => {
  const world = await aWorld(SEED);
  const stop = new AbortController();
  const running = runDeployed(aTerminal(stop.signal), deployed(world), aPolicy(), [anEvent([rds()])], OPTIONS);
  stop.abort();
  expect((await running).sagas).toEqual([]);
});

it.each([
  { what: 'approve a digest', option: { approve: [`sha256:${'0'.repeat(64)}`] }, path: '--approve' },
  { what: 'emulate clouds', option: { embed: true } as const, path: '--stack' },
])('a run against deployed functions is not asked to $what', async ({ option, path }) => {
  const world = await aWorld(SEED);
  const running = runDeployed(aTerminal(), deployed(world), aPolicy(), [anEvent([rds()])], { ...OPTIONS, ...option });
  await expect(running).rejects.toMatchObject({ problems: [{ path }] });
  await expect(running).rejects.toBeInstanceOf(BadInput);
  expect((await world.workflow.queue.depth('decommissions')).ready).toBe(0);
});

it('a run against deployed functions does not wait for an instance that its event is refused for', async () => {
  const world = await aWorld(SEED);
  const OTHER = INSTANCE.replace(/^../, 'ff');
  const time = (ageMinutes: number): string => new Date(world.workflow.clock.now() - ageMinutes * 60_000).toISOString();
  await world.run([anEvent([rds()], { time: time(10) })]);
  const older = anEvent([rds(), rds({ instanceId: OTHER })], { time: time(20) });
  const running = runDeployed(aTerminal(), deployed(world), aPolicy(), [older], OPTIONS);
  await workElsewhere(world, older);
  world.advance(3);
  const { sagas } = await running;
  expect(sagas.filter(({ eventIds }) => eventIds.includes(older.id)).map(({ instance }) => instance)).toMatchObject([{ instanceId: OTHER }]);
});

it.each(['immediate', 'plan'] as const)('H32: a run against deployed functions in mode %s waits for no saga that a newer Probate wrote: it sends, names it, and calls the event not accepted', async (mode) => {
  const world = await aWorld(SEED, aPolicy({ mode }));
  const newer = await plantNewer(world.workflow);
  const event = anEvent([rds({ instanceId: `${'0'.repeat(32)}in01` })]);
  const ended = await runDeployed(aTerminal(), deployed(world), aPolicy({ mode }), [event], OPTIONS);
  expect([ended.newer, ended.events.map(({ accepted }) => accepted), exitCodeOf(ended)]).toEqual([[newer], [false], 3]);
  expect((await world.workflow.queue.depth('decommissions')).ready).toBe(1);
  const again = await runDeployed(aTerminal(), deployed(world), aPolicy({ mode }), [], OPTIONS);
  expect([again.newer, exitCodeOf(again)]).toEqual([[newer], 3]);
});
