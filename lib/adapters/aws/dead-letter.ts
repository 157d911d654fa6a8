import { ChangeMessageVisibilityCommand, DeleteMessageCommand, type MessageAttributeValue, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { LARGEST_BODY_BYTES, type ReceivedMessage } from '../../ports/queue.ts';
import { carriable } from '../outgoing.ts';
import { isStaleReceipt } from './stale-receipt.ts';

/** Long enough for the copy to be stored and the original to be removed before anybody else is handed it. */
const MOVING_SECONDS = 60;
const LONGEST_REASON = 1_000;

const text = (value: string): { DataType: 'String'; StringValue: string } => ({ DataType: 'String', StringValue: value });

/** What the copy can no longer tell by itself, since it has a name and a count of its own; left out where a body leaves no room. */
const attributesOf = ({ body, messageId, receiveCount }: ReceivedMessage, reason: string): Record<string, ReturnType<typeof text>> => {
  const attributes = { reason: text(carriable(reason.slice(0, LONGEST_REASON)) || 'none'), messageId: text(messageId), receiveCount: text(String(receiveCount)) };
  const fits = Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(attributes)) <= LARGEST_BODY_BYTES;
  return fits ? attributes : {};
};

interface LifeBefore {
  /** null, and no deliveries, for what SQS itself moved by its redrive policy: that kept its name and goes on counting. */
  readonly reason: string | null;
  readonly messageId: string | null;
  readonly receiveCount: number;
}

export const readAttributes = (attributes: Readonly<Record<string, MessageAttributeValue>>): LifeBefore => ({
  reason: attributes['reason']?.StringValue ?? null,
  messageId: attributes['messageId']?.StringValue ?? null,
  receiveCount: Number(attributes['receiveCount']?.StringValue ?? 0),
});

/**
 * SQS has no move: the delivery is held, copied to the dead letters, then removed, so that a crash at any point leaves it
 * in one place at least. A receipt out of date moves nothing.
 */
export const moveToDead = async (client: SQSClient, from: string, to: string, message: ReceivedMessage, reason: string): Promise<void> => {
  const delivery = { QueueUrl: from, ReceiptHandle: message.receipt };
  try {
    await client.send(new ChangeMessageVisibilityCommand({ ...delivery, VisibilityTimeout: MOVING_SECONDS }));
  } catch (error) {
    if (isStaleReceipt(error)) return;
    throw error;
  }
  await client.send(new SendMessageCommand({ QueueUrl: to, MessageBody: message.body, MessageAttributes: attributesOf(message, reason) }));
  await client.send(new DeleteMessageCommand(delivery));
};
