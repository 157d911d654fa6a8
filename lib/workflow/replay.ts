import { LONGEST_DELAY_SECONDS } from '../ports/queue.ts';
import { generationOf, sagaIdOf } from '../saga/instance.ts';
import { isStale, reopeningOf } from '../saga/reopen.ts';
import type { Saga } from '../saga/saga.ts';
import { SagaId } from '../../events/messages.ts';
import { amend } from './amend.ts';
import { takeIn } from './intake.ts';
import { type Replayed, markReplayed } from './parked.ts';
import { type Filters, type ParkedThing, listParkedThings, traitsOf } from './parked-things.ts';
import { readSaga } from './saga-store.ts';
import { wake } from './wake-up.ts';
import type { Office } from './workflow.ts';

/** Things sent round again come up evenly spaced by their delays, so that a thousand of them are no storm. */
const PER_SECOND = 10;
const MOST_AT_ONCE = PER_SECOND * LONGEST_DELAY_SECONDS;

export interface Replay {
  readonly filters: Filters;
  readonly by: string;
  readonly why: string;
  readonly dryRun: boolean;
}

/** What became, or with a dry run would become, of one parked thing. */
export type Fate =
  | { readonly kind: 'sent' | 'reopened' | 'planned' | 'obsolete' }
  /** Sending it round would only bring it back; why. */
  | { readonly kind: 'stays'; readonly why: string };

export interface ReplayedThing {
  readonly thing: ParkedThing;
  readonly fate: Fate;
}

const laterGeneration = async ({ ledger }: Office, saga: Saga): Promise<Saga | null> => {
  const { identity, generation } = generationOf(saga.sagaId);
  const next = await readSaga(ledger, sagaIdOf(identity, generation + 1));
  return next === null || next.saga.mode === 'plan' ? null : next.saga;
};

const reopen = async (workflow: Office, saga: Saga, { by, why, dryRun }: Replay, delaySeconds: number): Promise<Fate> => {
  const { ledger, queue, clock, policy } = workflow;
  const later = await laterGeneration(workflow, saga);
  if (later !== null) return { kind: 'stays', why: `${later.sagaId} came after it` };
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
  await wake(queue, amended.stored.saga, delaySeconds);
  return fate;
};

type Message = Extract<ParkedThing, { kind: 'message' }>;

/** A stale event is only planned, under a policy that lets it in for this once; nothing of it is recorded as an event (H16). */
const planStale = async (workflow: Office, event: Parameters<typeof takeIn>[1]): Promise<void> => {
  const { policy } = workflow;
  await takeIn({ ...workflow, policy: { ...policy, maxEventAgeDays: Number.MAX_SAFE_INTEGER } }, event, { planOnly: true });
};

const fateOf = async ({ ledger, policy, clock }: Office, { content }: Message): Promise<Fate> => {
  switch (content.kind) {
    case 'unreadable':
      return { kind: 'stays', why: `it cannot be read: ${content.why}` };
    case 'event': {
      const { time } = content.event;
      return { kind: time !== undefined && isStale(Date.parse(time), policy, clock.now()) ? 'planned' : 'sent' };
    }
    case 'wake-up': {
      const stored = await readSaga(ledger, SagaId.parse(content.sagaId));
      if (stored === null) return { kind: 'stays', why: `the ledger holds no saga ${content.sagaId}` };
      // H62: a ledger that is older than its messages was brought back from a backup, and must not be acted from.
      if (content.turn > stored.saga.turn) return { kind: 'stays', why: `the ledger is older than this message: turn ${stored.saga.turn} against ${content.turn}` };
      return { kind: content.turn < stored.saga.turn ? 'obsolete' : 'sent' };
    }
  }
};

const resend = async (workflow: Office, message: Message, { by, why, dryRun }: Replay, delaySeconds: number): Promise<Fate> => {
  const { ledger, queue, clock } = workflow;
  const { content, body, row } = message;
  const fate = await fateOf(workflow, message);
  if (dryRun || fate.kind === 'stays' || fate.kind === 'reopened') return fate;
  // Sent first and marked then: a crash in between sends it twice, which is harmless, where the other order would lose it.
  if (fate.kind === 'sent') await queue.send(message.queue, [{ body, delaySeconds }]);
  if (fate.kind === 'planned' && content.kind === 'event') await planStale(workflow, content.event);
  const replayed: Replayed = { at: clock.now(), by, why, as: fate.kind };
  await markReplayed(ledger, row, replayed);
  return fate;
};

/**
 * Sends what was set aside and passes the filters round again, ten a second: messages to their queues, parked and refused
 * sagas reopened with who and why in their journals. `left` counts what was too much for once.
 */
export const replay = async (workflow: Office, asked: Replay): Promise<{ readonly things: readonly ReplayedThing[]; readonly left: number }> => {
  const matching: ParkedThing[] = [];
  for await (const thing of listParkedThings(workflow, workflow.policy, asked.filters)) matching.push(thing);
  const things: ReplayedThing[] = [];
  for (const [index, thing] of matching.slice(0, MOST_AT_ONCE).entries()) {
    const delaySeconds = Math.floor(index / PER_SECOND);
    const fate = thing.kind === 'saga' ? await reopen(workflow, thing.saga, asked, delaySeconds) : await resend(workflow, thing, asked, delaySeconds);
    things.push({ thing, fate });
  }
  return { things, left: Math.max(0, matching.length - MOST_AT_ONCE) };
};

/** One line of a record: what it was, by which event or saga, and its fate. */
export const nameOf = (thing: ParkedThing): string => {
  const { saga, event, instance } = traitsOf(thing);
  return saga[0] ?? event[0] ?? instance[0] ?? (thing.kind === 'message' ? `message ${thing.row.message.messageId}` : '');
};
