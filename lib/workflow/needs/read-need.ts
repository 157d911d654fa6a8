import type { Ledger } from '../../ports/ledger.ts';
import type { Controls } from '../../saga/controls.ts';
import { type Saga, isTerminal } from '../../saga/saga.ts';
import { laterGenerations } from '../records/generations.ts';
import { NewerSaga } from '../records/saga-store.ts';
import { type Need, needOf } from './needs.ts';

/** What a saga needs a person for, as of `now`; the ledger tells whether a later generation took up what it left. */
export const readNeed = async (ledger: Ledger, saga: Saga, controls: Controls, now: number): Promise<Need | null> => {
  const alone = needOf(saga, controls, now, []);
  if (alone === null || !isTerminal(saga)) return alone;
  const later = await laterGenerations(ledger, saga);
  return needOf(saga, controls, now, later.filter((one): one is Saga => !(one instanceof NewerSaga)));
};
