import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LARGEST_BODY_BYTES, type Queue } from '../../lib/ports/queue.ts';
import { describeDeadLetters } from './dead-letters.suite.ts';
import { HIDDEN, PATIENCE_SECONDS, type QueueUnderTest, bodies, collect, now, numbered, one } from './deliveries.ts';

/** What every adapter of the Queue port must hold (lib/ports/queue.ts); it asks for nothing SQS does not promise. */
export const describeQueue = (name: string, make: () => Promise<QueueUnderTest>): void => {
  describe(`the queue contract on ${name}`, () => {
    let made: QueueUnderTest;
    let queue: Queue;
    beforeEach(async () => {
      made = await make();
      queue = made.queue;
    });
    afterEach(async () => made.close());

    describe('sending', () => {
      it.each([
        { what: 'plain text', body: 'a wake-up' },
        { what: 'JSON', body: '{"v":1,"path":"a\\\\b","quote":"\\""}' },
        { what: 'many alphabets and line breaks', body: 'naïve — Пробате\n\t密码 \r\n' },
        { what: 'exactly 1 MiB', body: 'x'.repeat(LARGEST_BODY_BYTES) },
      ])('hands out $what unchanged', async ({ body }) => {
        await queue.send('deletions', now([body]));
        const message = await one(queue);
        expect(message.body === body, 'same body').toBe(true);
        expect(message.receiveCount).toBe(1);
      });

      it('stores more messages than fit one batch', async () => {
        await queue.send('deletions', now(numbered(25)));
        expect(bodies(await collect(queue, 25))).toEqual(numbered(25));
      });

      it('stores messages that together are larger than one may be', async () => {
        const large = ['a', 'b', 'c'].map((letter) => letter.repeat(600_000));
        await queue.send('deletions', now(large));
        expect(bodies(await collect(queue, 3)).map((body) => `${body.slice(0, 1)}${body.length}`)).toEqual(['a600000', 'b600000', 'c600000']);
      });

      it('takes an empty list and stores nothing', async () => {
        await queue.send('deletions', []);
        expect((await queue.depth('deletions')).ready).toBe(0);
      });

      it('gives each message a name of its own, though their bodies are alike', async () => {
        await queue.send('deletions', now(['same', 'same', 'same']));
        const messages = await collect(queue, 3);
        expect(new Set(messages.map(({ receipt }) => receipt)).size).toBe(3);
      });

      it('tells when a message was sent, also on a later delivery', async () => {
        await queue.send('deletions', now(['timed']));
        const first = await one(queue, 1);
        await made.pass(1);
        const second = await one(queue);
        expect(second.sentAt).toBe(first.sentAt);
        expect(Number.isSafeInteger(first.sentAt)).toBe(true);
      });

      it.each([
        { what: 'a body over 1 MiB', message: { body: 'x'.repeat(LARGEST_BODY_BYTES + 1), delaySeconds: 0 } },
        { what: 'a body over 1 MiB in bytes but not in characters', message: { body: 'é'.repeat(LARGEST_BODY_BYTES / 2 + 1), delaySeconds: 0 } },
        { what: 'an empty body', message: { body: '', delaySeconds: 0 } },
        { what: 'a delay of 901 s', message: { body: 'late', delaySeconds: 901 } },
        { what: 'a delay below 0', message: { body: 'early', delaySeconds: -1 } },
        { what: 'a delay of half a second', message: { body: 'half', delaySeconds: 0.5 } },
        { what: 'a delay that is no number', message: { body: 'never', delaySeconds: Number.NaN } },
      ])('refuses $what', async ({ message }) => {
        await expect(queue.send('deletions', [message])).rejects.toThrow(/0/);
        expect(await queue.receive('deletions', { ...HIDDEN, max: 1 })).toEqual([]);
      });

      it('keeps a delayed message back until its delay is over, and no longer', async () => {
        await queue.send('deletions', [{ body: 'later', delaySeconds: 2 }]);
        expect(await queue.receive('deletions', { ...HIDDEN, max: 1 })).toEqual([]);
        await made.pass(2);
        expect((await one(queue)).body).toBe('later');
      });

      it('takes the longest delay', async () => {
        await queue.send('deletions', [{ body: 'latest', delaySeconds: 900 }]);
        expect(await queue.depth('deletions')).toMatchObject({ ready: 0, delayed: 1 });
      });

      it('keeps the queues apart', async () => {
        await queue.send('verifications', now(['elsewhere']));
        expect(await queue.receive('deletions', { ...HIDDEN, max: 1 })).toEqual([]);
      });
    });

    describe('receiving', () => {
      it.each([1, 3, 10])('never hands out more than %i when that is the most asked for', async (max) => {
        await queue.send('deletions', now(numbered(15)));
        const messages = await queue.receive('deletions', { ...HIDDEN, max, waitSeconds: PATIENCE_SECONDS });
        expect(messages.length).toBeGreaterThan(0);
        expect(messages.length).toBeLessThanOrEqual(max);
      });

      it('hides what it handed out, and hands it out again with a new receipt when the time is over', async () => {
        await queue.send('deletions', now(['again']));
        const first = await one(queue, 2);
        expect(await queue.receive('deletions', { ...HIDDEN, max: 1 })).toEqual([]);
        await made.pass(2);
        const second = await one(queue);
        expect(second).toMatchObject({ messageId: first.messageId, body: 'again', receiveCount: 2 });
        expect(second.receipt).not.toBe(first.receipt);
      });

      it('hands out each message once to ten who ask at the same time', async () => {
        await queue.send('deletions', now(numbered(30)));
        const seen: string[] = [];
        const worker = async (): Promise<void> => {
          for (let some = await queue.receive('deletions', { ...HIDDEN, max: 4 }); some.length > 0; some = await queue.receive('deletions', { ...HIDDEN, max: 4 })) seen.push(...bodies(some));
        };
        await Promise.all(Array.from({ length: 10 }, worker));
        expect(seen.sort()).toEqual(numbered(30));
      });

      it('waits for a message that is sent meanwhile', async () => {
        const waiting = queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: PATIENCE_SECONDS });
        await queue.send('deletions', now(['at last']));
        expect(bodies(await waiting)).toEqual(['at last']);
      });

      it('waits for a message whose delay ends meanwhile', async () => {
        await queue.send('deletions', [{ body: 'delayed', delaySeconds: 1 }]);
        const waiting = queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: PATIENCE_SECONDS });
        await made.pass(1);
        expect(bodies(await waiting)).toEqual(['delayed']);
      });

      it('comes back with nothing once the wait is over', async () => {
        const waiting = queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: 1 });
        await made.pass(1);
        expect(await waiting).toEqual([]);
      });

      it('ends a wait with nothing as soon as it is aborted, and takes nothing later', async () => {
        const stop = new AbortController();
        const waiting = queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: 20, signal: stop.signal });
        stop.abort();
        expect(await waiting).toEqual([]);
        await queue.send('deletions', now(['for others']));
        expect((await one(queue)).receiveCount).toBe(1);
      });

      it('takes nothing for one who gave up before asking', async () => {
        await queue.send('deletions', now(['for others']));
        expect(await queue.receive('deletions', { ...HIDDEN, max: 1, signal: AbortSignal.abort() })).toEqual([]);
        expect((await one(queue)).receiveCount).toBe(1);
      });
    });

    describe('what becomes of a delivery', () => {
      it('is gone for good once acknowledged', async () => {
        await queue.send('deletions', now(numbered(25)));
        const messages = await collect(queue, 25, 2);
        await queue.acknowledge('deletions', messages.map(({ receipt }) => receipt));
        await made.pass(2);
        expect(await queue.receive('deletions', { ...HIDDEN, max: 10 })).toEqual([]);
        expect(await queue.depth('deletions')).toMatchObject({ ready: 0, delayed: 0, inFlight: 0, deadLetters: 0 });
      });

      it('stays gone when acknowledged twice', async () => {
        await queue.send('deletions', now(['once', 'other']));
        const [first] = await collect(queue, 2);
        const receipts = first === undefined ? [] : [first.receipt];
        await queue.acknowledge('deletions', receipts);
        await queue.acknowledge('deletions', receipts);
        expect(await queue.depth('deletions')).toMatchObject({ inFlight: 1 });
      });

      it('takes an empty list of receipts', async () => {
        await expect(queue.acknowledge('deletions', [])).resolves.toBeUndefined();
      });

      it('is not removed by the receipt of an earlier delivery', async () => {
        await queue.send('deletions', now(['twice']));
        const first = await one(queue, 1);
        await made.pass(1);
        const second = await one(queue, 1);
        await queue.acknowledge('deletions', [first.receipt]);
        await made.pass(1);
        expect((await one(queue)).messageId).toBe(second.messageId);
      });

      it('is visible at once when released without a delay', async () => {
        await queue.send('deletions', now(['back']));
        await queue.release('deletions', (await one(queue)).receipt, 0);
        expect(await one(queue)).toMatchObject({ body: 'back', receiveCount: 2 });
      });

      it('is visible after the delay it was released with, not before', async () => {
        await queue.send('deletions', now(['back later']));
        await queue.release('deletions', (await one(queue)).receipt, 2);
        expect(await queue.receive('deletions', { ...HIDDEN, max: 1 })).toEqual([]);
        await made.pass(2);
        expect((await one(queue)).receiveCount).toBe(2);
      });

      it('counts among the dead letters, and no more among the living, once set aside', async () => {
        await queue.send('deletions', now(['poison', 'fine']));
        const poison = (await collect(queue, 2, 1)).find(({ body }) => body === 'poison');
        if (poison === undefined) throw new Error('the poison did not come');
        await queue.deadLetter('deletions', poison, 'not JSON');
        expect(await queue.depth('deletions')).toMatchObject({ inFlight: 1, deadLetters: 1 });
        await made.pass(1);
        expect(bodies(await collect(queue, 1))).toEqual(['fine']);
        expect(await queue.receive('deletions', { ...HIDDEN, max: 1 })).toEqual([]);
      });
    });

    describeDeadLetters(() => made);

    describe('depth', () => {
      it('counts what is ready, delayed and being worked on', async () => {
        await queue.send('deletions', [...now(['a', 'b', 'c']), { body: 'd', delaySeconds: 900 }, { body: 'e', delaySeconds: 900 }]);
        await queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: PATIENCE_SECONDS });
        expect(await queue.depth('deletions')).toMatchObject({ ready: 2, delayed: 2, inFlight: 1, deadLetters: 0 });
      });

      it('knows of no next message where there is none', async () => {
        expect(await queue.depth('compensations')).toEqual({ ready: 0, delayed: 0, inFlight: 0, deadLetters: 0, nextAt: null });
      });
    });
  });
};
