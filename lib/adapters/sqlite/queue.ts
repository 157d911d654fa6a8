import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { QueueName } from '../../../events/messages.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeadLetter, Queue } from '../../ports/queue.ts';
import { atomically } from './database.ts';
import type { Bells } from './bells.ts';
import { checkOutgoing } from '../outgoing.ts';
import { deliveryOf, receiptOf } from './receipt.ts';
import type { Receivers } from './receivers.ts';
import { queueStatements } from './queue-statements.ts';
import { takeWhenReady } from './waiting.ts';

export interface QueueParts {
  /** The connection whose commits are on the disk when they return. */
  readonly flushed: DatabaseSync;
  /** The connection whose commits survive the process, but perhaps not the machine. */
  readonly fast: DatabaseSync;
  readonly clock: Clock;
  readonly bells: Bells;
  readonly receivers: Receivers;
  readonly closing: AbortSignal;
}

/** Where a queue's dead letters stand (schema.ts). */
const deadOf = (queue: QueueName): string => `${queue}-dead`;

/**
 * The queues of one machine (design.md, Two tiers). A wake-up lost with the machine is sent again from the ledger; an
 * event stands nowhere else, so the decommissions queue alone is written through to the disk.
 */
export const makeQueue = ({ flushed, fast, clock, bells, receivers, closing }: QueueParts): Queue => {
  const statements = queueStatements(fast);
  const insertFlushed = queueStatements(flushed).insert;

  const nextAt = (queue: string): number | null => {
    const at = statements.firstVisible.get(queue)?.['at'];
    return typeof at === 'number' ? at : null;
  };

  const take = (queue: string, max: number, visibilitySeconds: number): DeadLetter[] => {
    const now = clock.now();
    receivers.freeDead(now);
    const first = nextAt(queue);
    if (first === null || first > now) return [];
    return statements.take.all(now + visibilitySeconds * 1_000, receivers.ourselves, queue, now, max).map((row) => {
      const delivery = { place: Number(row['place']), id: String(row['id']), receiveCount: Number(row['receive_count']) };
      const reason = typeof row['reason'] === 'string' ? row['reason'] : null;
      return { messageId: delivery.id, receipt: receiptOf(delivery), body: String(row['body']), receiveCount: delivery.receiveCount, sentAt: Number(row['sent_at']), reason };
    });
  };

  const remove = (queue: string, receipts: readonly string[]): void => {
    const deliveries = receipts.map(deliveryOf).filter((delivery) => delivery !== null);
    if (deliveries.length === 0) return;
    atomically(fast, () => {
      for (const { place, id, receiveCount } of deliveries) statements.remove.run(place, id, receiveCount, queue);
    });
  };

  return {
    send: async (queue, messages) => {
      checkOutgoing(messages);
      if (messages.length === 0) return;
      const durable = queue === 'decommissions';
      const insert = durable ? insertFlushed : statements.insert;
      const now = clock.now();
      atomically(durable ? flushed : fast, () => {
        for (const { body, delaySeconds } of messages) insert.run(queue, randomUUID(), body, now, now + delaySeconds * 1_000);
      });
      bells.ring(queue);
    },

    receive: async (queue, { max, visibilitySeconds, waitSeconds, signal }) => {
      const signals = signal === undefined ? [closing] : [closing, signal];
      const wait = { queue, seconds: waitSeconds, signals };
      const taken = await takeWhenReady(clock, bells, wait, () => take(queue, max, visibilitySeconds), () => nextAt(queue));
      return taken.map(({ reason: _dead, ...message }) => message);
    },

    acknowledge: async (queue, receipts) => remove(queue, receipts),

    release: async (queue, receipt, delaySeconds) => {
      const delivery = deliveryOf(receipt);
      if (delivery === null) return;
      statements.release.run(clock.now() + delaySeconds * 1_000, delivery.place, delivery.id, delivery.receiveCount, queue);
      bells.ring(queue);
    },

    deadLetter: async (queue, { receipt }, reason) => {
      const delivery = deliveryOf(receipt);
      if (delivery === null) return;
      statements.bury.run(deadOf(queue), clock.now(), reason, delivery.place, delivery.id, delivery.receiveCount, queue);
    },

    receiveDead: async (queue, { max, visibilitySeconds }) => take(deadOf(queue), max, visibilitySeconds),

    removeDead: async (queue, receipts) => remove(deadOf(queue), receipts),

    depth: async (queue) => {
      const now = clock.now();
      const row = statements.depth.get(now, queue) ?? {};
      const next = row['next_at'];
      return {
        ready: Number(row['ready']),
        delayed: Number(row['delayed']),
        inFlight: Number(row['in_flight']),
        deadLetters: Number(statements.count.get(deadOf(queue))?.['messages']),
        nextAt: typeof next === 'number' ? next : null,
      };
    },
  };
};
