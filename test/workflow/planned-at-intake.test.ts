import { expect, it } from 'vitest';
import { CloudSettingsRefused } from '../../lib/clouds/settings-problem.ts';
import { openPlanned, takeIn } from '../../lib/workflow/intake/intake.ts';
import { listSagas, readJournal } from '../../lib/workflow/records/saga-store.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { INSTANCE, NAMESPACE, PROJECT, type World, aPolicy, aWorld, anEvent, rds } from './world.ts';

const OTHER = 'aaaab0f9e8d34bb7a7b5c8e6b5f1d3a7in01';
const TIME_LEFT = { remainingMs: () => 60_000 };
const linked = (name: string, instanceId = INSTANCE) => ({ name, projectId: PROJECT, instance: { id: instanceId, type: 'RDS' as const } });
const open = (workflow: Workflow) => ({ open: openPlanned(workflow, TIME_LEFT) });

const told = async ({ ledger }: Workflow): Promise<string[][]> => {
  const journals: string[][] = [];
  for await (const stored of listSagas(ledger)) {
    const facts: string[] = [];
    for await (const { fact } of readJournal(ledger, stored)) facts.push(fact.type);
    journals.push(facts);
  }
  return journals;
};

const calls = ({ csms }: World): string[] => csms.journal().map(({ operation }) => operation);

it('an event is planned where it is taken in: each saga in one write, all of a project by one list, and nothing changed', async () => {
  const world = await aWorld({ secrets: [linked('db-1'), linked('db-2', OTHER)] });
  await takeIn(world.workflow, anEvent([rds(), rds({ instanceId: OTHER })]), open(world.workflow));
  expect((await world.sagas()).map(({ state, secrets }) => `${state} ${secrets.map(({ name }) => name).join(' ')}`).sort()).toEqual(['planned db-1', 'planned db-2']);
  const versions: number[] = [];
  for await (const { version } of listSagas(world.workflow.ledger)) versions.push(version);
  expect([versions, calls(world)]).toEqual([[1, 1], ['ListSecrets']]);
  expect((await told(world.workflow)).map((facts) => facts.slice(0, 2))).toEqual([['Opened', 'Planned'], ['Opened', 'Planned']]);
});

it('what is planned so goes on by its first message, like the rest', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  await takeIn(world.workflow, anEvent([rds()]), open(world.workflow));
  expect((await world.run()).map(({ state }) => state)).toEqual(['gone']);
});

it('H4: of two plans that are taken at once, before either stands in the ledger, one alone has the secret that both name', async () => {
  const world = await aWorld({ secrets: [linked('db-1'), linked('db-2', OTHER), { name: 'app', projectId: PROJECT }] });
  const { workflow } = world;
  const { ledger } = workflow;
  let overtaken = false;
  const slow: Workflow = {
    ...workflow,
    ledger: {
      ...ledger,
      write: async (item) => {
        if (item.kind === 'saga' && !overtaken) {
          overtaken = true;
          await takeIn(workflow, anEvent([rds({ instanceId: OTHER, secretNames: ['app'] })]), open(workflow));
        }
        return ledger.write(item);
      },
    },
  };
  await takeIn(slow, anEvent([rds({ secretNames: ['app'] })]), open(slow));
  const sagas = await world.run();
  expect(sagas.map(({ state }) => state).toSorted()).toEqual(['gone', 'refused']);
  expect(sagas.find(({ state }) => state === 'refused')?.reason).toMatch(/^shared: secret app is also in the plan of/);
});

it('H11: of two events that open one saga at once neither is lost: what only the later one names is in a generation of its own', async () => {
  const world = await aWorld({ secrets: [linked('db-1'), { name: 'app', projectId: PROJECT }] });
  const { workflow } = world;
  const { ledger } = workflow;
  const [first, second] = [anEvent([rds()]), anEvent([rds({ secretNames: ['app'] })])];
  let overtaken = false;
  const slow: Workflow = {
    ...workflow,
    ledger: {
      ...ledger,
      write: async (item) => {
        if (item.kind === 'saga' && !overtaken) {
          overtaken = true;
          await takeIn(workflow, first, open(workflow));
        }
        return ledger.write(item);
      },
    },
  };
  await takeIn(slow, second, open(slow));
  expect((await world.sagas()).map(({ eventIds }) => eventIds)).toEqual([[first.id], [second.id]]);
  await world.run([], 7_200);
  expect(world.csms.state().secrets).toEqual([]);
});

it('what a rail forbids is refused there, and wakes nobody', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ protect: { instanceIds: [INSTANCE] } }));
  await takeIn(world.workflow, anEvent([rds()]), open(world.workflow));
  expect([(await world.sagas()).map(({ state }) => state), (await world.workflow.queue.depth('deletions')).ready]).toEqual([['refused'], 0]);
});

it('an instance that names more than a saga can hold is refused by itself, and its neighbour goes on', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  const secretIds = Array.from({ length: 600 }, (_, index) => String(index + 1));
  await takeIn(world.workflow, anEvent([{ cloud: 'alibaba', region: 'cn-beijing', namespaceId: NAMESPACE, secretIds }, rds()]), open(world.workflow));
  const sagas = await world.run();
  expect(sagas.map(({ state, reason }) => [state, reason?.split(':')[0] ?? null])).toEqual([
    ['refused', 'too-large'],
    ['gone', null],
  ]);
});

it('a list that cannot be read leaves the saga received, to be planned when it can', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  await fetch(`${world.csms.endpoint}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ rules: [{ match: { operation: 'ListSecrets' }, times: 1, effect: { status: 503 } }] }) });
  await takeIn(world.workflow, anEvent([rds()]), open(world.workflow));
  expect((await world.sagas()).map(({ state, reason }) => [state, reason])).toEqual([['received', expect.stringContaining('retry: look to plan')]]);
  expect((await world.run()).map(({ state }) => state)).toEqual(['gone']);
});

it('without credentials an event is taken in all the same, and planned by whoever has them', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  const account = (): never => {
    throw new CloudSettingsRefused([]);
  };
  const without: Workflow = { ...world.workflow, clouds: { ...world.workflow.clouds, account, csmsReader: account } };
  await takeIn(without, anEvent([rds()]), open(without));
  expect([(await world.sagas()).map(({ state }) => state), calls(world)]).toEqual([['received'], []]);
  expect((await world.run()).map(({ state }) => state)).toEqual(['gone']);
});

it('H11: two deliveries at once plan the same instance once', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] });
  const event = anEvent([rds()]);
  await Promise.all([1, 2, 3].map(() => takeIn(world.workflow, event, open(world.workflow))));
  expect(await told(world.workflow)).toEqual([expect.arrayContaining(['Opened', 'Planned'])]);
});
