import type { SagaId } from '../../../events/messages.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Dated } from '../../saga/facts.ts';
import { type StoredSaga, readSaga, withFacts, writeSaga } from './saga-store.ts';

const LARGEST_CONTENTION = 50;

/**
 * Adds what a person or an event brings to a saga, beside whatever worker has it: the lease stays, the version moves, so
 * that a worker's next intent loses the race and is decided anew. `bring` answers no facts to leave the saga as it is.
 */
export const amend = async (
  ledger: Ledger,
  sagaId: SagaId,
  now: number,
  bring: (stored: StoredSaga) => readonly Dated[],
): Promise<{ readonly stored: StoredSaga; readonly changed: boolean } | null> => {
  for (let tries = 0; tries < LARGEST_CONTENTION; tries += 1) {
    const stored = await readSaga(ledger, sagaId);
    if (stored === null) return null;
    const facts = bring(stored);
    if (facts.length === 0) return { stored, changed: false };
    const written = await writeSaga(ledger, withFacts(stored, facts), stored.lease, now);
    if (written !== null) return { stored: written, changed: true };
  }
  throw new Error(`${sagaId} was written by others ${LARGEST_CONTENTION} times in a row`);
};
