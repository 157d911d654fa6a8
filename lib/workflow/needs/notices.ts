import { SagaId } from '../../../events/messages.ts';
import type { Item, Ledger } from '../../ports/ledger.ts';
import { NO_CONTROLS } from '../../saga/controls.ts';
import type { Saga } from '../../saga/saga.ts';
import { NewerSaga, readUnlessNewer } from '../records/saga-store.ts';
import type { CloudlessParts } from '../workflow.ts';
import { SOON_MS, needOf } from './needs.ts';

/** Quarantines that may end within a day and are looked at: the index has their keys alone, and a page of sagas is read at a time. */
const MOST_ENDING = 10_000;
const PAGE = 50;
/** Occasions remembered of one saga, the latest. */
const MOST_OCCASIONS = 20;
/** A sweep that died while it was telling is given up after this, three times as long as a sweep may take. */
const CLAIM_MS = 900_000;

/** What is on record of one saga's needs; due in the ledger while one of them is to be told. */
interface Notices {
  /** The occasion to be told; null once it was. */
  readonly noted: string | null;
  readonly told: readonly string[];
}

/** An item of before these fields tells nothing of what was told. */
const noticesIn = (item: Item | null): Notices => {
  const { noted = null, told = [] }: Partial<Notices> = item === null ? {} : JSON.parse(item.body);
  return { noted, told };
};

/**
 * Notes that a saga has come to need a person, so that the next digest says so; each need is noted once. What people
 * themselves stopped is no news to them.
 */
export const noteNeed = async (ledger: Ledger, saga: Saga, now: number): Promise<void> => {
  const need = needOf(saga, NO_CONTROLS, now, []);
  if (need === null) return;
  let answer: 'written' | 'conflict';
  do {
    const item = await ledger.read('notice', saga.sagaId);
    const { noted, told } = noticesIn(item);
    if (noted === need.occasion || told.includes(need.occasion)) return;
    const body: Notices = { noted: need.occasion, told };
    answer = await ledger.write({ kind: 'notice', id: saga.sagaId, version: (item?.version ?? 0) + 1, body: JSON.stringify(body), wakeAt: now });
    // In a conflict somebody notes it just now, or a sweep puts down what it told before: then this is not noted yet.
  } while (answer === 'conflict');
};

/** A quarantine that soaks is asleep: what is about to end has to be looked for. Answers a saga that a newer Probate wrote, where it met one. */
export const noteEndingQuarantines = async ({ ledger, clock }: Pick<CloudlessParts, 'ledger' | 'clock'>): Promise<NewerSaga | null> => {
  let newer: NewerSaga | null = null;
  const now = clock.now();
  const due = await ledger.due('saga', now + SOON_MS, MOST_ENDING);
  for (let from = 0; from < due.length; from += PAGE) {
    const page = await Promise.all(due.slice(from, from + PAGE).map(({ id }) => readUnlessNewer(ledger, SagaId.parse(id))));
    for (const stored of page) {
      if (stored instanceof NewerSaga) newer = stored;
      else if (stored?.saga.state === 'quarantined') await noteNeed(ledger, stored.saga, now);
    }
  }
  return newer;
};

/** Takes a notice that is due, so that no other sweep tells it too; null when another has it, or told it already. */
export const claimNotice = async (ledger: Ledger, id: string, now: number): Promise<Item | null> => {
  const item = await ledger.read('notice', id);
  if (item === null || item.wakeAt === null || item.wakeAt > now) return null;
  const claimed: Item = { ...item, version: item.version + 1, wakeAt: now + CLAIM_MS };
  return (await ledger.write(claimed)) === 'written' ? claimed : null;
};

/** Whether that need was told before. */
export const wasTold = (claimed: Item, occasion: string): boolean => noticesIn(claimed).told.includes(occasion);

/** Puts down what was told, or that there was nothing to tell; a need that was noted meanwhile stays due. */
export const settleNotice = async (ledger: Ledger, claimed: Item, occasion: string | null): Promise<void> => {
  let item: Item | null = claimed;
  while (item !== null) {
    const { noted, told } = noticesIn(item);
    const remembered = occasion === null || told.includes(occasion) ? told : [...told, occasion].slice(-MOST_OCCASIONS);
    const isOver = item === claimed || noted === occasion;
    const body: Notices = { noted: isOver ? null : noted, told: remembered };
    if ((await ledger.write({ ...item, version: item.version + 1, body: JSON.stringify(body), wakeAt: isOver ? null : item.wakeAt })) === 'written') return;
    item = await ledger.read('notice', claimed.id);
  }
};

/** Gives a notice back to the next sweep; one that was noted anew meanwhile is due as it is. */
export const releaseNotice = async (ledger: Ledger, claimed: Item, now: number): Promise<void> => {
  await ledger.write({ ...claimed, version: claimed.version + 1, wakeAt: now });
};
