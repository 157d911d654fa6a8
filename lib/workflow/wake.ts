import type { WakeUp } from '../../events/messages.ts';
import { generationOf, sagaIdOf } from '../saga/instance.ts';
import { isTerminal } from '../saga/saga.ts';
import { type Budget, advance } from './advance.ts';
import { noteNeed } from './notices.ts';
import { type StoredSaga, readSaga } from './saga-store.ts';
import { sendWakeUp, wake } from './wake-up.ts';
import type { Workflow } from './workflow.ts';

/** Why a wake-up can never be worked off; such a message is parked. */
export class UnknownSaga extends Error {
  override readonly name = 'UnknownSaga';
}

const isPreviousOpen = async ({ ledger }: Workflow, { saga }: StoredSaga): Promise<boolean> => {
  if (saga.after === null || saga.state !== 'received') return false;
  const previous = await readSaga(ledger, saga.after);
  return previous !== null && !isTerminal(previous.saga);
};

/** An ended generation makes room for the next one, if an event opened it meanwhile. */
const wakeNextGeneration = async ({ ledger, queue }: Workflow, { saga }: StoredSaga): Promise<void> => {
  const { identity, generation } = generationOf(saga.sagaId);
  const next = await readSaga(ledger, sagaIdOf(identity, generation + 1));
  if (next !== null && !isTerminal(next.saga)) await wake(queue, next.saga, 0);
};

/**
 * Works off one wake-up. The ledger decides what it means: one sent for an earlier turn does nothing, one that comes
 * early or while another worker has the saga is sent again for later. Throws UnknownSaga for a saga the ledger does not hold.
 */
export const workOff = async (workflow: Workflow, message: WakeUp, budget: Budget): Promise<void> => {
  const { ledger, queue, clock } = workflow;
  const stored = await readSaga(ledger, message.sagaId);
  if (stored === null) throw new UnknownSaga(`the ledger holds no saga ${message.sagaId}`);
  if (message.turn > stored.saga.turn) throw new UnknownSaga(`the ledger is older than this message: turn ${stored.saga.turn} of ${message.sagaId} against ${message.turn}`);
  if (message.turn < stored.saga.turn) return;
  const { lease } = stored;
  if (lease !== null && lease.until > clock.now()) {
    await wake(queue, stored.saga, secondsUntil(lease.until, clock.now()));
    return;
  }
  const wasOpen = !isTerminal(stored.saga);
  const advanced = await advance(workflow, stored, budget, await isPreviousOpen(workflow, stored));
  switch (advanced.kind) {
    case 'taken':
      await wake(queue, stored.saga, secondsUntil(advanced.until, clock.now()));
      return;
    case 'unfinished':
      await wake(queue, advanced.stored.saga, 0);
      return;
    case 'rests':
      await sendWakeUp(queue, advanced.stored.saga, clock.now());
      await noteNeed(ledger, advanced.stored.saga, clock.now());
      if (wasOpen && isTerminal(advanced.stored.saga)) await wakeNextGeneration(workflow, advanced.stored);
  }
};

const secondsUntil = (until: number, now: number): number => Math.max(1, Math.ceil((until - now) / 1_000));
