import { expect, it } from 'vitest';
import { judgedBy } from '../../cli/run/judge-events.ts';
import type { DecommissionEvent } from '../../events/decommission.ts';
import type { Ledger } from '../../lib/ports/ledger.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import type { Judgement } from '../../lib/workflow/records/event-store.ts';
import { NewerSaga } from '../../lib/workflow/records/saga-store.ts';
import { hold } from '../../lib/workflow/stops/stops.ts';
import { PROJECT, type World, aPolicy, aWorld, anEvent, plantNewer, rds } from '../workflow/world.ts';

const FIRST = '0'.repeat(32) + 'in01';
const SECOND = '1'.repeat(32) + 'in01';
const both = (fields: Record<string, unknown> = {}): DecommissionEvent => anEvent([rds({ instanceId: FIRST }), rds({ instanceId: SECOND })], fields);

const judgementOf = async ({ workflow }: World, event: DecommissionEvent, mode: 'plan' | 'immediate' = 'immediate'): Promise<Judgement | undefined> =>
  (await judgedBy({ ...workflow, policy: aPolicy({ mode }) }, [event]))[0]?.judgement;

const ACCEPTED = { accepted: true, reason: null };
const leftOut = (count: number): unknown => ({ accepted: false, reason: expect.stringMatching(new RegExp(`^not-taken-in: ${count} of its 2 instances have no saga`)) });

/** A ledger that takes one saga and, once that is written, none any more. */
const takingOne = (ledger: Ledger): Ledger => {
  let first: ReturnType<Ledger['write']> | null = null;
  return {
    ...ledger,
    write: async (item) => {
      if (item.kind !== 'saga') return ledger.write(item);
      if (first === null) return (first = ledger.write(item));
      await first;
      throw new Error('the ledger takes no more sagas');
    },
  };
};

it('an event without a record is not accepted, though a plan run left a plan for each of its instances', async () => {
  const world = await aWorld({});
  const event = both();
  expect(await judgementOf(world, event)).toEqual(leftOut(2));
  await takeIn(world.workflow, event, { planOnly: true });
  expect(await judgementOf(world, event)).toEqual(leftOut(2));
});

it('an event that only plans needs no record, but a plan for each instance', async () => {
  const world = await aWorld({}, aPolicy({ mode: 'plan' }));
  const event = both();
  expect(await judgementOf(world, event, 'plan')).toEqual(leftOut(2));
  await takeIn(world.workflow, event);
  expect(await judgementOf(world, event, 'plan')).toEqual(ACCEPTED);
});

it('an event whose taking in ended between two of its instances is not accepted until the other has its saga too', async () => {
  const world = await aWorld({});
  const { workflow } = world;
  const event = both();
  await expect(takeIn({ ...workflow, ledger: takingOne(workflow.ledger) }, event)).rejects.toThrow('no more sagas');
  expect(await judgementOf(world, event)).toEqual(leftOut(1));
  await takeIn(workflow, event);
  expect(await judgementOf(world, event)).toEqual(ACCEPTED);
});

it.each([
  { what: 'joined an open saga', held: true },
  { what: 'found one instance settled by a later decommission', held: false },
])('an event that $what is accepted, and stays so', async ({ held }) => {
  const world = await aWorld({});
  const { workflow } = world;
  if (held) await hold(workflow, { kind: 'instance', key: FIRST }, { reason: 'CHG-1', until: null, by: 'operator' });
  const hourAgo = new Date(workflow.clock.now() - 3_600_000).toISOString();
  await world.run([anEvent([rds({ instanceId: FIRST })])]);
  const event = both(held ? {} : { time: hourAgo });
  await world.run([event]);
  expect(await judgementOf(world, event)).toEqual(ACCEPTED);
});

it.each(['immediate', 'plan'] as const)('H32: an event in mode %s is not accepted once a newer Probate wrote the saga of one of its instances: what became of it cannot be told', async (mode) => {
  const world = await aWorld({}, aPolicy({ mode }));
  const event = both();
  await takeIn(world.workflow, event);
  expect(await judgementOf(world, event, mode)).toEqual(ACCEPTED);
  const newer = `huawei:cn-north-4:${PROJECT}:RDS:${SECOND}#1`;
  const { version = 0 } = (await world.workflow.ledger.read('saga', newer)) ?? {};
  await world.workflow.ledger.write({ kind: 'saga', id: newer, version: version + 1, body: JSON.stringify({ v: 2 }), wakeAt: null });
  expect(await judgementOf(world, event, mode)).toEqual({ accepted: false, reason: expect.stringContaining(`newer-saga: ${newer} was written by a newer Probate`) });
});

it('H32: an event of whose instances one has a saga that a newer Probate wrote is taken in for the others, which are woken, and then fails', async () => {
  const world = await aWorld({});
  const { ledger, queue } = world.workflow;
  const newer = await plantNewer(world.workflow);
  const before = await ledger.read('saga', newer);
  await expect(takeIn(world.workflow, both())).rejects.toThrow(NewerSaga);
  expect(await ledger.read('saga', newer)).toEqual(before);
  expect([(await ledger.read('saga', `huawei:cn-north-4:${PROJECT}:RDS:${SECOND}#1`)) === null, (await queue.depth('deletions')).ready]).toEqual([false, 1]);
});
