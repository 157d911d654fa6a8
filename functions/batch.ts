import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Problem } from '../events/problems.ts';
import type { Budget } from '../lib/workflow/advance.ts';
import { parkMessage } from '../lib/workflow/parked.ts';
import type { Telemetry } from '../lib/ports/telemetry.ts';
import type { Workflow } from '../lib/workflow/workflow.ts';

/** What a worker answers for each message; middy's middleware turns it into Lambda's reply before it leaves. */
type Settled = PromiseSettledResult<void>[];
export type SqsHandler = (event: SQSEvent, context: Context) => Promise<Settled | SQSBatchResponse>;

/** Sets one message that can never succeed aside, with its reason; its neighbours go on (H17). */
export const park = async ({ ledger, clock, telemetry }: Workflow, record: SQSRecord, reason: string): Promise<void> => {
  const queue = record.eventSourceARN.split(':').at(-1) ?? '';
  await parkMessage(
    ledger,
    {
      queue,
      body: record.body,
      messageId: record.messageId,
      attempts: Number(record.attributes.ApproximateReceiveCount),
    },
    reason,
    clock.now(),
  );
  telemetry.tell({ kind: 'message-parked', queue, messageId: record.messageId }, null);
};

export const inWords = (problems: readonly Problem[]): string => problems.map(({ path, message, remedy }) => `${path} ${message}: ${remedy}`).join('; ');

/** A failed record is told by its id alone: bodies and causes may quote what must not be logged. */
const tellFailure =
  (telemetry: Telemetry) =>
  (reason: unknown, { messageId }: SQSRecord): void =>
    telemetry.tell({ kind: 'message-failed', messageId, cause: reason instanceof Error ? `${reason.name}: ${reason.message}` : 'unknown' }, null);

/** A Lambda handler for a batch of SQS messages that reports exactly the messages that failed. */
export const eachMessage = ({ telemetry }: Workflow, work: (record: SQSRecord, budget: Budget) => Promise<void>): SqsHandler =>
  middy<SQSEvent, Settled | SQSBatchResponse>()
    .use(sqsPartialBatchFailure({ logger: tellFailure(telemetry) }))
    .handler(({ Records }, context) => {
      const budget: Budget = { remainingMs: () => context.getRemainingTimeInMillis() };
      return Promise.allSettled(Records.map((record) => work(record, budget)));
    });
