import { expect, it } from 'vitest';
import { SagaId } from '../../events/messages.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { amend } from '../../lib/workflow/records/amend.ts';
import { readSaga, writeSaga } from '../../lib/workflow/records/saga-store.ts';
import { hold, release } from '../../lib/workflow/stops/stops.ts';
import { sendDue } from '../../lib/workflow/sweep/due.ts';
import { UnknownSaga, workOff } from '../../lib/workflow/turn/work-off.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { INSTANCE, PROJECT, type World, aWorld, anEvent, rds } from './world.ts';

const SAGA = SagaId.parse(`huawei:cn-north-4:${PROJECT}:RDS:${INSTANCE}#1`);
const WAKE_UP = { v: 1, sagaId: SAGA, turn: 0 } as const;
const TIME_LEFT = { remainingMs: () => 60_000 };
const LEASE_MS = 45_000;

const sagaIn = async ({ ledger }: Workflow) => {
  const stored = await readSaga(ledger, SAGA);
  if (stored === null) throw new Error('no saga');
  return stored;
};

/** A world with one saga that nobody has worked on, and no message for it left. */
const opened = async (): Promise<World> => {
  const world = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } }] });
  const { workflow } = world;
  await takeIn(workflow, anEvent([rds()]));
  const [first] = await workflow.queue.receive('deletions', { max: 1, visibilitySeconds: 360, waitSeconds: 0 });
  if (first === undefined) throw new Error('no wake-up was sent');
  await workflow.queue.acknowledge('deletions', [first.receipt]);
  return world;
};

/** Another worker takes the saga, and leaves it as it is. */
const takenByAnother = async (workflow: Workflow): Promise<void> => {
  const taken = await writeSaga(workflow.ledger, await sagaIn(workflow), { token: 'another worker', until: workflow.clock.now() + LEASE_MS }, workflow.clock.now());
  expect(taken).not.toBeNull();
};

const comesUpAfterTheLease = async ({ queue, clock }: Workflow): Promise<void> => {
  const { ready, delayed, nextAt } = await queue.depth('deletions');
  expect([ready, delayed]).toEqual([0, 1]);
  expect((nextAt ?? 0) - clock.now()).toBeGreaterThan(LEASE_MS - 10_000);
};

it('H31: a saga that another worker has is left to it, and looked after again once that one’s lease is over', async () => {
  const { workflow, csms } = await opened();
  await takenByAnother(workflow);
  await workOff(workflow, WAKE_UP, TIME_LEFT);
  expect(csms.journal()).toEqual([]);
  await comesUpAfterTheLease(workflow);
});

it.each<[string, (workflow: Workflow) => Promise<unknown>]>([
  ['a person’s hold and its release', async (workflow) => {
    await hold(workflow, { kind: 'saga', key: SAGA }, { reason: 'a moment', until: null, by: 'operator' });
    await release(workflow, { kind: 'saga', key: SAGA });
  }],
  ['a sweep that finds it due', (workflow) => sendDue({ ...workflow, clock: { ...workflow.clock, now: () => workflow.clock.now() + 7_200_000 } }, 0, TIME_LEFT)],
])('H31: %s takes no saga from the worker that has it', async (_what, act) => {
  const { workflow, csms } = await opened();
  await takenByAnother(workflow);
  const { version } = await sagaIn(workflow);
  await act(workflow);
  const after = await sagaIn(workflow);
  expect([after.version > version, after.lease]).toEqual([true, expect.objectContaining({ token: 'another worker' })]);
  await workOff(workflow, { ...WAKE_UP, turn: after.saga.turn }, TIME_LEFT);
  expect(csms.journal()).toEqual([]);
});

it('H31: a worker that finds at its write that another one has the saga by now leaves it to that one', async () => {
  const { workflow, csms } = await opened();
  const { ledger } = workflow;
  let taken = false;
  const overtaken: Workflow = {
    ...workflow,
    ledger: {
      ...ledger,
      write: async (item) => {
        if (item.kind === 'saga' && !taken) {
          taken = true;
          await takenByAnother(workflow);
        }
        return ledger.write(item);
      },
    },
  };
  await workOff(overtaken, WAKE_UP, TIME_LEFT);
  expect(csms.journal().filter(({ operation }) => operation !== 'ListSecrets')).toEqual([]);
  expect(await sagaIn(workflow)).toMatchObject({ saga: { state: 'received', plan: null }, lease: { token: 'another worker' } });
  await comesUpAfterTheLease(workflow);
});

const callsWith = async (remainingMs: number): Promise<{ readonly operations: readonly string[]; readonly ready: number }> => {
  const { workflow, csms } = await opened();
  await workOff(workflow, WAKE_UP, { remainingMs: () => remainingMs });
  return { operations: csms.journal().map(({ operation }) => operation), ready: (await workflow.queue.depth('deletions')).ready };
};

it('H26: a worker begins no call that it might not see the end of, and has the saga woken at once', async () => {
  expect(await callsWith(19_999)).toEqual({ operations: [], ready: 1 });
  expect((await callsWith(20_000)).operations).toContain('BatchDeleteSecrets');
});

it('H62: a wake-up from a later turn than the ledger knows is not acted on, since the ledger is an old copy', async () => {
  const { workflow, csms } = await opened();
  await expect(workOff(workflow, { ...WAKE_UP, turn: 1 }, TIME_LEFT)).rejects.toThrow(UnknownSaga);
  expect(csms.journal()).toEqual([]);
});

it('a saga that ends wakes the generation after it, which would else sleep until it looks again by itself', async () => {
  const { workflow } = await opened();
  await takeIn(workflow, anEvent([rds({ secretNames: ['named'] })]));
  await workOff(workflow, { ...WAKE_UP, sagaId: SagaId.parse(SAGA.replace('#1', '#2')) }, TIME_LEFT);
  await amend(workflow.ledger, SAGA, workflow.clock.now(), ({ saga }) => [{ type: 'UndoRequested', by: 'operator', at: saga.startedAt }]);
  const drained = await workflow.queue.receive('deletions', { max: 10, visibilitySeconds: 360, waitSeconds: 0 });
  await workflow.queue.acknowledge('deletions', drained.map(({ receipt }) => receipt));
  const { saga } = await sagaIn(workflow);
  await workOff(workflow, { ...WAKE_UP, turn: saga.turn }, TIME_LEFT);
  expect((await sagaIn(workflow)).saga.state).toBe('restored');
  const woken = await workflow.queue.receive('deletions', { max: 10, visibilitySeconds: 360, waitSeconds: 0 });
  expect(woken.map(({ body }) => JSON.parse(body))).toMatchObject([{ sagaId: SAGA.replace('#1', '#2') }]);
});
