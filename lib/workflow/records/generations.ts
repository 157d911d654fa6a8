import type { Ledger } from '../../ports/ledger.ts';
import { generationOf, sagaIdOf } from '../../saga/instance.ts';
import { type Saga, isTerminal } from '../../saga/saga.ts';
import { NewerSaga, type StoredSaga, readUnlessNewer } from './saga-store.ts';

/** Whether the generation before a saga is still at work, as one that a newer Probate wrote may be (H32); asked only of one that has not begun. */
export const isPreviousOpen = async (ledger: Ledger, { after, state }: Saga): Promise<boolean> => {
  if (after === null || state !== 'received') return false;
  const previous = await readUnlessNewer(ledger, after);
  return previous instanceof NewerSaga || (previous !== null && !isTerminal(previous.saga));
};

const readNext = (ledger: Ledger, { sagaId }: Saga): Promise<StoredSaga | NewerSaga | null> => {
  const { identity, generation } = generationOf(sagaId);
  return readUnlessNewer(ledger, sagaIdOf(identity, generation + 1));
};

/** The generation that came after a saga and was carried out, as one that a newer Probate wrote may have been (H32); null when none was. */
export const laterGeneration = async (ledger: Ledger, saga: Saga): Promise<Saga | NewerSaga | null> => {
  const next = await readNext(ledger, saga);
  if (next === null || next instanceof NewerSaga) return next;
  return next.saga.mode === 'plan' ? null : next.saga;
};

/** The generation after a saga, if an event opened it and it has not ended; one that a newer Probate wrote is that one's to wake. */
export const nextOpen = async (ledger: Ledger, saga: Saga): Promise<Saga | null> => {
  const next = await readNext(ledger, saga);
  return next === null || next instanceof NewerSaga || isTerminal(next.saga) ? null : next.saga;
};
