import { sendEvents } from '../../lib/workflow/intake/send-events.ts';
import { outcomeOfEvent, readEvent } from '../../lib/workflow/records/event-store.ts';
import type { CommonOptions } from '../commands/options.ts';
import { readInputs } from '../run/inputs.ts';
import { withStack } from '../run/open-stack.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { printable } from '../terminal/printable.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';

/** `send FILE...`: puts events on the decommissions queue, where `run`, `dev` or the functions take them from; calls no cloud. */
export const sendFiles = async (terminal: Terminal, files: readonly string[], options: CommonOptions): Promise<ExitCode> => {
  const { policy, events } = await readInputs({ ...options, files, problems: [] });
  return withStack(options, 'made if missing', async (store) => {
    const sent = await sendEvents({ ...store, policy }, events);
    const results = await Promise.all(
      sent.map(async (event) => {
        const outcome = outcomeOfEvent(await readEvent(store.ledger, event), event);
        return { id: event.id, source: event.source, sent: outcome?.accepted !== false, reason: outcome?.reason ?? null };
      }),
    );
    const { ready, delayed } = await store.queue.depth('decommissions');
    if (options.json === true) writeJson(terminal, { events: results, waiting: ready + delayed });
    else terminal.out(`${results.map(({ id, sent: isSent, reason }) => printable(isSent ? `sent          ${id}` : `not accepted  ${id}: ${reason ?? ''}`)).join('\n')}\n`);
    return results.every(({ sent: isSent }) => isSent) ? EXIT.settled : EXIT.needsPerson;
  });
};
