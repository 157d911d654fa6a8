import { beforeEach, describe, expect, it } from 'vitest';
import type { Queue } from '../../lib/ports/queue.ts';
import { type QueueUnderTest, deadLetters, now, one } from './deliveries.ts';

/** Sends one message, receives it, sets it aside. */
const bury = async (queue: Queue, body: string, reason: string): Promise<void> => {
  await queue.send('deletions', now([body]));
  await queue.deadLetter('deletions', await one(queue), reason);
};

/** The part of the queue contract about what was set aside; `made` is the queue of the test at hand. */
export const describeDeadLetters = (made: () => QueueUnderTest): void => {
  describe('dead letters', () => {
    let queue: Queue;
    beforeEach(() => {
      queue = made().queue;
    });

    it('come back with their text, the reason they were set aside for and the count of their deliveries', async () => {
      await bury(queue, 'poison', 'not JSON');
      expect(await deadLetters(queue, 1)).toMatchObject([{ body: 'poison', reason: 'not JSON', receiveCount: 2 }]);
    });

    it('are nobody else\'s while one reader has them, and come back when it dies', async () => {
      await bury(queue, 'poison', 'not JSON');
      await deadLetters(queue, 1, 2);
      expect(await queue.receiveDead('deletions', { max: 10, visibilitySeconds: 60 })).toEqual([]);
      await made().pass(2);
      expect(await deadLetters(queue, 1)).toMatchObject([{ body: 'poison' }]);
    });

    it('are gone for good once removed, and only then', async () => {
      await bury(queue, 'first', 'a');
      const [first] = await deadLetters(queue, 1);
      await queue.removeDead('deletions', first === undefined ? [] : [first.receipt]);
      await bury(queue, 'second', 'b');
      expect((await deadLetters(queue, 1)).map(({ body }) => body)).toEqual(['second']);
      expect((await queue.depth('deletions')).deadLetters).toBe(1);
    });

    it('are not removed by the receipt of an earlier reading', async () => {
      await bury(queue, 'poison', 'not JSON');
      const [early] = await deadLetters(queue, 1, 1);
      await made().pass(1);
      await deadLetters(queue, 1, 1);
      await queue.removeDead('deletions', early === undefined ? [] : [early.receipt]);
      expect((await queue.depth('deletions')).deadLetters).toBe(1);
    });

    it('of one queue are not another\'s, and none come where there are none', async () => {
      await bury(queue, 'poison', 'not JSON');
      expect(await queue.receiveDead('compensations', { max: 10, visibilitySeconds: 60 })).toEqual([]);
      await queue.removeDead('compensations', []);
      expect((await queue.depth('deletions')).deadLetters).toBe(1);
    });
  });
};
