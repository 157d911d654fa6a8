import { ChangeMessageVisibilityCommand, DeleteMessageBatchCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../ports/clock.ts';
import type { Queue } from '../../ports/queue.ts';
import { checkOutgoing } from '../outgoing.ts';
import { LARGEST_BATCH, portionsOf } from './batches.ts';
import { moveToDead } from './dead-letter.ts';
import { deadQueueNameOf, queueNameOf } from './names.ts';
import { queueUrls } from './queue-urls.ts';
import { receiveDeadFrom, receiveFrom } from './receive.ts';
import { sendAll } from './send.ts';
import { isStaleEntry, isStaleReceipt } from './stale-receipt.ts';

/** SQS tells how many messages come later, not when. */
const LOOK_AGAIN_MS = 1_000;

interface Counts {
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
}

const count = async (client: SQSClient, url: string): Promise<Counts> => {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesDelayed', 'ApproximateNumberOfMessagesNotVisible'] }),
  );
  return {
    ready: Number(Attributes.ApproximateNumberOfMessages),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
  };
};

const remove = async (client: SQSClient, url: string, receipts: readonly string[]): Promise<void> => {
  for (const portion of portionsOf(receipts, LARGEST_BATCH)) {
    const Entries = portion.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
    const kept = Failed.filter((entry) => !isStaleEntry(entry));
    if (kept.length > 0) throw new Error(`${url} kept ${kept.length} of ${portion.length} messages that were to be removed: ${kept.map(({ Code }) => Code).join(', ')}`);
  }
};

/** The queues of one stage on Amazon SQS, each with its dead letters beside it (design.md, Two tiers). */
export const makeQueue = (client: SQSClient, stage: string, clock: Clock): Queue => {
  const urlOf = queueUrls(client);
  return {
    send: async (queue, messages) => {
      checkOutgoing(messages);
      if (messages.length > 0) await sendAll(client, await urlOf(queueNameOf(stage, queue)), messages);
    },

    receive: async (queue, options) => receiveFrom(client, clock, await urlOf(queueNameOf(stage, queue)), options),

    acknowledge: async (queue, receipts) => remove(client, await urlOf(queueNameOf(stage, queue)), receipts),

    release: async (queue, receipt, delaySeconds) => {
      const QueueUrl = await urlOf(queueNameOf(stage, queue));
      try {
        await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receipt, VisibilityTimeout: delaySeconds }));
      } catch (error) {
        if (!isStaleReceipt(error)) throw error;
      }
    },

    deadLetter: async (queue, message, reason) => {
      const [from, to] = await Promise.all([urlOf(queueNameOf(stage, queue)), urlOf(deadQueueNameOf(stage, queue))]);
      await moveToDead(client, from, to, message, reason);
    },

    receiveDead: async (queue, options) => receiveDeadFrom(client, await urlOf(deadQueueNameOf(stage, queue)), options),

    removeDead: async (queue, receipts) => remove(client, await urlOf(deadQueueNameOf(stage, queue)), receipts),

    depth: async (queue) => {
      const urls = await Promise.all([urlOf(queueNameOf(stage, queue)), urlOf(deadQueueNameOf(stage, queue))]);
      const [living, dead] = await Promise.all([count(client, urls[0]), count(client, urls[1])]);
      const later = living.delayed + living.inFlight;
      return { ...living, deadLetters: dead.ready + dead.delayed + dead.inFlight, nextAt: later === 0 ? null : clock.now() + LOOK_AGAIN_MS };
    },
  };
};
