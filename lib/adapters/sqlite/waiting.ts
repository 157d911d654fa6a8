import type { Clock } from '../../ports/clock.ts';
import type { Bells } from './bells.ts';

export interface WaitForMessages {
  readonly queue: string;
  readonly seconds: number;
  readonly signals: readonly AbortSignal[];
}

/** Other processes ring no bell here: the first look for what they sent comes soon, the later ones less often. */
const SHORTEST_POLL_MS = 100;
const LONGEST_POLL_MS = 500;

/** Resolves at the bell, after `milliseconds`, or when a signal aborts, whichever comes first. */
const pause = async (clock: Clock, bells: Bells, milliseconds: number, { queue, signals }: WaitForMessages): Promise<void> => {
  const over = new AbortController();
  const end = (): void => over.abort();
  const unlisten = bells.listen(queue, end);
  for (const signal of signals) signal.addEventListener('abort', end, { once: true });
  try {
    await clock.sleep(milliseconds, over.signal);
  } catch (fault) {
    if (!over.signal.aborted) throw fault;
  } finally {
    unlisten();
    for (const signal of signals) signal.removeEventListener('abort', end);
  }
};

/** Takes until there is something, the time is up or a signal aborts; `nextAt` says when something already stored becomes visible. */
export const takeWhenReady = async <T>(clock: Clock, bells: Bells, wait: WaitForMessages, take: () => readonly T[], nextAt: () => number | null): Promise<T[]> => {
  const until = clock.monotonic() + wait.seconds * 1_000;
  const stopped = (): boolean => wait.signals.some((signal) => signal.aborted);
  for (let pollMs = SHORTEST_POLL_MS; !stopped(); pollMs = Math.min(pollMs * 1.5, LONGEST_POLL_MS)) {
    const taken = take();
    const left = until - clock.monotonic();
    if (taken.length > 0 || left <= 0) return [...taken];
    const next = nextAt();
    const untilNext = next === null ? pollMs : Math.max(next - clock.now(), 1);
    await pause(clock, bells, Math.min(left, pollMs, untilNext), wait);
  }
  return [];
};
