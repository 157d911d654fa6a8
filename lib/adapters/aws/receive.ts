import { type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../ports/clock.ts';
import type { DeadLetter, Queue, ReceivedMessage } from '../../ports/queue.ts';
import { LARGEST_BATCH } from './batches.ts';
import { readAttributes } from './dead-letter.ts';

/**
 * A request that is given up may still be answered, and what it took is then hidden with nobody to hear of it. So no
 * request is ever given up: each waits a second at most, and an abort is heeded between them.
 */
const SLICE_SECONDS = 1;

const receivedOf = ({ MessageId, ReceiptHandle, Body, Attributes }: Message): ReceivedMessage => {
  if (MessageId === undefined || ReceiptHandle === undefined || Body === undefined) throw new Error(`SQS handed out message ${MessageId ?? 'without a name'} without its receipt or body`);
  return {
    messageId: MessageId,
    receipt: ReceiptHandle,
    body: Body,
    receiveCount: Number(Attributes?.ApproximateReceiveCount),
    sentAt: Number(Attributes?.SentTimestamp),
  };
};

const ask = async (client: SQSClient, url: string, { max, visibilitySeconds }: { readonly max: number; readonly visibilitySeconds: number }, waitSeconds: number): Promise<Message[]> => {
  const request = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: Math.min(max, LARGEST_BATCH),
    VisibilityTimeout: visibilitySeconds,
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    MessageAttributeNames: ['All'],
  });
  return (await client.send(request)).Messages ?? [];
};

/** What is ready, or what comes within the wait; SQS hands out ten at most, and a short poll may miss messages that are there. */
export const receiveFrom = async (client: SQSClient, clock: Clock, url: string, options: Parameters<Queue['receive']>[1]): Promise<ReceivedMessage[]> => {
  const until = clock.monotonic() + options.waitSeconds * 1_000;
  for (;;) {
    if (options.signal?.aborted === true) return [];
    const leftSeconds = Math.max(0, Math.ceil((until - clock.monotonic()) / 1_000));
    const messages = await ask(client, url, options, Math.min(leftSeconds, SLICE_SECONDS));
    if (messages.length > 0 || clock.monotonic() >= until) return messages.map(receivedOf);
  }
};

/** Dead letters, each under the name and with the count it had in its life before. */
export const receiveDeadFrom = async (client: SQSClient, url: string, options: Parameters<Queue['receiveDead']>[1]): Promise<DeadLetter[]> =>
  (await ask(client, url, options, 0)).map((message) => {
    const received = receivedOf(message);
    const { reason, messageId, receiveCount } = readAttributes(message.MessageAttributes ?? {});
    return { ...received, messageId: messageId ?? received.messageId, receiveCount: received.receiveCount + receiveCount, reason };
  });
