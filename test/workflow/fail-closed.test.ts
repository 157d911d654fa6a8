import { expect, it } from 'vitest';
import { parseWakeUp } from '../../events/parse.ts';
import type { Ledger } from '../../lib/ports/ledger.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { workOff } from '../../lib/workflow/turn/work-off.ts';
import { INSTANCE, PROJECT, aWorld, anEvent, rds } from './world.ts';

/** A ledger that takes so many writes of sagas and then none any more, as a full disk or a lost table would. */
const failingAfter = (ledger: Ledger, writes: number): Ledger => {
  let left = writes;
  return {
    read: (kind, id) => ledger.read(kind, id),
    readMany: (kind, ids) => ledger.readMany(kind, ids),
    due: (kind, before, limit) => ledger.due(kind, before, limit),
    list: (kind, prefix) => ledger.list(kind, prefix),
    write: async (item) => {
      if (item.kind === 'saga') left -= 1;
      if (left < 0) throw new Error('the ledger takes no more writes');
      return ledger.write(item);
    },
  };
};

it.each([0, 1])('H57: no record, no deletion: when the ledger fails after %i writes, nothing is called that changes anything', async (writes) => {
  const world = await aWorld({ secrets: [{ name: 'db-1', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } }] });
  const { workflow, csms } = world;
  await takeIn(workflow, anEvent([rds()]));
  const [message] = await workflow.queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: 0 });
  const parsed = parseWakeUp(message?.body ?? '');
  if (parsed.kind === 'refused') throw new Error('no wake-up was sent');
  const broken = { ...workflow, ledger: failingAfter(workflow.ledger, writes) };
  await expect(workOff(broken, parsed.value, { remainingMs: () => 60_000 })).rejects.toThrow('takes no more writes');
  expect(csms.journal().filter(({ operation }) => !operation.startsWith('List'))).toEqual([]);
});
