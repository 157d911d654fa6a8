import type { Kind, Ledger } from '../../ports/ledger.ts';

/** How often a small shared item is tried again when another worker wrote it first; each try reads what the other wrote. */
const LARGEST_CONTENTION = 50;

/**
 * Reads one small item, lets `change` make the next body of it, and writes that; when somebody wrote in between it reads
 * and asks again. `change` answers null to leave the item as it is. Throws when the item stays contended.
 */
export const changeItem = async <Body, Answer>(
  ledger: Ledger,
  kind: Kind,
  id: string,
  change: (body: Body | null) => { readonly body: Body | null; readonly answer: Answer },
): Promise<Answer> => {
  for (let tries = 0; tries < LARGEST_CONTENTION; tries += 1) {
    const item = await ledger.read(kind, id);
    // The ledger is our own: what an item holds was written by the one module that owns its kind.
    const before: Body | null = item === null ? null : JSON.parse(item.body);
    const { body, answer } = change(before);
    if (body === null) return answer;
    const written = await ledger.write({ kind, id, version: (item?.version ?? 0) + 1, body: JSON.stringify(body), wakeAt: null });
    if (written === 'written') return answer;
  }
  throw new Error(`the ledger's ${kind} ${id} was written by others ${LARGEST_CONTENTION} times in a row`);
};
