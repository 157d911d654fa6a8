import { SagaId } from '../../events/messages.ts';
import { LONGEST_DELAY_SECONDS } from '../ports/queue.ts';
import type { Ledger } from '../ports/ledger.ts';
import { evolveAll, openedSaga } from '../saga/evolve.ts';
import type { Dated } from '../saga/facts.ts';
import { sagaIdOf } from '../saga/instance.ts';
import { type Entry, chain } from '../saga/journal.ts';
import { type Saga, isTerminal } from '../saga/saga.ts';

/** Who may write the saga, and until when nobody else does. */
export interface Lease {
  readonly token: string;
  readonly until: number;
}

/** A saga as the ledger holds it: the folded state beside the journal it was folded from. */
export interface StoredSaga {
  readonly version: number;
  readonly saga: Saga;
  readonly journal: readonly Entry[];
  /** Older facts, sealed into that many chapter items; the last of them ends in this link. */
  readonly sealed: { readonly chapters: number; readonly seq: number; readonly hash: string } | null;
  readonly lease: Lease | null;
}

/** Beyond this a journal's older facts move to a chapter, well under the 400 KB an item may have. */
const LONGEST_JOURNAL_CHARACTERS = 200_000;
/** How long after a message's time its saga is woken again, in case the message was lost (design.md, Retry). */
const LOST_MESSAGE_MS = 900_000;

/** Named by the hash it ends in, so that a writer who then loses the saga cannot overwrite the chapter of the one who won it. */
const chapterId = (sagaId: SagaId, chapter: number, lastHash: string): string => `${sagaId}/${String(chapter).padStart(6, '0')}-${lastHash}`;

/** When the saga wants to be woken without any message: a far date itself, or a while after the message that should have come. */
export const wakeAtOf = (saga: Saga, now: number): number | null => {
  if (saga.wait === null) return isTerminal(saga) ? null : now + LOST_MESSAGE_MS;
  const { until } = saga.wait;
  if (until === null) return null;
  return until - now <= LONGEST_DELAY_SECONDS * 1_000 ? Math.max(until, now) + LOST_MESSAGE_MS : until;
};

interface Body {
  readonly saga: Saga;
  readonly journal: readonly Entry[];
  readonly sealed: StoredSaga['sealed'];
  readonly lease: Lease | null;
}

const decode = (version: number, body: string): StoredSaga => {
  // The ledger is our own; what it holds was written by `encode` below.
  const stored: Body = JSON.parse(body);
  return { version, ...stored };
};

export const readSaga = async (ledger: Ledger, sagaId: SagaId): Promise<StoredSaga | null> => {
  const item = await ledger.read('saga', sagaId);
  return item === null ? null : decode(item.version, item.body);
};

/** Every saga of one identity, the first generation first. */
export const readGenerations = async (ledger: Ledger, identity: string): Promise<StoredSaga[]> => {
  const found: StoredSaga[] = [];
  for (;;) {
    const next = await readSaga(ledger, sagaIdOf(identity, found.length + 1));
    if (next === null) return found;
    found.push(next);
  }
};

export async function* listSagas(ledger: Ledger): AsyncGenerator<StoredSaga> {
  for await (const item of ledger.list('saga')) yield decode(item.version, item.body);
}

/** The whole journal of a saga, its sealed chapters first; throws when one is missing. */
export async function* readJournal(ledger: Ledger, { saga: { sagaId }, sealed, journal }: StoredSaga): AsyncGenerator<Entry> {
  const chapters: Entry[][] = [];
  // From the last one back: each begins with the hash that the one before it ends in.
  let lastHash = sealed?.hash ?? '';
  for (let chapter = sealed?.chapters ?? 0; chapter > 0; chapter -= 1) {
    const item = await ledger.read('chapter', chapterId(sagaId, chapter, lastHash));
    if (item === null) throw new Error(`chapter ${chapter} of ${sagaId} is missing from the ledger`);
    const entries: Entry[] = JSON.parse(item.body);
    lastHash = entries[0]?.before ?? '';
    chapters.unshift(entries);
  }
  for (const entries of chapters) yield* entries;
  yield* journal;
}

/** A saga that no ledger knows yet. */
export const unwritten = (fact: Extract<Dated, { type: 'Opened' }>): StoredSaga => ({
  version: 0,
  saga: openedSaga(fact),
  journal: chain(null, [fact]),
  sealed: null,
  lease: null,
});

export const withFacts = (stored: StoredSaga, facts: readonly Dated[]): StoredSaga => {
  const last = stored.journal.at(-1) ?? stored.sealed;
  return { ...stored, saga: evolveAll(stored.saga, facts), journal: [...stored.journal, ...chain(last, facts)] };
};

const sealed = async (ledger: Ledger, stored: StoredSaga): Promise<StoredSaga> => {
  const last = stored.journal.at(-1);
  const body = JSON.stringify(stored.journal);
  if (last === undefined || body.length < LONGEST_JOURNAL_CHARACTERS) return stored;
  const chapters = (stored.sealed?.chapters ?? 0) + 1;
  // A conflict means that a crash before the saga's own write left this very chapter behind.
  await ledger.write({ kind: 'chapter', id: chapterId(stored.saga.sagaId, chapters, last.hash), version: 1, body, wakeAt: null });
  return { ...stored, journal: [], sealed: { chapters, seq: last.seq, hash: last.hash } };
};

/**
 * Writes a saga with the facts it was given since it was read, in one conditional write; null when somebody else wrote
 * meanwhile, and then nothing of it has happened.
 */
export const writeSaga = async (ledger: Ledger, stored: StoredSaga, lease: Lease | null, now: number): Promise<StoredSaga | null> => {
  const { saga, journal, sealed: chapters } = await sealed(ledger, stored);
  const version = stored.version + 1;
  const body: Body = { saga, journal, sealed: chapters, lease };
  const answer = await ledger.write({ kind: 'saga', id: saga.sagaId, version, body: JSON.stringify(body), wakeAt: wakeAtOf(saga, now) });
  return answer === 'written' ? { version, ...body } : null;
};

export const parseSagaId = (text: string): SagaId | null => SagaId.safeParse(text).data ?? null;
