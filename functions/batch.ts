import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Problem } from '../events/problems.ts';
import type { Budget } from '../lib/workflow/advance.ts';
import { parkMessage } from '../lib/workflow/parked.ts';
import type { Workflow } from '../lib/workflow/workflow.ts';

/** What a worker answers for each message; middy's middleware turns it into Lambda's reply before it leaves. */
type Settled = PromiseSettledResult<void>[];
export type SqsHandler = (event: SQSEvent, context: Context) => Promise<Settled | SQSBatchResponse>;

/** Sets one message that can never succeed aside, with its reason; its neighbours go on (H17). */
export const park = ({ ledger, clock }: Workflow, record: SQSRecord, reason: string): Promise<void> =>
  parkMessage(
    ledger,
    {
      queue: record.eventSourceARN.split(':').at(-1) ?? '',
      body: record.body,
      messageId: record.messageId,
      attempts: Number(record.attributes.ApproximateReceiveCount),
    },
    reason,
    clock.now(),
  );

export const inWords = (problems: readonly Problem[]): string => problems.map(({ path, message, remedy }) => `${path} ${message}: ${remedy}`).join('; ');

/** A failed record is told by its id alone: bodies and causes may quote what must not be logged. */
const tellFailure = (reason: unknown, record: SQSRecord): void => {
  const name = reason instanceof Error ? `${reason.name}: ${reason.message}` : 'unknown';
  process.stderr.write(`${JSON.stringify({ level: 'error', message: 'a message failed and will be delivered again', messageId: record.messageId, cause: name })}\n`);
};

/** A Lambda handler for a batch of SQS messages that reports exactly the messages that failed. */
export const eachMessage = (work: (record: SQSRecord, budget: Budget) => Promise<void>): SqsHandler =>
  middy<SQSEvent, Settled | SQSBatchResponse>()
    .use(sqsPartialBatchFailure({ logger: tellFailure }))
    .handler(({ Records }, context) => {
      const budget: Budget = { remainingMs: () => context.getRemainingTimeInMillis() };
      return Promise.allSettled(Records.map((record) => work(record, budget)));
    });
