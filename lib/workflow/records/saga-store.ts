import type { SagaId } from '../../../events/messages.ts';
import type { Item, Ledger } from '../../ports/ledger.ts';
import { LONGEST_DELAY_SECONDS } from '../../ports/queue.ts';
import { evolveAll, sagaOf } from '../../saga/evolve.ts';
import type { Dated } from '../../saga/facts.ts';
import { sagaIdOf } from '../../saga/instance.ts';
import { type Entry, GENESIS, type Link, chain, linkAfter } from '../../saga/journal.ts';
import { type Saga, isTerminal } from '../../saga/saga.ts';

/** Who may write the saga, and until when nobody else does. */
export interface Lease {
  readonly token: string;
  readonly until: number;
}

/** Older facts, sealed into that many chapter items; the last of them ends in this link, and the saga stood so there. */
interface Sealed extends Link {
  readonly chapters: number;
  readonly saga: Saga;
}

/** A saga as the ledger holds it: its journal, and the state that is the fold of it. */
export interface StoredSaga {
  readonly version: number;
  readonly saga: Saga;
  /** Since the last sealed chapter, oldest first. */
  readonly facts: readonly Dated[];
  /** Where the journal stands after them. */
  readonly last: Link;
  readonly sealed: Sealed | null;
  readonly lease: Lease | null;
}

/** What an item holds. The state is not written: it is what `evolve` makes of the facts, and can never differ from them. */
interface Body {
  readonly v: 1;
  readonly facts: readonly Dated[];
  readonly hash: string;
  readonly sealed: Sealed | null;
  readonly lease: Lease | null;
}

/** Said of such a saga, by its id and before what to do about it, wherever it is met. */
export const BY_NEWER = 'was written by a newer Probate';

/** An item that a newer Probate wrote is nothing this one may act on (H32). */
export class NewerSaga extends Error {
  override readonly name = 'NewerSaga';
  readonly sagaId: string;

  constructor(sagaId: string, form: unknown) {
    super(`${sagaId} ${BY_NEWER} (form ${String(form)}, this one knows 1): deploy that one everywhere`);
    this.sagaId = sagaId;
  }
}

/** For a `catch`: such a saga as a value, for whoever goes on without it; any other error is thrown on. */
export const orNewer = (error: unknown): NewerSaga => {
  if (error instanceof NewerSaga) return error;
  throw error;
};

/** Beyond this a journal's older facts move to a chapter: every write of the saga pays for all of its item. */
const LONGEST_JOURNAL_CHARACTERS = 32_000;
/** How long after a message's time its saga is woken again, in case the message was lost (design.md, Retry). */
const LOST_MESSAGE_MS = 900_000;

/** Named by the hash it ends in, so that a writer who then loses the saga cannot overwrite the chapter of the one who won it. */
const chapterId = (sagaId: SagaId, chapter: number, lastHash: string): string => `${sagaId}/${String(chapter).padStart(6, '0')}-${lastHash}`;

/** A date in the index is told to this only: finer, each of a saga's writes would move its entry, and pay for it twice. */
const INDEX_GRAIN_MS = 300_000;
const inGrains = (at: number): number => Math.ceil(at / INDEX_GRAIN_MS) * INDEX_GRAIN_MS;

/** When the saga wants to be woken without any message: a far date itself, or a while after the message that should have come. */
export const wakeAtOf = (saga: Saga, now: number): number | null => {
  if (saga.wait === null) return isTerminal(saga) ? null : inGrains(now + LOST_MESSAGE_MS);
  const { until } = saga.wait;
  if (until === null) return null;
  return until - now <= LONGEST_DELAY_SECONDS * 1_000 ? inGrains(Math.max(until, now) + LOST_MESSAGE_MS) : until;
};

const decode = ({ id, version, body }: Item): StoredSaga | NewerSaga => {
  // The ledger is our own; what it holds was written by `writeSaga` below.
  const { v, facts, hash, sealed, lease }: Body = JSON.parse(body);
  if (v !== 1) return new NewerSaga(id, v);
  return { version, saga: sagaOf(sealed?.saga ?? null, facts), facts, last: { seq: (sealed?.seq ?? 0) + facts.length, hash }, sealed, lease };
};

/** For whoever must do for all other sagas what can be done, and then say that this one was left out. */
export const readUnlessNewer = async (ledger: Ledger, sagaId: SagaId): Promise<StoredSaga | NewerSaga | null> => {
  const item = await ledger.read('saga', sagaId);
  return item === null ? null : decode(item);
};

/** Rejects with NewerSaga for one that a newer Probate wrote. */
export const readSaga = async (ledger: Ledger, sagaId: SagaId): Promise<StoredSaga | null> => {
  const stored = await readUnlessNewer(ledger, sagaId);
  if (stored instanceof NewerSaga) throw stored;
  return stored;
};

/** Whether the ledger holds a saga of that id, readable to this Probate or not. */
export const isInLedger = async (ledger: Ledger, sagaId: SagaId): Promise<boolean> => (await ledger.read('saga', sagaId)) !== null;

/** Every saga of one identity, the first generation first. */
export const readGenerations = async (ledger: Ledger, identity: string): Promise<StoredSaga[]> => {
  const found: StoredSaga[] = [];
  for (;;) {
    const next = await readSaga(ledger, sagaIdOf(identity, found.length + 1));
    if (next === null) return found;
    found.push(next);
  }
};

/** Every saga, each that a newer Probate wrote as the error that says so. */
export async function* listUnlessNewer(ledger: Ledger): AsyncGenerator<StoredSaga | NewerSaga> {
  for await (const item of ledger.list('saga')) yield decode(item);
}

/** Rejects with NewerSaga where it comes to one that a newer Probate wrote. */
export async function* listSagas(ledger: Ledger): AsyncGenerator<StoredSaga> {
  for await (const stored of listUnlessNewer(ledger)) {
    if (stored instanceof NewerSaga) throw stored;
    yield stored;
  }
}

/** What a ledger holds, as far as this Probate can read it. */
export interface SagasUnlessNewer {
  readonly sagas: readonly Saga[];
  /** Ids of those that a newer Probate wrote, whose state this one cannot tell (H32). */
  readonly newer: readonly string[];
}

const readWanted = async (ledger: Ledger, isWanted: (saga: Saga) => boolean): Promise<SagasUnlessNewer> => {
  const sagas: Saga[] = [];
  const newer: string[] = [];
  for await (const stored of listUnlessNewer(ledger)) {
    if (stored instanceof NewerSaga) newer.push(stored.sagaId);
    else if (isWanted(stored.saga)) sagas.push(stored.saga);
  }
  return { sagas, newer };
};

/** Every saga at once, to compare or to show them. */
export const readAllUnlessNewer = (ledger: Ledger): Promise<SagasUnlessNewer> => readWanted(ledger, () => true);

/** Those that have not ended. */
export const readOpenUnlessNewer = (ledger: Ledger): Promise<SagasUnlessNewer> => readWanted(ledger, (saga) => !isTerminal(saga));

/** The whole journal of a saga, its sealed chapters first; throws when one is missing or the journal does not end in the hash that stands beside it. */
export async function* readJournal(ledger: Ledger, { saga: { sagaId }, sealed, facts, last }: StoredSaga): AsyncGenerator<Entry> {
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
  const open = chain(sealed ?? GENESIS, facts);
  if ((open.at(-1) ?? sealed ?? GENESIS).hash !== last.hash) throw new Error(`the journal of ${sagaId} was altered: its facts do not come to ${last.hash}`);
  for (const entries of chapters) yield* entries;
  yield* open;
}

/** A saga that no ledger knows yet. */
export const unwritten = (fact: Extract<Dated, { type: 'Opened' }>): StoredSaga => ({
  version: 0,
  saga: sagaOf(null, [fact]),
  facts: [fact],
  last: linkAfter(GENESIS, [fact]),
  sealed: null,
  lease: null,
});

/** With further facts, not written yet; `saga` is the fold of them where the caller has it already. */
export const withFacts = (stored: StoredSaga, facts: readonly Dated[], saga: Saga = evolveAll(stored.saga, facts)): StoredSaga => ({
  ...stored,
  saga,
  facts: [...stored.facts, ...facts],
  last: linkAfter(stored.last, facts),
});

/** With all its facts in one more chapter. A crash before the saga's own write leaves a chapter that nothing refers to. */
const withChapter = async (ledger: Ledger, stored: StoredSaga): Promise<StoredSaga> => {
  const { saga, facts, last, sealed } = stored;
  const chapters = (sealed?.chapters ?? 0) + 1;
  const body = JSON.stringify(chain(sealed ?? GENESIS, facts));
  // A conflict means that such a crash left this very chapter.
  await ledger.write({ kind: 'chapter', id: chapterId(saga.sagaId, chapters, last.hash), version: 1, body, wakeAt: null });
  return { ...stored, facts: [], sealed: { chapters, ...last, saga } };
};

const encode = ({ facts, last, sealed }: StoredSaga, lease: Lease | null): string => JSON.stringify({ v: 1, facts, hash: last.hash, sealed, lease } satisfies Body);

/**
 * Writes a saga with the facts it was given since it was read, in one conditional write; null when somebody else wrote
 * meanwhile, and then nothing of it has happened.
 */
export const writeSaga = async (ledger: Ledger, stored: StoredSaga, lease: Lease | null, now: number): Promise<StoredSaga | null> => {
  const whole = encode(stored, lease);
  const isLong = whole.length > LONGEST_JOURNAL_CHARACTERS && JSON.stringify(stored.facts).length > LONGEST_JOURNAL_CHARACTERS;
  const kept = isLong ? await withChapter(ledger, stored) : stored;
  const version = stored.version + 1;
  const body = kept === stored ? whole : encode(kept, lease);
  const answer = await ledger.write({ kind: 'saga', id: stored.saga.sagaId, version, body, wakeAt: wakeAtOf(stored.saga, now) });
  return answer === 'written' ? { ...kept, version, lease } : null;
};
