import type { Clock } from '../../lib/ports/clock.ts';
import type { HttpReply } from '../../lib/clouds/http/message.ts';
import type { Transport } from '../../lib/clouds/http/transport.ts';
import { LeftOut } from './case.ts';

/** A transport whose replies can be looked at as they came, beside what the client made of them. */
export interface Watched {
  readonly transport: Transport;
  /** The reply that came last. */
  readonly last: () => HttpReply;
}

/** Requests start at least `spacingMs` apart: a vendor's pace is not ours to use up. */
export const watched = (transport: Transport, clock: Clock, spacingMs: number): Watched => {
  let last: HttpReply | null = null;
  let freeAt = 0;
  return {
    transport: {
      ...transport,
      send: async (request, signal) => {
        const wait = freeAt - clock.monotonic();
        if (wait > 0) await clock.sleep(wait, signal);
        freeAt = clock.monotonic() + spacingMs;
        const outcome = await transport.send(request, signal);
        if (outcome.kind === 'reply') last = outcome;
        return outcome;
      },
    },
    last: () => {
      if (last === null) throw new LeftOut('the cloud gave no reply');
      return last;
    },
  };
};
