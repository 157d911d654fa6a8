import type { WakeUp } from '../../events/messages.ts';
import { LONGEST_DELAY_SECONDS, type Queue } from '../ports/queue.ts';
import type { Saga } from '../saga/saga.ts';

const delayUntil = (until: number, now: number): number => Math.max(0, Math.ceil((until - now) / 1_000));

/** Sends the wake-up a saga waits for, unless its time lies beyond what a queue can delay: then the ledger's due date stands for it. */
export const sendWakeUp = async (queue: Queue, saga: Saga, now: number): Promise<void> => {
  if (saga.wait === null || saga.wait.until === null) return;
  const delaySeconds = delayUntil(saga.wait.until, now);
  if (delaySeconds <= LONGEST_DELAY_SECONDS) await wake(queue, saga, delaySeconds);
};

/** Wakes a saga after that many seconds, whatever it waits for. */
export const wake = async (queue: Queue, saga: Saga, delaySeconds: number): Promise<void> => {
  const message: WakeUp = { v: 1, sagaId: saga.sagaId, turn: saga.turn };
  await queue.send(saga.wait?.queue ?? 'deletions', [{ body: JSON.stringify(message), delaySeconds: Math.min(delaySeconds, LONGEST_DELAY_SECONDS) }]);
};
