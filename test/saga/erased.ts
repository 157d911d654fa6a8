import type { Saga } from '../../lib/saga/saga.ts';
import { type Ground, OPENED, type SightTerms, type Then, aBatchDeletion, aCsmsSecret, aPurgingSaga, after, keyOf, succeeding } from './builders.ts';

/** Its one secret db-1 was erased by a batch-delete at `OPENED`; proofs are still to come. */
export const erased = (ground: Ground = { csms: [aCsmsSecret('db-1')] }, parkAfterwards: string | null = null): Saga => {
  const batch = { total: 1, succeeded: ['db-1'], failed: [] };
  const saga = succeeding(aPurgingSaga(ground), aBatchDeletion(), { batch }, OPENED);
  return after(saga, OPENED, { type: 'VerifyingStarted', parkAfterwards });
};

export const GONE: SightTerms = { csms: [], shown: { 'db-1': 'not-found' } };

export const db1Of = ({ saga }: Then): Saga['secrets'][string] | undefined => saga.secrets[keyOf('db-1')];
