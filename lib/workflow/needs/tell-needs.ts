import { SagaId } from '../../../events/messages.ts';
import type { Item } from '../../ports/ledger.ts';
import type { Notice, Notifier } from '../../ports/notifier.ts';
import { NO_CONTROLS } from '../../saga/controls.ts';
import type { Saga } from '../../saga/saga.ts';
import { NewerSaga, readUnlessNewer } from '../records/saga-store.ts';
import type { CloudlessParts } from '../workflow.ts';
import { type Need, mostUrgentFirst } from './needs.ts';
import { claimNotice, noteEndingQuarantines, releaseNotice, settleNotice, wasTold } from './notices.ts';
import { readNeed } from './read-need.ts';

/** The most lines of one digest; the rest is counted. */
const MOST_NOTICES = 50;
/** Told with one sweep; what is beyond comes with the next. */
const MOST_AT_ONCE = 500;

interface Claimed {
  readonly item: Item;
  readonly saga: Saga;
  readonly need: Need;
}

const noticeOf = ({ saga: { sagaId, instance, events }, need: { urgency, because, until, commands } }: Claimed): Notice => ({
  sagaId,
  instance,
  eventIds: events.map(({ id }) => id),
  urgency,
  because,
  until,
  commands,
});

/** What is due and still needs somebody, most urgent first; what needs nobody any more, or was told before, is put down. */
const claimDueNotices = async ({ ledger, clock }: Pick<CloudlessParts, 'ledger' | 'clock'>): Promise<{ readonly claimed: readonly Claimed[]; readonly newer: NewerSaga | null }> => {
  const claimed: Claimed[] = [];
  let newer: NewerSaga | null = null;
  for (const { id } of await ledger.due('notice', clock.now(), MOST_AT_ONCE)) {
    const item = await claimNotice(ledger, id, clock.now());
    if (item === null) continue;
    const stored = await readUnlessNewer(ledger, SagaId.parse(id));
    if (stored instanceof NewerSaga) {
      // It stays claimed, and so makes room for the others until it falls due again.
      newer = stored;
      continue;
    }
    const need = stored === null ? null : await readNeed(ledger, stored.saga, NO_CONTROLS, clock.now());
    if (stored === null || need === null || wasTold(item, need.occasion)) await settleNotice(ledger, item, null);
    else claimed.push({ item, saga: stored.saga, need });
  }
  return { claimed: claimed.sort((a, b) => mostUrgentFirst(a.need, b.need)), newer };
};

export interface ToldNeeds {
  readonly told: number;
  /** Why nobody could be told. */
  readonly trouble: string | null;
  /** A saga of which nothing could be told, since a newer Probate wrote it (H32). */
  readonly newer: NewerSaga | null;
}

/**
 * Tells in one digest whatever has been noted and not been told; answers how many, or why nobody could be told. A sweep at
 * the same moment tells none of them; one that dies on the way leaves them to a sweep a quarter of an hour later.
 */
export const tellNeeds = async (store: Pick<CloudlessParts, 'ledger' | 'clock'>, notifier: Notifier): Promise<ToldNeeds> => {
  const { ledger, clock } = store;
  const ending = await noteEndingQuarantines(store);
  const due = await claimDueNotices(store);
  const { claimed } = due;
  const newer = ending ?? due.newer;
  if (claimed.length === 0) return { told: 0, trouble: null, newer };
  try {
    await notifier.tell({ notices: claimed.slice(0, MOST_NOTICES).map(noticeOf), more: Math.max(0, claimed.length - MOST_NOTICES) });
  } catch (error) {
    for (const { item } of claimed) await releaseNotice(ledger, item, clock.now());
    return { told: 0, trouble: error instanceof Error ? error.message : String(error), newer };
  }
  for (const { item, need } of claimed) await settleNotice(ledger, item, need.occasion);
  return { told: claimed.length, trouble: null, newer };
};
