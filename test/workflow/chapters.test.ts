import { describe, expect, it } from 'vitest';
import { type OpenedState, openState } from '../../lib/adapters/sqlite/state.ts';
import type { Ledger } from '../../lib/ports/ledger.ts';
import type { Dated } from '../../lib/saga/facts.ts';
import { type Entry, firstBrokenLink } from '../../lib/saga/journal.ts';
import { type StoredSaga, readJournal, readSaga, unwritten, withFacts, writeSaga } from '../../lib/workflow/records/saga-store.ts';
import { temporaryDirectory } from '../contract/temporary.ts';
import { OPENED, anOpening } from '../saga/builders.ts';

const FIRST = anOpening();

/** So many facts that a few hundred of them fill a chapter. */
const facts = (count: number, code: string): Dated[] => Array.from({ length: count }, () => ({ type: 'Throttled', code, at: OPENED }));

const read = async (ledger: Ledger): Promise<StoredSaga> => {
  const stored = await readSaga(ledger, FIRST.sagaId);
  if (stored === null) throw new Error('the saga is not in the ledger');
  return stored;
};

const journalOf = async (ledger: Ledger): Promise<Entry[]> => {
  const entries: Entry[] = [];
  for await (const entry of readJournal(ledger, await read(ledger))) entries.push(entry);
  return entries;
};

const add = async (ledger: Ledger, stored: StoredSaga, count: number, code: string): Promise<'written' | 'lost'> =>
  (await writeSaga(ledger, withFacts(stored, facts(count, code)), null, OPENED)) === null ? 'lost' : 'written';

const aLedger = async (): Promise<OpenedState> => {
  const state = openState(temporaryDirectory());
  await writeSaga(state.ledger, unwritten(FIRST), null, OPENED);
  return state;
};

describe('a journal in chapters', () => {
  it('is one whole chain over all of them', async () => {
    const state = await aLedger();
    const { ledger } = state;
    for (let round = 0; round < 4; round += 1) await add(ledger, await read(ledger), 1_200, 'x');
    const entries = await journalOf(ledger);
    expect([(await read(ledger)).sealed?.chapters, entries.length, firstBrokenLink(entries)]).toEqual([4, 4_801, null]);
    state.close();
  });

  it('keeps the chapter of the writer who won, although another sealed one meanwhile', async () => {
    const state = await aLedger();
    const { ledger } = state;
    await add(ledger, await read(ledger), 600, 'before');
    const [one, other] = [await read(ledger), await read(ledger)];
    expect([await add(ledger, one, 800, 'winner'), await add(ledger, other, 700, 'loser')]).toEqual(['written', 'lost']);
    await add(ledger, await read(ledger), 1, 'after');
    const entries = await journalOf(ledger);
    expect([entries.length, firstBrokenLink(entries), JSON.stringify(entries).includes('loser')]).toEqual([1_402, null, false]);
    state.close();
  });

  it('keeps the chapter of the writer who won, although another had sealed one and then crashed', async () => {
    const state = await aLedger();
    const { ledger } = state;
    await add(ledger, await read(ledger), 600, 'before');
    const [one, other] = [await read(ledger), await read(ledger)];
    const crashing: Ledger = { ...ledger, write: (item) => (item.kind === 'saga' ? Promise.reject(new Error('crashed')) : ledger.write(item)) };
    await expect(add(crashing, other, 700, 'loser')).rejects.toThrow('crashed');
    expect(await add(ledger, one, 800, 'winner')).toBe('written');
    const entries = await journalOf(ledger);
    expect([entries.length, firstBrokenLink(entries), JSON.stringify(entries).includes('loser')]).toEqual([1_401, null, false]);
    state.close();
  });

  it('says which chapter is missing', async () => {
    const state = await aLedger();
    const { ledger } = state;
    await add(ledger, await read(ledger), 1_200, 'x');
    const stored = await read(ledger);
    const elsewhere: StoredSaga = { ...stored, sealed: { chapters: 2, seq: 2_400, hash: 'ff', saga: stored.saga } };
    await expect(readJournal(ledger, elsewhere).next()).rejects.toThrow(`chapter 2 of ${FIRST.sagaId} is missing from the ledger`);
    state.close();
  });
});
