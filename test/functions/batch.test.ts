import type { SQSRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import { wallClock } from '../../lib/adapters/wall-clock.ts';
import { eachMessage, park } from '../../functions/batch.ts';
import { eventMessage } from '../../events/split.ts';
import type { Observation, Subject } from '../../lib/ports/telemetry.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import { contextOf } from '../../local/mapping/context.ts';
import { aMapping } from '../local/mapping/builders.ts';
import { INSTANCE, PROJECT, type World, aPolicy, aWorld, anEvent, rds } from '../workflow/world.ts';

const SAGA = `huawei:cn-north-4:${PROJECT}:RDS:${INSTANCE}#1`;
const OTHER = '2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in07';

const aRecord = (body: string, messageId = 'm-1'): SQSRecord => ({
  messageId,
  receiptHandle: 'r',
  body,
  attributes: { ApproximateReceiveCount: '3', SentTimestamp: '1764000000000', SenderId: 's', ApproximateFirstReceiveTimestamp: '1764000000000' },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:probate-prod-deletions',
  awsRegion: 'eu-west-1',
});

interface Line {
  readonly kind: string;
  readonly sagaId: string | undefined;
  readonly events: readonly string[];
  readonly instance: unknown;
}

/** The workflow of a world in which one saga soaks, and the ids of every line it tells. */
const watched = async (): Promise<{ readonly world: World; readonly workflow: Workflow; readonly lines: Line[] }> => {
  const world = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } }] }, aPolicy({ mode: 'recoverable' }));
  await world.run([anEvent([rds()], { id: 'evt-soaks' })]);
  const lines: Line[] = [];
  const tell = ({ kind }: Observation, about: Subject | null): void => void lines.push({ kind, sagaId: about?.sagaId, events: about?.events.map(({ id }) => id) ?? [], instance: about?.instance });
  return { world, workflow: { ...world.workflow, telemetry: { tell } }, lines };
};

const failing = async (workflow: Workflow, ...bodies: readonly string[]): Promise<unknown> => {
  const handler = eachMessage(workflow, () => Promise.reject(new Error('no')));
  return handler({ Records: bodies.map((body, index) => aRecord(body, `m-${index}`)) }, contextOf(aMapping(), wallClock, new AbortController().signal));
};

const WAKE_UP = JSON.stringify({ v: 1, sagaId: SAGA, turn: 1 });

it('a message that failed is told with saga, event and instance, whatever it carried, and alone reported as failed', async () => {
  const { workflow, lines } = await watched();
  const one = eventMessage(anEvent([rds()], { id: 'evt-one' }));
  const two = eventMessage(anEvent([rds(), rds({ instanceId: OTHER })], { id: 'evt-two' }));
  expect(await failing(workflow, WAKE_UP, one, two, 'poison')).toEqual({ batchItemFailures: ['m-0', 'm-1', 'm-2', 'm-3'].map((itemIdentifier) => ({ itemIdentifier })) });
  const instance = { cloud: 'huawei', region: 'cn-north-4', projectId: PROJECT, instanceId: INSTANCE, instanceType: 'RDS' };
  expect(lines).toEqual([
    { kind: 'message-failed', sagaId: SAGA, events: ['evt-soaks'], instance },
    { kind: 'message-failed', sagaId: undefined, events: ['evt-one'], instance },
    { kind: 'message-failed', sagaId: undefined, events: ['evt-two'], instance: undefined },
    { kind: 'message-failed', sagaId: undefined, events: [], instance: undefined },
  ]);
});

it('H17: a message that failed brings back none of its neighbours', async () => {
  const { workflow } = await watched();
  const handler = eachMessage(workflow, ({ messageId }) => (messageId === 'm-1' ? Promise.reject(new Error('no')) : Promise.resolve()));
  const Records = ['m-0', 'm-1', 'm-2'].map((messageId) => aRecord(WAKE_UP, messageId));
  expect(await handler({ Records }, contextOf(aMapping(), wallClock, new AbortController().signal))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
});

it('a message that failed because the ledger did is told with what its text says, and fails as it did', async () => {
  const { workflow, lines } = await watched();
  const broken: Workflow = { ...workflow, ledger: { ...workflow.ledger, read: () => Promise.reject(new Error('ledger')) } };
  expect(await failing(broken, WAKE_UP)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-0' }] });
  expect(lines).toEqual([{ kind: 'message-failed', sagaId: SAGA, events: [], instance: undefined }]);
});

it('a message that is parked keeps when it was sent, and is told with its ids', async () => {
  const { workflow, lines } = await watched();
  await park(workflow, aRecord(WAKE_UP), 'the ledger is older than this message');
  expect(lines).toMatchObject([{ kind: 'message-parked', sagaId: SAGA, events: ['evt-soaks'] }]);
  const row = await workflow.ledger.read('parked', 'probate-prod-deletions/m-1');
  expect(JSON.parse(row?.body ?? '')).toMatchObject({ sentAt: 1_764_000_000_000, attempts: 3, reason: 'the ledger is older than this message' });
});
