import type { DecommissionEvent } from '../../../events/decommission.ts';
import { LONGEST_DELAY_SECONDS } from '../../ports/queue.ts';
import { reopeningOf } from '../../saga/reopen.ts';
import type { Saga } from '../../saga/saga.ts';
import { takeIn } from '../intake/intake.ts';
import { iso } from '../iso.ts';
import { amend } from '../records/amend.ts';
import type { Judgement } from '../records/event-store.ts';
import { laterGenerations } from '../records/generations.ts';
import { BY_NEWER, NewerSaga, orNewer } from '../records/saga-store.ts';
import { tellFacts } from '../telling.ts';
import type { TimeLeft } from '../time-left.ts';
import { wake } from '../wake-up.ts';
import type { CloudlessParts } from '../workflow.ts';
import { type Filters, passes } from './parked-filters.ts';
import { type ParkedThing, listParkedThings, traitsOf } from './parked-things.ts';
import { type Replayed, markReplayed } from './parked.ts';
import { type Fate, type ParkedMessageThing, fateOf } from './replay-fate.ts';

/** Things sent round again come up evenly spaced by their delays, so that a thousand of them are no storm. */
const PER_SECOND = 10;
const MOST_AT_ONCE = PER_SECOND * LONGEST_DELAY_SECONDS;
/** Left for the one thing at hand. */
const MARGIN_MS = 10_000;

export interface Replay {
  readonly filters: Filters;
  readonly by: string;
  readonly why: string;
  readonly dryRun: boolean;
}

export interface ReplayedThing {
  readonly thing: ParkedThing;
  readonly fate: Fate;
}

const reopen = async (parts: CloudlessParts, saga: Saga, { by, why, dryRun }: Replay, delaySeconds: number): Promise<Fate> => {
  const { ledger, queue, clock, policy, telemetry } = parts;
  const [later] = await laterGenerations(ledger, saga);
  if (later !== undefined) return { kind: 'stays', why: `${later.sagaId} came after it` };
  const reopeningNow = (found: Saga): ReturnType<typeof reopeningOf> => reopeningOf(found, policy, `${by}: ${why}`, clock.now());
  const expected = reopeningNow(saga);
  if (expected.kind === 'stays') return expected;
  const fate: Fate = { kind: expected.planOnly ? 'planned' : 'reopened' };
  if (dryRun) return fate;
  const amended = await amend(ledger, saga.sagaId, clock.now(), (stored) => {
    const reopening = reopeningNow(stored.saga);
    return reopening.kind === 'reopens' ? [reopening.fact] : [];
  });
  if (amended?.changed !== true) return { kind: 'stays', why: 'somebody else reopened it first' };
  tellFacts(telemetry, saga, [expected.fact]);
  await wake(queue, amended.stored.saga, delaySeconds);
  return fate;
};

/** The source under which an old event is planned: what is on record of the event itself must not answer in its place. */
const REPLAY_SOURCE = 'urn:probate:replay';

/** What is stale or superseded is only planned, as if it told of this very moment; nothing of it is recorded as an event (H16). */
const planOld = (parts: CloudlessParts, event: DecommissionEvent): Promise<Judgement> =>
  takeIn(parts, { ...event, source: REPLAY_SOURCE, time: iso(parts.clock.now()) }, { planOnly: true });

const resend = async (parts: CloudlessParts, message: ParkedMessageThing, { by, why, dryRun }: Replay, delaySeconds: number): Promise<Fate> => {
  const { ledger, queue, clock } = parts;
  const { content, body, row } = message;
  const fate = await fateOf(parts, message);
  if (dryRun || fate.kind === 'stays' || fate.kind === 'reopened') return fate;
  // Sent first and marked then: a crash in between sends it twice, which is harmless, where the other order would lose it.
  if (fate.kind === 'sent') await queue.send(message.queue, [{ body, delaySeconds }]);
  if (fate.kind === 'planned' && content.kind === 'event') {
    const { accepted, reason } = await planOld(parts, content.event);
    if (!accepted) return { kind: 'stays', why: reason ?? 'it was not accepted' };
  }
  const replayed: Replayed = { at: clock.now(), by, why, as: fate.kind };
  await markReplayed(ledger, row, replayed);
  return fate;
};

/** What hangs on a saga that a newer Probate wrote is that one's to send round (H32). */
const staysForNewer = (error: unknown): Fate => ({ kind: 'stays', why: `${orNewer(error).sagaId} ${BY_NEWER}: replay with that one` });

/**
 * Sends what was set aside and passes the filters round again, ten a second: messages to their queues, parked and refused
 * sagas reopened with who and why in their journals. `left` counts what was too much for once, or for the time
 * left; `newer` names the sagas that a newer Probate wrote, which may match too.
 */
export const replay = async (parts: CloudlessParts, asked: Replay, timeLeft: TimeLeft): Promise<{ readonly things: readonly ReplayedThing[]; readonly left: number; readonly newer: readonly string[] }> => {
  const now = parts.clock.now();
  const matching: ParkedThing[] = [];
  const newer: string[] = [];
  for await (const thing of listParkedThings(parts, parts.policy)) {
    if (thing instanceof NewerSaga) newer.push(thing.sagaId);
    else if (passes(thing, asked.filters, now)) matching.push(thing);
  }
  const things: ReplayedThing[] = [];
  for (const [index, thing] of matching.slice(0, MOST_AT_ONCE).entries()) {
    if (timeLeft.remainingMs() <= MARGIN_MS) break;
    const delaySeconds = Math.floor(index / PER_SECOND);
    const fate = await (thing.kind === 'saga' ? reopen(parts, thing.saga, asked, delaySeconds) : resend(parts, thing, asked, delaySeconds)).catch(staysForNewer);
    things.push({ thing, fate });
  }
  return { things, left: matching.length - things.length, newer };
};

/** One line of a record: what it was, by which event or saga, and its fate. */
export const nameOf = (thing: ParkedThing): string => {
  const { saga, event, instance } = traitsOf(thing);
  return saga[0] ?? event[0] ?? instance[0] ?? (thing.kind === 'message' ? `message ${thing.row.message.messageId}` : '');
};
