import { expect, it } from 'vitest';
import { SagaId } from '../../events/messages.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { readJournal, readSaga } from '../../lib/workflow/records/saga-store.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { INSTANCE, PROJECT, type World, aPolicy, aWorld, anEvent, interfering, rds } from './world.ts';

const SAGA = SagaId.parse(`huawei:cn-north-4:${PROJECT}:RDS:${INSTANCE}#1`);
const ANOTHER = '5b1d0a52-6c1e-4a60-9f0e-2f6f3a7c9d10';
const linked = (name: string) => ({ name, projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' as const } });

/** The workflow of a world in which somebody makes a secret anew right before its schedule arrives. */
const recreatingFirst = (world: World): Workflow =>
  interfering(world, async (writer, name) => {
    if (name === null) return;
    await writer.delete(name, { signal: new AbortController().signal });
    await fetch(`${world.csms.endpoint}/_emulator/seed`, { method: 'POST', body: JSON.stringify({ secrets: [{ ...linked(name), id: ANOTHER }] }) });
  });

it('H6: a schedule that reaches a secret made anew under the name is cancelled at once, told by the id in its reply', async () => {
  const world = await aWorld({ secrets: [linked('db-1')] }, aPolicy({ mode: 'recoverable' }));
  const { workflow } = world;
  const [before] = world.csms.state().secrets;
  await takeIn(workflow, anEvent([rds()]));
  await workOff(recreatingFirst(world), { v: 1, sagaId: SAGA, turn: 0 }, { remainingMs: () => 60_000 });
  const [saga] = await world.run([], 86_400);
  const [after] = world.csms.state().secrets;
  expect(after).toMatchObject({ id: ANOTHER, name: 'db-1', state: 'ENABLED' });
  expect(saga).toMatchObject({ state: 'parked', reason: expect.stringMatching(/^recreated: /) });
  expect(saga?.secrets.map(({ id, outcome }) => [id, outcome])).toEqual([
    [before?.id, 'already-gone'],
    [ANOTHER, 'restored'],
  ]);
  const stored = await readSaga(workflow.ledger, SAGA);
  if (stored === null) throw new Error('no saga');
  const facts: string[] = [];
  for await (const { fact } of readJournal(workflow.ledger, stored)) facts.push(fact.type);
  expect(facts).toContain('ScheduleStrayed');
  expect(facts).not.toContain('EffectUnknown');
});
