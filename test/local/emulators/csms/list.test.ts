import * as fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { startCsmsEmulator } from '../../../../local/emulators/csms/server.ts';
import type { UnknownsDocument } from '../../../../local/emulators/unknowns.ts';
import { closeAll, started } from '../started.ts';
import { call, emulatorCall, PROJECT } from './signed.ts';

afterEach(closeAll);

const Page = z.object({
  secrets: z.array(z.object({ name: z.string() })),
  page_info: z.object({ next_marker: z.nullish(z.string()), current_count: z.number() }),
});

const page = async (endpoint: string, query: string): Promise<{ names: string[]; next: string | null | undefined; count: number }> => {
  const { secrets, page_info } = Page.parse((await call(endpoint, 'GET', `/secrets${query}`)).json);
  return { names: secrets.map(({ name }) => name), next: page_info.next_marker, count: page_info.current_count };
};

/** Reads as working software does: on until there is no marker or nothing new in a page. */
const readAll = async (endpoint: string, limit: number): Promise<string[]> => {
  const seen: string[] = [];
  let marker = '';
  for (;;) {
    const { names, next } = await page(endpoint, `?limit=${limit}${marker === '' ? '' : `&marker=${marker}`}`);
    const fresh = names.filter((name) => !seen.includes(name));
    seen.push(...fresh);
    if (next === null || next === undefined || next === '' || next === marker || names.length === 0) return seen;
    marker = next;
  }
};

const seeded = (names: readonly string[], unknowns: UnknownsDocument = {}): ReturnType<typeof startCsmsEmulator> =>
  started(startCsmsEmulator({ seed: { secrets: names.map((name) => ({ name, projectId: PROJECT })), unknowns } }));

it('paging shows every secret exactly once, whatever is left open about order, markers and the last page', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.stringMatching(/^[a-zA-Z0-9_-]{1,6}$/), { maxLength: 12 }),
      fc.integer({ min: 2, max: 5 }),
      fc.constantFrom('created', 'name', 'newest', 'id'),
      fc.constantFrom('exclusive', 'inclusive'),
      fc.constantFrom('null', 'absent', 'empty', 'name'),
      async (names, limit, listOrder, marker, lastMarker) => {
        const { endpoint } = await seeded(names, { listOrder, marker, lastMarker });
        const read = await readAll(endpoint, limit);
        expect(read.toSorted()).toEqual(names.toSorted());
        await closeAll();
      },
    ),
    { seed: 20261122, numRuns: 40 },
  );
});

it('a list has fifty rows unless a limit says otherwise, and ends with null', async () => {
  const { endpoint } = await seeded(Array.from({ length: 60 }, (_one, index) => `s-${index}`));
  expect(await page(endpoint, '')).toMatchObject({ count: 50, next: expect.any(String) });
  expect(await page(endpoint, '?limit=1000')).toMatchObject({ count: 60, next: null });
});

it.each<[string, UnknownsDocument, string, number]>([
  ['more than a thousand is refused', {}, '1001', 400],
  ['the largest limit may be a hundred', { maxLimit: '100' }, '101', 400],
  ['too large a limit may be cut instead', { maxLimit: '100', overLimit: 'clamped' }, '1000', 200],
  ['zero is refused', {}, '0', 400],
  ['what is no number is refused', {}, 'ten', 400],
])('limits: %s', async (_title, unknowns, limit, status) => {
  const { endpoint } = await seeded(['a'], unknowns);
  expect((await call(endpoint, 'GET', `/secrets?limit=${limit}`)).status).toBe(status);
});

it.each<[string, UnknownsDocument, readonly string[]]>([
  ['by name the list goes on where the name stood', { listOrder: 'name' }, ['c', 'd']],
  ['in another order it starts anew', { listOrder: 'created' }, ['a', 'c', 'd']],
  ['it may end there', { markerGone: 'ends' }, []],
])('a marker whose secret was deleted meanwhile: %s', async (_title, unknowns, rest) => {
  const { endpoint } = await seeded(['a', 'b', 'c', 'd'], unknowns);
  await call(endpoint, 'DELETE', '/secrets/b');
  const { names } = await page(endpoint, '?limit=10&marker=b');
  expect(names.toSorted()).toEqual(rest);
});

it('a marker whose secret was deleted meanwhile may be refused', async () => {
  const { endpoint } = await seeded(['a'], { markerGone: 'refused' });
  expect(await call(endpoint, 'GET', '/secrets?marker=b')).toMatchObject({ status: 400, json: { error_code: 'CSMS.0002' } });
});

it('another project sees none of it', async () => {
  const { endpoint } = await started(startCsmsEmulator({ seed: { secrets: [{ name: 'a', projectId: 'f'.repeat(32) }] } }));
  expect(await page(endpoint, '')).toMatchObject({ count: 0 });
});

it('H45: a stale list still shows what is gone and not yet what is new, until the clock has moved on', async () => {
  const emulator = await seeded(['old']);
  emulator.advance(600);
  await call(emulator.endpoint, 'DELETE', '/secrets/old');
  await call(emulator.endpoint, 'POST', '/secrets', { name: 'new', secret_string: 's' });
  await emulatorCall(emulator.endpoint, 'POST', 'faults', { seed: 1, rules: [{ match: { operation: 'ListSecrets' }, effect: { staleListSeconds: 300 } }] });
  expect((await page(emulator.endpoint, '')).names).toEqual(['old']);
  expect((await call(emulator.endpoint, 'GET', '/secrets/old')).status).toBe(404);
  emulator.advance(301);
  expect((await page(emulator.endpoint, '')).names).toEqual(['new']);
});

it('H46: a dropped page takes its rows with it and leaves no trace in the markers', async () => {
  const { endpoint } = await seeded(['a', 'b', 'c', 'd', 'e', 'f'], { listOrder: 'name' });
  await emulatorCall(endpoint, 'POST', 'faults', { seed: 1, rules: [{ match: { operation: 'ListSecrets', nth: 2 }, effect: { dropPage: true } }] });
  expect(await readAll(endpoint, 2)).toEqual(['a', 'b', 'e', 'f']);
  expect(await readAll(endpoint, 2)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});
