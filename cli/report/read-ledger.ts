import type { Ledger } from '../../lib/ports/ledger.ts';
import { readControls } from '../../lib/workflow/records/controls.ts';
import { type SeenEvent, listEvents } from '../../lib/workflow/records/event-store.ts';
import { NewerSaga, listUnlessNewer, readJournal } from '../../lib/workflow/records/saga-store.ts';
import { listParked } from '../../lib/workflow/replay/parked.ts';
import type { LedgerContent } from './make-report.ts';
import type { JournaledSaga } from './reported-saga.ts';

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

const readJournaled = async (ledger: Ledger): Promise<Pick<LedgerContent, 'sagas' | 'newer'>> => {
  const sagas: JournaledSaga[] = [];
  const newer: string[] = [];
  for await (const stored of listUnlessNewer(ledger)) {
    if (stored instanceof NewerSaga) newer.push(stored.sagaId);
    else sagas.push({ saga: stored.saga, entries: await collect(readJournal(ledger, stored)) });
  }
  return { sagas, newer };
};

/** Everything a report needs, each item as it stands when it is read; rejects when a chapter of a journal is missing. */
export const readLedger = async (ledger: Ledger): Promise<LedgerContent> => {
  const sagas = await readJournaled(ledger);
  const events: SeenEvent[] = await collect(listEvents(ledger));
  const parked = await collect(listParked(ledger));
  return { ...sagas, events, parked: parked.map(({ message }) => message), controls: await readControls(ledger) };
};
