import type { Ledger } from '../ports/ledger.ts';
import { generationOf, sagaIdOf } from '../saga/instance.ts';
import { type Saga, isTerminal } from '../saga/saga.ts';
import { readSaga } from './saga-store.ts';

/** Whether the generation before a saga is still at work; asked only of one that has not begun. */
export const isPreviousOpen = async (ledger: Ledger, { after, state }: Saga): Promise<boolean> => {
  if (after === null || state !== 'received') return false;
  const previous = await readSaga(ledger, after);
  return previous !== null && !isTerminal(previous.saga);
};

/** The generation after a saga, if an event opened it and it has not ended. */
export const nextOpen = async (ledger: Ledger, { sagaId }: Saga): Promise<Saga | null> => {
  const { identity, generation } = generationOf(sagaId);
  const next = await readSaga(ledger, sagaIdOf(identity, generation + 1));
  return next !== null && !isTerminal(next.saga) ? next.saga : null;
};
