import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Subject } from '../lib/ports/telemetry.ts';
import { subjectOfMessage } from '../lib/workflow/replay/message-subject.ts';
import { parkMessage } from '../lib/workflow/replay/parked.ts';
import type { TimeLeft } from '../lib/workflow/time-left.ts';
import type { Workflow } from '../lib/workflow/workflow.ts';

/** What a worker answers for each message; middy's middleware turns it into Lambda's reply before it leaves. */
type Settled = PromiseSettledResult<void>[];
/** A handler as Lambda calls it, and as tests may call it without middy. */
export type SqsHandler = (event: SQSEvent, context: Context) => Promise<Settled | SQSBatchResponse>;

/** Sets one message that can never succeed aside, with its reason; its neighbours go on (H17). */
export const park = async (workflow: Workflow, record: SQSRecord, reason: string): Promise<void> => {
  const { ledger, clock, telemetry } = workflow;
  const queue = record.eventSourceARN.split(':').at(-1) ?? '';
  await parkMessage(
    ledger,
    {
      queue,
      body: record.body,
      messageId: record.messageId,
      attempts: Number(record.attributes.ApproximateReceiveCount),
      sentAt: Number(record.attributes.SentTimestamp),
    },
    reason,
    clock.now(),
  );
  telemetry.tell({ kind: 'message-parked', queue, messageId: record.messageId }, await subjectOfMessage(workflow, record.body));
};

/** A Lambda handler for a batch of SQS messages that reports exactly the messages that failed. */
export const eachMessage = (workflow: Workflow, work: (record: SQSRecord, timeLeft: TimeLeft) => Promise<void>): SqsHandler => {
  const subjects = new WeakMap<SQSRecord, Subject | null>();
  const workNamed = async (record: SQSRecord, timeLeft: TimeLeft): Promise<void> => {
    try {
      await work(record, timeLeft);
    } catch (error) {
      subjects.set(record, await subjectOfMessage(workflow, record.body));
      throw error;
    }
  };
  /** By its ids alone: a body may hold what must not be logged. */
  const tellFailure = (reason: unknown, record: SQSRecord): void =>
    workflow.telemetry.tell(
      { kind: 'message-failed', messageId: record.messageId, cause: reason instanceof Error ? `${reason.name}: ${reason.message}` : 'unknown' },
      subjects.get(record) ?? null,
    );
  return middy<SQSEvent, Settled | SQSBatchResponse>()
    .use(sqsPartialBatchFailure({ logger: tellFailure }))
    .handler(({ Records }, context) => {
      const timeLeft: TimeLeft = { remainingMs: () => context.getRemainingTimeInMillis() };
      return Promise.allSettled(Records.map((record) => workNamed(record, timeLeft)));
    });
};
