import { randomUUID } from 'node:crypto';
import { QUEUE_NAMES } from '../../events/messages.ts';
import type { Store } from '../../lib/workflow/workflow.ts';
import { type Check, failed, passed } from './check.ts';

const WRITING = 'writing to the ledger';

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const check = async (name: string, look: () => Promise<Check>): Promise<Check> => {
  try {
    return await look();
  } catch (error) {
    return failed(name, inWords(error), 'see that the stack is deployed, and that you may use it');
  }
};

/** Whether the ledger can be written to, tried with a write that must be refused: the version it would follow does not exist, so nothing changes. */
const checkWriting = async ({ ledger }: Store): Promise<Check> => {
  const answer = await ledger.write({ kind: 'controls', id: `doctor-${randomUUID()}`, version: 2, body: '{}', wakeAt: null });
  return answer === 'conflict' ? passed(WRITING, 'a write that must lose is refused as it should be') : failed(WRITING, 'a write that must lose was taken', 'use no such ledger: two workers would overwrite each other');
};

/** Whether ledger and queues can be used; nothing is received, sent or changed. */
export const checkStack = async (store: Store): Promise<Check[]> => {
  const { ledger, queue, clock } = store;
  const now = clock.now();
  return Promise.all([
    check('ledger', async () => {
      await ledger.read('controls', 'all');
      const overdue = await ledger.due('saga', now - 3_600_000, 1);
      return overdue.length === 0 ? passed('ledger', 'can be read') : failed('ledger', 'a saga is overdue by more than an hour', 'run npx probate sweep, and see that the schedule runs');
    }),
    check(WRITING, () => checkWriting(store)),
    ...QUEUE_NAMES.map((name) =>
      check(`queue ${name}`, async () => {
        const { ready, delayed, inFlight, deadLetters } = await queue.depth(name);
        const detail = `${ready + delayed} waiting, ${inFlight} being worked on, ${deadLetters} dead letters`;
        return deadLetters === 0 ? passed(`queue ${name}`, detail) : failed(`queue ${name}`, detail, 'look at them with npx probate parked');
      }),
    ),
  ]);
};
