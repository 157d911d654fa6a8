import type { Telemetry } from '../../ports/telemetry.ts';
import { lineOf } from './line.ts';

/** For the command line, which shows sagas itself: only a message's failure is told, and that where no result is printed. */
export const quietTelemetry = (write: (line: string) => void): Telemetry => ({
  tell: (observation, about) => {
    if (observation.kind === 'message-failed') write(`${JSON.stringify(lineOf(observation, about))}\n`);
  },
});
