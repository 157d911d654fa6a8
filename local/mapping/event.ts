import { createHash } from 'node:crypto';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { ReceivedMessage } from '../../lib/ports/queue.ts';
import type { FunctionMapping } from '../serverless/function-mapping.ts';

/** A message and when it was received (epoch ms); its visibility counts from then. */
export interface Delivery {
  readonly message: ReceivedMessage;
  readonly receivedAt: number;
}

// The shape: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html. A queue of ours does not keep when a message was
// first received, so this delivery's time stands for it, which is exact for the first.
const recordOf = ({ message, receivedAt }: Delivery, queueArn: string): SQSRecord => {
  const [, , , region = '', account = ''] = queueArn.split(':');
  return {
    messageId: message.messageId,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      SenderId: account,
      ApproximateFirstReceiveTimestamp: String(receivedAt),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
};

export const eventOf = (batch: readonly Delivery[], { queueArn }: FunctionMapping): SQSEvent => ({ Records: batch.map((delivery) => recordOf(delivery, queueArn)) });
