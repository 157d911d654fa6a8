import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Item, Ledger } from '../../lib/ports/ledger.ts';

export interface LedgerUnderTest {
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/** As the port has it. */
const LARGEST_BODY_BYTES = 380 * 1_024;

/** `due` may lag behind the writes, so it is asked until it has caught up. */
const CATCHING_UP = { timeout: 10_000 };

const anItem = (of: Partial<Item> = {}): Item => ({ kind: 'saga', id: 'one', version: 1, body: '{}', wakeAt: null, ...of });

const idsOf = async (items: AsyncIterable<Item>): Promise<string[]> => {
  const ids: string[] = [];
  for await (const { id } of items) ids.push(id);
  return ids;
};

/** What every adapter of the Ledger port must hold (lib/ports/ledger.ts); it asks for nothing DynamoDB does not promise. */
export const describeLedger = (name: string, make: () => Promise<LedgerUnderTest>): void => {
  describe(`the ledger contract on ${name}`, () => {
    let made: LedgerUnderTest;
    let ledger: Ledger;
    beforeEach(async () => {
      made = await make();
      ledger = made.ledger;
    });
    afterEach(async () => made.close());

    /** Brings an item to a version the only way there is: one write after the other. */
    const writeUpTo = async (version: number, of: Partial<Item> = {}): Promise<void> => {
      for (let step = 1; step <= version; step += 1) expect(await ledger.write(anItem({ ...of, version: step, body: `version ${step}` }))).toBe('written');
    };

    describe('one item', () => {
      it('is null before it was written', async () => {
        expect(await ledger.read('saga', 'nobody')).toBeNull();
      });

      it.each([
        { what: 'without a wake time', of: {} },
        { what: 'with a wake time', of: { wakeAt: 1_795_000_000_123 } },
        { what: 'with a wake time of zero', of: { wakeAt: 0 } },
        { what: 'with a body of many alphabets', of: { body: '{"reason":"naïve — 密码 🔑 \\u0000 \\" \\\\"}' } },
        { what: 'with a saga id', of: { id: 'huawei:cn-north-4:0123456789abcdef0123456789abcdef:RDS:2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01#1' } },
        { what: 'with all the bytes it may have', of: { body: 'x'.repeat(LARGEST_BODY_BYTES) } },
        { what: 'with the longest id', of: { id: 'é'.repeat(512) } },
      ])('$what comes back as it was written', async ({ of }) => {
        const item = anItem(of);
        expect(await ledger.write(item)).toBe('written');
        expect(await ledger.read(item.kind, item.id)).toEqual(item);
      });

      it('is kept apart from one of another kind with the same id', async () => {
        await ledger.write(anItem({ kind: 'saga', body: 'a saga' }));
        await ledger.write(anItem({ kind: 'parked', body: 'a parked row' }));
        expect((await ledger.read('saga', 'one'))?.body).toBe('a saga');
        expect((await ledger.read('parked', 'one'))?.body).toBe('a parked row');
      });

      it.each([
        { what: 'with a body over 380 KB', of: { body: 'x'.repeat(LARGEST_BODY_BYTES + 1) } },
        { what: 'with a body over 380 KB in bytes but not in characters', of: { body: 'é'.repeat(LARGEST_BODY_BYTES / 2 + 1) } },
        { what: 'with an id over 1,024 bytes', of: { id: `one ${'é'.repeat(511)}` } },
        { what: 'of version 0', of: { version: 0 } },
      ])('is refused $what, and nothing is stored', async ({ of }) => {
        const item = anItem(of);
        await expect(ledger.write(item)).rejects.toThrow(/one/);
        await expect(idsOf(ledger.list('saga'))).resolves.toEqual([]);
      });
    });

    describe('a conditional write', () => {
      it.each([
        { stored: 0, version: 1, answer: 'written' },
        { stored: 0, version: 2, answer: 'conflict' },
        { stored: 1, version: 1, answer: 'conflict' },
        { stored: 1, version: 2, answer: 'written' },
        { stored: 1, version: 3, answer: 'conflict' },
        { stored: 3, version: 1, answer: 'conflict' },
        { stored: 3, version: 2, answer: 'conflict' },
        { stored: 3, version: 3, answer: 'conflict' },
        { stored: 3, version: 4, answer: 'written' },
      ] as const)('of version $version over version $stored is a $answer', async ({ stored, version, answer }) => {
        await writeUpTo(stored);
        const before = await ledger.read('saga', 'one');
        const item = anItem({ version, body: 'the new one', wakeAt: 7 });
        expect(await ledger.write(item)).toBe(answer);
        expect(await ledger.read('saga', 'one')).toEqual(answer === 'written' ? item : before);
      });

      it.each([{ stored: 0 }, { stored: 3 }])('H40: has one winner among twenty who all read version $stored, and its body stands', async ({ stored }) => {
        await writeUpTo(stored);
        const contenders = Array.from({ length: 20 }, (_, index) => `contender ${index}`);
        const answers = await Promise.all(contenders.map(async (body) => ledger.write(anItem({ version: stored + 1, body }))));
        expect(answers.filter((answer) => answer === 'written')).toHaveLength(1);
        expect((await ledger.read('saga', 'one'))?.body).toBe(contenders[answers.indexOf('written')]);
      });

      it('loses no increment of twenty who read and write until they win', async () => {
        await writeUpTo(1, { id: 'counter' });
        const add = async (): Promise<void> => {
          for (;;) {
            const item = await ledger.read('saga', 'counter');
            if (item === null) throw new Error('the counter is gone');
            const next = { ...item, version: item.version + 1, body: `version ${item.version + 1}` };
            if ((await ledger.write(next)) === 'written') return;
          }
        };
        await Promise.all(Array.from({ length: 20 }, add));
        expect(await ledger.read('saga', 'counter')).toMatchObject({ version: 21, body: 'version 21' });
      });

      it('is seen by every read that begins after it', async () => {
        for (let version = 1; version <= 30; version += 1) {
          await ledger.write(anItem({ version, body: `version ${version}` }));
          expect((await ledger.read('saga', 'one'))?.version).toBe(version);
        }
      });

      it('of many items at once touches each alone', async () => {
        await ledger.write(anItem({ id: 'item 07' }));
        const ids = Array.from({ length: 30 }, (_, index) => `item ${String(index).padStart(2, '0')}`);
        const answers = await Promise.all(ids.map(async (id) => ledger.write(anItem({ id }))));
        expect(ids.filter((_, index) => answers[index] === 'conflict')).toEqual(['item 07']);
      });
    });

    describe('reading many', () => {
      it('answers in the order asked for, with null for what is not there', async () => {
        await ledger.write(anItem({ id: 'a' }));
        await ledger.write(anItem({ id: 'b' }));
        const items = await ledger.readMany('saga', ['b', 'nobody', 'a']);
        expect(items.map((item) => item?.id ?? null)).toEqual(['b', null, 'a']);
      });

      it('answers for more ids than one request of any store takes', async () => {
        const ids = Array.from({ length: 130 }, (_, index) => `id ${index}`);
        await Promise.all(ids.map(async (id) => ledger.write(anItem({ id }))));
        expect((await ledger.readMany('saga', ids)).map((item) => item?.id)).toEqual(ids);
      });

      it('answers twice for an id asked for twice, and nothing for none', async () => {
        await ledger.write(anItem());
        expect((await ledger.readMany('saga', ['one', 'one'])).map((item) => item?.id)).toEqual(['one', 'one']);
        expect(await ledger.readMany('saga', [])).toEqual([]);
      });
    });

    describe('what is due', () => {
      beforeEach(async () => {
        await ledger.write(anItem({ id: 'third', wakeAt: 3_000 }));
        await ledger.write(anItem({ id: 'first', wakeAt: 1_000 }));
        await ledger.write(anItem({ id: 'second', wakeAt: 2_000 }));
        await ledger.write(anItem({ id: 'asleep' }));
        await ledger.write(anItem({ kind: 'parked', id: 'of another kind', wakeAt: 1_500 }));
      });
      const first = { id: 'first', wakeAt: 1_000 };
      const second = { id: 'second', wakeAt: 2_000 };
      const third = { id: 'third', wakeAt: 3_000 };

      it.each([
        { before: 999, limit: 10, found: [] },
        { before: 1_000, limit: 10, found: [first] },
        { before: 2_500, limit: 10, found: [first, second] },
        { before: 9_000, limit: 10, found: [first, second, third] },
        { before: 9_000, limit: 2, found: [first, second] },
      ])('at $before, at most $limit, soonest first', async ({ before, limit, found }) => {
        await expect.poll(() => ledger.due('saga', before, limit), CATCHING_UP).toEqual(found);
      });

      it('is all of it, be it more than one of each shard', async () => {
        const ids = Array.from({ length: 40 }, (_, index) => `many ${String(index).padStart(2, '0')}`);
        for (const [index, id] of ids.entries()) await ledger.write(anItem({ kind: 'notice', id, wakeAt: index }));
        await expect.poll(async () => (await ledger.due('notice', 100, 1_000)).map(({ id }) => id), CATCHING_UP).toEqual(ids);
        expect((await ledger.due('notice', 100, 30)).map(({ id }) => id)).toEqual(ids.slice(0, 30));
      });

      it('moves with the wake time, and ends when there is none any more', async () => {
        await ledger.write(anItem({ id: 'first', version: 2, wakeAt: 5_000 }));
        await ledger.write(anItem({ id: 'second', version: 2, wakeAt: null }));
        await expect.poll(() => ledger.due('saga', 9_000, 10), CATCHING_UP).toEqual([third, { id: 'first', wakeAt: 5_000 }]);
      });
    });

    describe('a list', () => {
      it('holds every item of the kind by id, as written', async () => {
        for (const id of ['b', 'c', 'a']) await ledger.write(anItem({ id, body: `body of ${id}` }));
        await ledger.write(anItem({ kind: 'parked', id: 'd' }));
        const bodies: string[] = [];
        for await (const { body } of ledger.list('saga')) bodies.push(body);
        expect(bodies).toEqual(['body of a', 'body of b', 'body of c']);
      });

      it('goes by the bytes of the ids, whatever alphabet they are in', async () => {
        const ids = ['a', 'z', 'é', '密', '\u{FFFD}', '\u{FFFD}a', '\u{10000}', '\u{10000}a'];
        for (const id of ids.toReversed()) await ledger.write(anItem({ id }));
        expect(await idsOf(ledger.list('saga'))).toEqual(ids);
      });

      it.each([
        { prefix: 'huawei:', found: ['huawei:a#1', 'huawei:a#2', 'huawei:b#1'] },
        { prefix: 'huawei:a#', found: ['huawei:a#1', 'huawei:a#2'] },
        { prefix: 'huawei:a#1', found: ['huawei:a#1'] },
        { prefix: 'h%', found: ['h%'] },
        { prefix: 'h_', found: ['h_x'] },
        { prefix: 'z', found: [] },
      ])('of ids that start with $prefix holds only those', async ({ prefix, found }) => {
        for (const id of ['alibaba:a#1', 'huawei:a#1', 'huawei:a#2', 'huawei:b#1', 'h%', 'h_x', 'hux']) await ledger.write(anItem({ id }));
        expect(await idsOf(ledger.list('saga', prefix))).toEqual(found);
      });

      it('is read to its end though it is longer than any page', async () => {
        const ids = Array.from({ length: 130 }, (_, index) => `id ${String(index).padStart(3, '0')}`);
        await Promise.all(ids.map(async (id) => ledger.write(anItem({ id, body: 'x'.repeat(10_000) }))));
        expect(await idsOf(ledger.list('saga'))).toEqual(ids);
      });

      it('may be left early and taken up while others write', async () => {
        for (const id of ['a', 'b', 'c']) await ledger.write(anItem({ id }));
        for await (const { id } of ledger.list('saga')) {
          expect(await ledger.write(anItem({ id, version: 2 }))).toBe('written');
          if (id === 'b') break;
        }
        expect((await ledger.readMany('saga', ['a', 'b', 'c'])).map((item) => item?.version)).toEqual([2, 2, 1]);
      });
    });
  });
};
