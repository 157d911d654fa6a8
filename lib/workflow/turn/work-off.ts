import type { WakeUp } from '../../../events/messages.ts';
import { isTerminal } from '../../saga/saga.ts';
import { noteNeed } from '../needs/notices.ts';
import { isPreviousOpen, nextOpen } from '../records/generations.ts';
import { readSaga } from '../records/saga-store.ts';
import type { TimeLeft } from '../time-left.ts';
import { sendWakeUp, wake } from '../wake-up.ts';
import type { Workflow } from '../workflow.ts';
import { advance } from './advance.ts';

/** Why a wake-up can never be worked off; such a message is parked. */
export class UnknownSaga extends Error {
  override readonly name = 'UnknownSaga';
}

/**
 * Works off one wake-up. The ledger decides what it means: one sent for an earlier turn moves nothing, one that comes
 * early or while another worker has the saga is sent again for later. Throws UnknownSaga for a saga the ledger does not hold.
 */
export const workOff = async (workflow: Workflow, message: WakeUp, timeLeft: TimeLeft): Promise<void> => {
  const { ledger, queue, clock } = workflow;
  const stored = await readSaga(ledger, message.sagaId);
  if (stored === null) throw new UnknownSaga(`the ledger holds no saga ${message.sagaId}`);
  if (message.turn > stored.saga.turn) throw new UnknownSaga(`the ledger is older than this message: turn ${stored.saga.turn} of ${message.sagaId} against ${message.turn}`);
  if (message.turn < stored.saga.turn) {
    // The worker that wrote the later turn may have died before it noted what people must hear, and nothing wakes a saga that is over: this message is the last chance.
    await noteNeed(ledger, stored.saga, clock.now());
    return;
  }
  const { lease } = stored;
  if (lease !== null && lease.until > clock.now()) {
    await wake(queue, stored.saga, secondsUntil(lease.until, clock.now()));
    return;
  }
  const wasOpen = !isTerminal(stored.saga);
  const advanced = await advance(workflow, stored, timeLeft, await isPreviousOpen(ledger, stored.saga));
  switch (advanced.kind) {
    case 'taken':
      await wake(queue, stored.saga, secondsUntil(advanced.until, clock.now()));
      return;
    case 'unfinished':
      await wake(queue, advanced.stored.saga, 0);
      return;
    case 'rests': {
      const { saga } = advanced.stored;
      await sendWakeUp(queue, saga, clock.now());
      await noteNeed(ledger, saga, clock.now());
      const next = wasOpen && isTerminal(saga) ? await nextOpen(ledger, saga) : null;
      if (next !== null) await wake(queue, next, 0);
    }
  }
};

const secondsUntil = (until: number, now: number): number => Math.max(1, Math.ceil((until - now) / 1_000));
