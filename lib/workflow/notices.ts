import type { Ledger } from '../ports/ledger.ts';
import type { Digest, Notice, Notifier } from '../ports/notifier.ts';
import { SagaId } from '../../events/messages.ts';
import { NO_CONTROLS } from '../saga/controls.ts';
import type { Saga } from '../saga/saga.ts';
import { type Need, SOON_MS, needOf } from './needs.ts';
import { readSaga } from './saga-store.ts';
import type { Office } from './workflow.ts';

/** More lines than this are no digest; the rest is counted. */
const MOST_NOTICES = 50;
const PAGE = 100;

/** For each saga the last thing somebody was to be told about it; due in the ledger until they have been. */
interface Told {
  readonly what: string;
}

const whatOf = ({ state, because }: Need): string => `${state}: ${because}`;

/**
 * Notes that a saga has come to need a person, so that the next digest says so; the same need is noted once. What people
 * themselves stopped is no news to them.
 */
export const noteNeed = async (ledger: Ledger, saga: Saga, now: number): Promise<void> => {
  const need = needOf(saga, NO_CONTROLS, now);
  if (need === null) return;
  const item = await ledger.read('notice', saga.sagaId);
  const known: Told | null = item === null ? null : JSON.parse(item.body);
  const told: Told = { what: whatOf(need) };
  if (known?.what === told.what) return;
  // A conflict means that somebody notes it just now.
  await ledger.write({ kind: 'notice', id: saga.sagaId, version: (item?.version ?? 0) + 1, body: JSON.stringify(told), wakeAt: now });
};

/** A quarantine that soaks is asleep: what is about to end has to be looked for. */
const noteEndingQuarantines = async ({ ledger, clock }: Pick<Office, 'ledger' | 'clock'>): Promise<void> => {
  const now = clock.now();
  for (const { id } of await ledger.due('saga', now + SOON_MS, PAGE * 10)) {
    const stored = await readSaga(ledger, SagaId.parse(id));
    if (stored?.saga.state === 'quarantined') await noteNeed(ledger, stored.saga, now);
  }
};

const ORDER = { now: 0, soon: 1, 'when you can': 2 } as const;

const asNotice = ({ sagaId, urgency, because, until, commands }: Need): Notice => ({ sagaId, urgency, because, until, commands });

/** Tells in one digest whatever has been noted and not been told; answers how many, or why nobody could be told. */
export const tellNeeds = async (desk: Pick<Office, 'ledger' | 'clock'>, notifier: Notifier): Promise<{ readonly told: number; readonly trouble: string | null }> => {
  const { ledger, clock } = desk;
  await noteEndingQuarantines(desk);
  const now = clock.now();
  const due = await ledger.due('notice', now, PAGE * 10);
  const needs: Need[] = [];
  for (const { id } of due) {
    const stored = await readSaga(ledger, SagaId.parse(id));
    const need = stored === null ? null : needOf(stored.saga, NO_CONTROLS, now);
    if (need !== null) needs.push(need);
  }
  needs.sort((a, b) => ORDER[a.urgency] - ORDER[b.urgency]);
  const digest: Digest = { notices: needs.slice(0, MOST_NOTICES).map(asNotice), more: Math.max(0, needs.length - MOST_NOTICES) };
  if (needs.length > 0) {
    try {
      await notifier.tell(digest);
    } catch (error) {
      return { told: 0, trouble: error instanceof Error ? error.message : String(error) };
    }
  }
  for (const { id } of due) {
    const item = await ledger.read('notice', id);
    if (item !== null) await ledger.write({ ...item, version: item.version + 1, wakeAt: null });
  }
  return { told: needs.length, trouble: null };
};

/** A digest as lines of text. */
export const digestText = ({ notices, more }: Digest): string =>
  [
    ...notices.map(({ sagaId, urgency, because, until, commands }) => `needs you ${urgency}: ${sagaId}: ${because}${until === null ? '' : ` (before ${new Date(until).toISOString()})`}; ${commands.join('; ')}`),
    ...(more === 0 ? [] : [`and ${more} more: npx probate status`]),
  ].join('\n');
