import type { SagaId } from '../../../events/messages.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Claim } from '../../saga/input.ts';
import { isTerminal } from '../../saga/saga.ts';
import { changeItem } from './item.ts';
import { NewerSaga, readUnlessNewer } from './saga-store.ts';

interface StoredClaim {
  readonly sagaId: SagaId;
}

/** One that a newer Probate wrote may be open: its claim stands (H32). */
const isOpen = async (ledger: Ledger, sagaId: SagaId): Promise<boolean> => {
  const stored = await readUnlessNewer(ledger, sagaId);
  return stored instanceof NewerSaga || (stored !== null && !isTerminal(stored.saga));
};

/** The open saga, other than this one, that claimed a secret first; null when there is none. */
const otherClaimant = async (ledger: Ledger, claim: StoredClaim | null, sagaId: SagaId): Promise<SagaId | null> =>
  claim !== null && claim.sagaId !== sagaId && (await isOpen(ledger, claim.sagaId)) ? claim.sagaId : null;

/**
 * Claims secrets for one saga, so that two open plans never hold the same one: answers, by key, which open saga was
 * there first. What is not to be taken is only looked up.
 */
export const claim = async (ledger: Ledger, sagaId: SagaId, claims: readonly Claim[]): Promise<Record<string, SagaId>> => {
  const items = await ledger.readMany(
    'claim',
    claims.map(({ key }) => key),
  );
  const taken: Record<string, SagaId> = {};
  for (const [index, { key, take }] of claims.entries()) {
    const item = items[index] ?? null;
    const known: StoredClaim | null = item === null ? null : JSON.parse(item.body);
    if (known?.sagaId === sagaId) continue;
    const other = await otherClaimant(ledger, known, sagaId);
    if (other !== null) taken[key] = other;
    else if (take) {
      const winner = await changeItem<StoredClaim, SagaId>(ledger, 'claim', key, (now) =>
        // Somebody else claimed it after we looked: the first one keeps it.
        now === null || now.sagaId === known?.sagaId || now.sagaId === sagaId ? { body: { sagaId }, answer: sagaId } : { body: null, answer: now.sagaId },
      );
      if (winner !== sagaId) taken[key] = winner;
    }
  }
  return taken;
};
