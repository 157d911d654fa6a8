import { QUEUE_NAMES } from '../../../events/messages.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Policy } from '../../saga/policy.ts';
import type { TimeLeft } from '../time-left.ts';
import type { CloudlessParts } from '../workflow.ts';
import { subjectOfMessage } from './message-subject.ts';
import { parkMessage } from './parked.ts';

const AT_ONCE = 10;
const VISIBILITY_SECONDS = 60;
/** Left for the rows of one batch. */
const MARGIN_MS = 10_000;

type Drain = Pick<CloudlessParts, 'queue' | 'ledger' | 'clock' | 'telemetry'> & { readonly policy: Pick<Policy, 'sources'> };

/**
 * Moves every queue's dead letters into rows of the ledger, where they keep as long as anybody needs. A letter leaves its
 * queue only once its row stands: a crash in between brings it back, and the same message is the same row.
 */
export const drainDeadLetters = async (drain: Drain, timeLeft: TimeLeft): Promise<number> => {
  const { queue, ledger, clock, telemetry } = drain;
  let drained = 0;
  for (const name of QUEUE_NAMES) {
    while (timeLeft.remainingMs() > MARGIN_MS) {
      const letters = await queue.receiveDead(name, { max: AT_ONCE, visibilitySeconds: VISIBILITY_SECONDS });
      if (letters.length === 0) break;
      for (const { body, messageId, receiveCount, reason, sentAt } of letters) {
        // The delivery to this drain was no attempt.
        const message = { queue: name, body, messageId, attempts: receiveCount - 1, sentAt };
        await parkMessage(ledger, message, reason ?? 'given up by the queue: received too often and never worked off', clock.now());
        telemetry.tell({ kind: 'message-parked', queue: name, messageId }, await subjectOfMessage(drain, body));
      }
      await queue.removeDead(name, letters.map(({ receipt }) => receipt));
      drained += letters.length;
    }
  }
  return drained;
};

/** How many messages lie in dead letter queues and are no rows yet. */
export const countDeadLetters = async (queue: Queue): Promise<number> => {
  const depths = await Promise.all(QUEUE_NAMES.map((name) => queue.depth(name)));
  return depths.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
};
