import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { QueueName } from '../../events/messages.ts';
import { queueStatements } from '../../lib/adapters/sqlite/queue-statements.ts';

export interface Message {
  readonly place: number;
  readonly id: string;
  readonly body: string;
  readonly receiveCount: number;
}

/** The statements of the embedded queue on its table, and nothing around them. */
export interface BareQueue {
  send(queue: QueueName, bodies: readonly string[]): void;
  take(queue: QueueName, max: number, visibilitySeconds: number): Message[];
  remove(queue: QueueName, messages: readonly Message[]): void;
}

const RECEIVER = 1;

const inTransaction = (database: DatabaseSync, work: () => void): void => {
  database.exec('BEGIN IMMEDIATE');
  work();
  database.exec('COMMIT');
};

/** Events are written through to the disk, wake-ups only to the operating system, as the queue itself does. */
export const bareQueue = (flushed: DatabaseSync, fast: DatabaseSync): BareQueue => {
  const statements = queueStatements(fast);
  const insertFlushed = queueStatements(flushed).insert;
  return {
    send: (queue, bodies) => {
      const durable = queue === 'decommissions';
      const insert = durable ? insertFlushed : statements.insert;
      const now = Date.now();
      inTransaction(durable ? flushed : fast, () => {
        for (const body of bodies) insert.run(queue, randomUUID(), body, now, now);
      });
    },
    take: (queue, max, visibilitySeconds) => {
      const now = Date.now();
      const first = statements.firstVisible.get(queue)?.['at'];
      if (typeof first !== 'number' || first > now) return [];
      return statements.take
        .all(now + visibilitySeconds * 1_000, RECEIVER, queue, now, max)
        .map((row) => ({ place: Number(row['place']), id: String(row['id']), body: String(row['body']), receiveCount: Number(row['receive_count']) }));
    },
    remove: (queue, messages) =>
      inTransaction(fast, () => {
        for (const { place, id, receiveCount } of messages) statements.remove.run(place, id, receiveCount, queue);
      }),
  };
};
