import type { Ledger } from '../../ports/ledger.ts';
import { generationOf, sagaIdOf } from '../../saga/instance.ts';
import { type Saga, isTerminal } from '../../saga/saga.ts';
import { NewerSaga, readUnlessNewer } from './saga-store.ts';

/** Whether the generation before a saga is still at work, as one that a newer Probate wrote may be (H32); asked only of one that has not begun. */
export const isPreviousOpen = async (ledger: Ledger, { after, state }: Saga): Promise<boolean> => {
  if (after === null || state !== 'received') return false;
  const previous = await readUnlessNewer(ledger, after);
  return previous instanceof NewerSaga || (previous !== null && !isTerminal(previous.saga));
};

/** The generations that came after a saga and were carried out, as those that a newer Probate wrote may have been (H32); the first one first. */
export const laterGenerations = async (ledger: Ledger, { sagaId }: Saga): Promise<(Saga | NewerSaga)[]> => {
  const { identity, generation } = generationOf(sagaId);
  const later: (Saga | NewerSaga)[] = [];
  for (let number = generation + 1; ; number += 1) {
    const next = await readUnlessNewer(ledger, sagaIdOf(identity, number));
    if (next === null) return later;
    if (next instanceof NewerSaga) later.push(next);
    else if (next.saga.mode !== 'plan') later.push(next.saga);
  }
};

/** The generation after a saga, if an event opened it and it has not ended; one that a newer Probate wrote is that one's to wake. */
export const nextOpen = async (ledger: Ledger, { sagaId }: Saga): Promise<Saga | null> => {
  const { identity, generation } = generationOf(sagaId);
  const next = await readUnlessNewer(ledger, sagaIdOf(identity, generation + 1));
  return next === null || next instanceof NewerSaga || isTerminal(next.saga) ? null : next.saga;
};
