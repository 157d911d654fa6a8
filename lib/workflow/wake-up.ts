import type { WakeUp, WakeUpQueue } from '../../events/messages.ts';
import { LONGEST_DELAY_SECONDS, type OutgoingMessage, type Queue } from '../ports/queue.ts';
import { type Saga, isTerminal, queueOf } from '../saga/saga.ts';

const delayUntil = (until: number, now: number): number => Math.max(0, Math.ceil((until - now) / 1_000));

/** Sends the wake-up a saga waits for, unless its time lies beyond what a queue can delay: then the ledger's due date stands for it. */
export const sendWakeUp = async (queue: Queue, saga: Saga, now: number): Promise<void> => {
  if (saga.wait === null || saga.wait.until === null) return;
  const delaySeconds = delayUntil(saga.wait.until, now);
  if (delaySeconds <= LONGEST_DELAY_SECONDS) await wake(queue, saga, delaySeconds);
};

/** The message that wakes a saga after that many seconds, and the queue it goes to. */
export const wakeUpOf = (saga: Saga, delaySeconds: number): { readonly name: WakeUpQueue; readonly message: OutgoingMessage } => {
  const message: WakeUp = { v: 1, sagaId: saga.sagaId, turn: saga.turn };
  return { name: saga.wait?.queue ?? queueOf(saga.state), message: { body: JSON.stringify(message), delaySeconds: Math.min(delaySeconds, LONGEST_DELAY_SECONDS) } };
};

/** Sends each of these sagas the wake-up it waits for, those of one queue together. */
export const wakeAll = async (queue: Queue, sagas: readonly Saga[], now: number): Promise<void> => {
  const due = sagas.flatMap((saga) => {
    if (saga.wait !== null && saga.wait.until === null) return [];
    const delaySeconds = saga.wait?.until == null ? 0 : delayUntil(saga.wait.until, now);
    return delaySeconds > LONGEST_DELAY_SECONDS || isTerminal(saga) ? [] : [wakeUpOf(saga, delaySeconds)];
  });
  for (const [name, wakeUps] of Map.groupBy(due, ({ name }) => name)) await queue.send(name, wakeUps.map(({ message }) => message));
};

/** Wakes a saga after that many seconds, whatever it waits for. */
export const wake = async (queue: Queue, saga: Saga, delaySeconds: number): Promise<void> => {
  const { name, message } = wakeUpOf(saga, delaySeconds);
  await queue.send(name, [message]);
};
