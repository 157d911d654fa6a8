import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchesOf } from '../../lib/adapters/aws/batches.ts';
import { LARGEST_BODY_BYTES } from '../../lib/ports/queue.ts';

const bytesOf = (batch: ReturnType<typeof batchesOf>[number]): number => batch.reduce((sum, { message }) => sum + Buffer.byteLength(message.body), 0);

/** Bodies told by their size alone, small ones and such as fill a batch, with characters of one to three bytes. */
const bodies = fc.array(fc.tuple(fc.constantFrom('x', 'é', '密'), fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 100_000, max: 349_525 }))), { maxLength: 40 });

it('messages travel in order, in requests of at most ten and 1 MiB together, and in no more of them than that takes', () => {
  fc.assert(
    fc.property(bodies, (sizes) => {
      const messages = sizes.map(([letter, count]) => ({ body: letter.repeat(count), delaySeconds: 0 }));
      const batches = batchesOf(messages);
      expect(batches.flat().map(({ index }) => index)).toEqual(messages.map((_, index) => index));
      expect(batches.flat().every(({ index, message }) => message === messages[index])).toBe(true);
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(10);
        expect(bytesOf(batch)).toBeLessThanOrEqual(LARGEST_BODY_BYTES);
      }
      const roomy = batches.slice(0, -1).filter((batch, place) => batch.length < 10 && bytesOf([...batch, ...(batches[place + 1] ?? []).slice(0, 1)]) <= LARGEST_BODY_BYTES);
      expect(roomy).toEqual([]);
    }),
    { seed: 2_026, numRuns: 100 },
  );
});
