import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { OutgoingMessage } from '../../ports/queue.ts';
import { type BatchEntry, batchesOf } from './batches.ts';

/** SQS did not store all of what was to be sent; `indexes` are the places of those it did not, in the caller's list. */
export class NotAllStored extends Error {
  override readonly name = 'NotAllStored';
  readonly indexes: readonly number[];

  constructor(url: string, refused: readonly Refused[], cause: unknown) {
    const told = refused.map(({ index, why }) => `message ${index}: ${why}`).join('; ');
    super(`${url} did not store ${refused.length} messages: ${told}`, { cause });
    this.indexes = refused.map(({ index }) => index);
  }
}

interface Refused {
  readonly index: number;
  readonly why: string;
}

/** One request; SQS may take some entries, refuse others, and still answer 200. */
const sendBatch = async (client: SQSClient, url: string, batch: readonly BatchEntry[]): Promise<Refused[]> => {
  const Entries = batch.map(({ index, message }) => ({ Id: String(index), MessageBody: message.body, DelaySeconds: message.delaySeconds }));
  const { Successful = [], Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  const stored = new Set(Successful.map(({ Id }) => Id));
  // Silence about an entry is no success.
  return batch
    .filter(({ index }) => !stored.has(String(index)))
    .map(({ index }) => ({ index, why: Failed.find(({ Id }) => Id === String(index))?.Code ?? 'no answer' }));
};

/** Sends all, in batches; throws NotAllStored, after trying every batch, naming those that SQS did not store. */
export const sendAll = async (client: SQSClient, url: string, messages: readonly OutgoingMessage[]): Promise<void> => {
  const refused: Refused[] = [];
  let cause: unknown;
  for (const batch of batchesOf(messages)) {
    try {
      refused.push(...(await sendBatch(client, url, batch)));
    } catch (fault) {
      cause = fault;
      const why = fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault);
      refused.push(...batch.map(({ index }) => ({ index, why })));
    }
  }
  if (refused.length > 0) throw new NotAllStored(url, refused, cause);
};
