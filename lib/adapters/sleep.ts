import type { Clock } from '../ports/clock.ts';

/** Sleeping, where there is an alarm; rejects with the signal's reason, as the port asks. */
export const sleepBy =
  (alarm: Clock['alarm']): Clock['sleep'] =>
  (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        silence();
        reject(signal?.reason);
      };
      const silence = alarm(milliseconds, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
