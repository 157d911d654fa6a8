import { describe, expect, it } from 'vitest';
import type { QueueName } from '../../events/messages.ts';
import { eventMessage } from '../../events/split.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { undoOf } from '../../lib/saga/undo.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { amend } from '../../lib/workflow/records/amend.ts';
import { listSagas } from '../../lib/workflow/records/saga-store.ts';
import { listParked, parkMessage } from '../../lib/workflow/replay/parked.ts';
import { wake } from '../../lib/workflow/wake-up.ts';
import { SILENT } from '../../lib/workflow/workflow.ts';
import { INSTANCE, PROJECT, aPolicy, anEvent, rds } from '../workflow/world.ts';
import { type Deployed, deployed, linesOf } from './deployed.ts';

// What the packaged functions do beside the plain course of bundles.test.ts, each with its own role's rights.

const DONE = { batchItemFailures: [] };

const sagaOf = async ({ stage }: Deployed): Promise<Saga> => {
  for await (const { saga } of listSagas(stage.ledger)) return saga;
  throw new Error('the ledger holds no saga');
};

const replyOf = async (on: Deployed, queue: QueueName, name: string): Promise<unknown> => (await on.work(queue, name))?.reply;

describe('an event that is delivered again', () => {
  it('H11: wakes its saga, whichever queue that waits on', async () => {
    const on = await deployed(['intake', 'delete', 'verify'], aPolicy({ verify: { firstDelaySeconds: 60, proofs: 1 } }));
    const message = { body: eventMessage(anEvent([rds()])), delaySeconds: 0 };
    await on.stage.queue.send('decommissions', [message]);
    expect([await replyOf(on, 'decommissions', 'intake'), await replyOf(on, 'deletions', 'delete')]).toEqual([DONE, DONE]);
    expect((await sagaOf(on)).state).toBe('verifying');
    await on.stage.queue.send('decommissions', [message]);
    expect(await replyOf(on, 'decommissions', 'intake')).toEqual(DONE);
    expect((await on.stage.queue.depth('verifications')).delayed).toBe(2);
  }, 120_000);

  it('H11: while its saga turns back too, and the schedule is cancelled', async () => {
    const on = await deployed(['intake', 'delete', 'compensate'], aPolicy({ mode: 'recoverable' }));
    const message = { body: eventMessage(anEvent([rds()])), delaySeconds: 0 };
    await on.stage.queue.send('decommissions', [message]);
    expect([await replyOf(on, 'decommissions', 'intake'), await replyOf(on, 'deletions', 'delete')]).toEqual([DONE, DONE]);
    const quarantined = await sagaOf(on);
    expect([quarantined.state, on.csms.state().secrets.map(({ state }) => state)]).toEqual(['quarantined', ['PENDING_DELETE']]);
    const { ledger, queue, clock } = on.stage;
    const undone = await amend(ledger, quarantined.sagaId, clock.now(), ({ saga }) => {
      const undo = undoOf(saga, 'you', clock.now());
      return undo.kind === 'begins' ? [undo.fact] : [];
    });
    if (undone !== null) await wake(queue, undone.stored.saga, 0);
    await on.stage.queue.send('decommissions', [message]);
    expect([await replyOf(on, 'decommissions', 'intake'), await replyOf(on, 'compensations', 'compensate')]).toEqual([DONE, DONE]);
    expect([(await sagaOf(on)).state, on.csms.state().secrets.map(({ state }) => state)]).toEqual(['restored', ['ENABLED']]);
  }, 120_000);
});

it('an event that arrives as a trace inside an envelope is taken from the source that the policy names', async () => {
  const on = await deployed(['intake'], aPolicy({ sources: { cts: { region: 'cn-north-4', projectId: PROJECT } } }));
  const trace = { trace_name: 'deleteInstance', resource_type: 'instance', service_type: 'RDS', resource_id: INSTANCE, trace_id: 'by-cts', trace_status: 'normal', time: Date.now() };
  await on.stage.queue.send('decommissions', [{ body: JSON.stringify({ Type: 'Notification', Message: JSON.stringify({ cts: trace }) }), delaySeconds: 0 }]);
  expect(await replyOf(on, 'decommissions', 'intake')).toEqual(DONE);
  expect((await sagaOf(on)).events).toMatchObject([{ source: `urn:huawei:cts:cn-north-4:${PROJECT}`, id: 'by-cts' }]);
}, 120_000);

it('H26: a worker that has no time left for a call makes none, and sends itself on', async () => {
  const on = await deployed(['intake', 'delete']);
  await on.stage.queue.send('decommissions', [{ body: eventMessage(anEvent([rds()])), delaySeconds: 0 }]);
  expect((await on.work('decommissions', 'intake', 19_000))?.reply).toEqual(DONE);
  expect((await sagaOf(on)).state).toBe('received');
  expect((await on.work('deletions', 'delete', 19_000))?.reply).toEqual(DONE);
  expect([(await sagaOf(on)).state, on.csms.state().secrets]).toMatchObject(['received', [{ name: 'db-1' }]]);
  expect(await replyOf(on, 'deletions', 'delete')).toEqual(DONE);
  expect((await sagaOf(on)).state).toBe('gone');
}, 120_000);

it.each([
  { queue: 'decommissions', name: 'intake', reason: 'is not JSON' },
  { queue: 'verifications', name: 'verify', reason: 'is not JSON' },
] as const)('H17: what is no message for $name is set aside with the reason, and takes no neighbour with it', async ({ queue, name, reason }) => {
  const on = await deployed([name]);
  await on.stage.queue.send(queue, [{ body: 'poison', delaySeconds: 0 }]);
  expect(await replyOf(on, queue, name)).toEqual(DONE);
  const reasons: string[] = [];
  for await (const { message } of listParked(on.stage.ledger)) reasons.push(message.reason);
  expect(reasons).toEqual([expect.stringContaining(reason)]);
}, 120_000);

/** Invokes replay for everything that was set aside. */
const everything = { replay: { filters: [], by: 'you', why: 'mended' } };

describe('the packaged replay', () => {
  it('drains dead letters into rows on its schedule, and sends them round again when it is asked', async () => {
    const on = await deployed(['replay', 'intake']);
    const { queue, ledger } = on.stage;
    await queue.send('decommissions', [{ body: eventMessage(anEvent([rds()])), delaySeconds: 0 }]);
    for (const message of await queue.receive('decommissions', { max: 1, visibilitySeconds: 60, waitSeconds: 5 })) await queue.deadLetter('decommissions', message, 'given up');
    expect((await on.invoke('replay', {})).reply).toEqual({ drained: 1, things: [], left: 0, newer: [] });
    const reasons: string[] = [];
    for await (const { message } of listParked(ledger)) reasons.push(message.reason);
    expect([reasons, (await queue.depth('decommissions')).deadLetters]).toEqual([['given up'], 0]);
    expect((await on.invoke('replay', everything)).reply).toMatchObject({ drained: 0, things: [{ fate: 'sent', why: null }], left: 0 });
    expect(await replyOf(on, 'decommissions', 'intake')).toEqual(DONE);
    expect((await sagaOf(on)).state).toBe('planned');
  }, 120_000);

  it('leaves for the next time what it has no time for', async () => {
    const on = await deployed(['replay']);
    await takeIn({ ...on.stage, policy: aPolicy(), telemetry: SILENT }, anEvent([rds()]));
    await parkMessage(on.stage.ledger, { queue: 'deletions', body: 'poison', messageId: 'm-1', attempts: 1, sentAt: 0 }, 'no JSON', 0);
    expect((await on.invoke('replay', everything, {}, 10_000)).reply).toEqual({ drained: 0, things: [], left: 1, newer: [] });
  }, 120_000);
});

describe('the packaged sweep', () => {
  it('H56: wakes the saga whose message was lost, on the queue that it waits on', async () => {
    const on = await deployed(['sweep', 'delete']);
    const { ledger, queue, clock } = on.stage;
    await takeIn({ ...on.stage, policy: aPolicy(), telemetry: SILENT }, anEvent([rds()]));
    for (const { receipt } of await queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: 5 })) await queue.acknowledge('deletions', [receipt]);
    const item = await ledger.read('saga', (await sagaOf(on)).sagaId);
    if (item !== null) await ledger.write({ ...item, version: item.version + 1, wakeAt: clock.now() });
    expect((await on.invoke('sweep', {}, {}, 10_000)).reply).toMatchObject({ sent: 0 });
    const swept = await on.invoke('sweep', {});
    expect(swept.reply).toMatchObject({ sent: 1, untold: null });
    expect(linesOf(swept)).toContainEqual(expect.objectContaining({ message: 'a saga whose message was lost was woken by the sweep', WokenLate: 1 }));
    expect(await replyOf(on, 'deletions', 'delete')).toEqual(DONE);
    expect((await sagaOf(on)).state).toBe('gone');
  }, 120_000);

  /** A stage on which the one saga is over, and what has been made on the cloud since. */
  const settled = async (sweep: { readonly findingsEveryHours?: number; readonly deleteFindings?: boolean }, ...since: readonly Readonly<Record<string, unknown>>[]): Promise<Deployed> => {
    const on = await deployed(['intake', 'delete', 'sweep'], aPolicy({ verify: { firstDelaySeconds: 0, proofs: 1, intervalSeconds: 0, deadlineHours: 1 }, sweep }));
    await on.stage.queue.send('decommissions', [{ body: eventMessage(anEvent([rds()])), delaySeconds: 0 }]);
    expect([await replyOf(on, 'decommissions', 'intake'), await replyOf(on, 'deletions', 'delete')]).toEqual([DONE, DONE]);
    expect((await sagaOf(on)).state).toBe('gone');
    await fetch(`${on.csms.endpoint}/_emulator/seed`, { method: 'POST', body: JSON.stringify({ secrets: since }) });
    return on;
  };

  it('H56: sends an event for what was linked to an instance after it was settled, where the policy says so, and looks once a day', async () => {
    const on = await settled({ deleteFindings: true }, { name: 'db-2', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } });
    expect((await on.invoke('sweep', {})).reply).toMatchObject({ events: [expect.stringContaining(INSTANCE)] });
    expect((await on.invoke('sweep', {})).reply).toMatchObject({ looked: [] });
    expect(await replyOf(on, 'decommissions', 'intake')).toEqual(DONE);
  }, 120_000);

  it('H52: believes no list that shrank for no reason, and says so', async () => {
    const on = await settled({ findingsEveryHours: 0 }, ...Array.from({ length: 5 }, (_, index) => ({ name: `other-${index}`, projectId: PROJECT })));
    expect((await on.invoke('sweep', {})).reply).toMatchObject({ looked: [{ trouble: null }] });
    await fetch(`${on.csms.endpoint}/_emulator/reset`, { method: 'POST' });
    const swept = await on.invoke('sweep', {});
    expect(swept.reply).toMatchObject({ looked: [{ trouble: expect.stringContaining('shrank from 5 secrets to 1'), findings: [] }], events: [] });
    expect(linesOf(swept)).toContainEqual(expect.objectContaining({ level: 'warn', message: expect.stringContaining('a list was not believed'), ListsNotBelieved: 1 }));
  }, 120_000);
});
