import { QUEUE_NAMES } from '../../events/messages.ts';
import type { Desk } from '../../lib/workflow/stops.ts';
import { type Check, failed, passed } from './check.ts';

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const check = async (name: string, look: () => Promise<Check>): Promise<Check> => {
  try {
    return await look();
  } catch (error) {
    return failed(name, inWords(error), 'see that the stack is deployed, and that you may read it');
  }
};

/** Whether ledger and queues can be read; nothing is received or written. */
export const checkStack = async ({ ledger, queue, clock }: Desk): Promise<Check[]> => {
  const now = clock.now();
  return Promise.all([
    check('ledger', async () => {
      await ledger.read('controls', 'all');
      const overdue = await ledger.due('saga', now - 3_600_000, 1);
      return overdue.length === 0 ? passed('ledger', 'can be read') : failed('ledger', 'a saga is overdue by more than an hour', 'run npx probate sweep, and see that the schedule runs');
    }),
    ...QUEUE_NAMES.map((name) =>
      check(`queue ${name}`, async () => {
        const { ready, delayed, inFlight, deadLetters } = await queue.depth(name);
        const detail = `${ready + delayed} waiting, ${inFlight} being worked on, ${deadLetters} dead letters`;
        return deadLetters === 0 ? passed(`queue ${name}`, detail) : failed(`queue ${name}`, detail, 'look at them with npx probate parked');
      }),
    ),
  ]);
};
