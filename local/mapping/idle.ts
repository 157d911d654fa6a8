import type { QueueName } from '../../events/messages.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Queue } from '../../lib/ports/queue.ts';
import type { Activity } from './activity.ts';

export interface Idle {
  /** When the next delayed message of any mapped queue becomes visible (epoch ms), null when none will. */
  readonly nextAt: number | null;
}

/** Other processes may work on the same queues and ring no bell here. */
const LOOK_AGAIN_MS = 250;

const look = async (queue: Queue, names: readonly QueueName[]): Promise<Idle | null> => {
  const depths = await Promise.all(names.map((name) => queue.depth(name)));
  if (depths.some(({ ready, inFlight }) => ready > 0 || inFlight > 0)) return null;
  const times = depths.map(({ nextAt }) => nextAt).filter((at) => at !== null);
  return { nextAt: times.length === 0 ? null : Math.min(...times) };
};

/** Resolves once nothing is ready or being worked on in any of the queues; rejects with the signal's reason. */
export const whenIdle = async (queue: Queue, clock: Clock, names: readonly QueueName[], activity: Activity, signal: AbortSignal): Promise<Idle> => {
  for (;;) {
    signal.throwIfAborted();
    const { changes } = activity;
    const changed = activity.changed();
    const idle = activity.running === 0 ? await look(queue, names) : null;
    // A message may have moved from a queue not yet looked at into one that was.
    if (idle !== null && activity.changes === changes) return idle;
    const over = new AbortController();
    try {
      await Promise.race([changed, clock.sleep(LOOK_AGAIN_MS, AbortSignal.any([over.signal, signal]))]);
    } finally {
      over.abort();
    }
  }
};
