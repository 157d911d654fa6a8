import { embeddedMetrics } from '../../lib/adapters/telemetry/embedded-metrics.ts';
import type { Kind, Ledger } from '../../lib/ports/ledger.ts';
import type { Queue } from '../../lib/ports/queue.ts';
import { makeWorkflow } from '../../lib/workflow/workflow.ts';
import { takeIn } from '../../lib/workflow/intake.ts';
import { listSagas } from '../../lib/workflow/saga-store.ts';
import { workOff } from '../../lib/workflow/wake.ts';
import { INSTANCE, PROJECT, aPolicy, aWorld, anEvent, rds } from '../workflow/world.ts';

/** What AWS bills of one instance: units of DynamoDB, messages of SQS, invocations, and bytes of log. */
export interface Bill {
  writes: number;
  /** Of 1 KB each, the index's included. */
  writeUnits: number;
  /** Of 4 KB each, consistent. */
  readUnits: number;
  messages: number;
  invocations: number;
  logBytes: number;
}

const bytesOf = (...texts: readonly string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 100);

/** A ledger that counts as DynamoDB bills: a write by its whole item and once more for an index entry that comes, goes or moves. */
const countingLedger = (ledger: Ledger, bill: Bill): Ledger => {
  const indexed = new Map<string, number | null>();
  const read = (kind: Kind, id: string, body: string | undefined): void => {
    bill.readUnits += Math.max(1, Math.ceil(bytesOf(kind, id, body ?? '') / 4_096));
  };
  return {
    ...ledger,
    read: async (kind, id) => {
      const item = await ledger.read(kind, id);
      read(kind, id, item?.body);
      return item;
    },
    readMany: async (kind, ids) => {
      const items = await ledger.readMany(kind, ids);
      ids.forEach((id, index) => read(kind, id, items[index]?.body));
      return items;
    },
    write: async (item) => {
      const before = indexed.get(`${item.kind}/${item.id}`) ?? null;
      bill.writes += 1;
      bill.writeUnits += Math.ceil(bytesOf(item.kind, item.id, item.body) / 1_024);
      if (before !== item.wakeAt) bill.writeUnits += before === null || item.wakeAt === null ? 1 : 2;
      indexed.set(`${item.kind}/${item.id}`, item.wakeAt);
      return ledger.write(item);
    },
  };
};

const countingQueue = (queue: Queue, bill: Bill): Queue => ({
  ...queue,
  send: async (name, messages) => {
    bill.messages += messages.length;
    return queue.send(name, messages);
  },
});

/** Settles one RDS instance with three secrets, immediately and with one proof, and answers what it would be billed for. */
export const settleOneCounted = async (): Promise<Bill> => {
  const bill: Bill = { writes: 0, writeUnits: 0, readUnits: 0, messages: 1, invocations: 0, logBytes: 0 };
  const world = await aWorld(
    { secrets: ['db-1', 'db-2', 'db-3'].map((name) => ({ name, projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' as const } })) },
    aPolicy({ verify: { firstDelaySeconds: 30, proofs: 1, intervalSeconds: 0, deadlineHours: 1 } }),
  );
  const { ledger, queue, ...rest } = world.workflow;
  const counted = makeWorkflow({ ...rest, ledger: countingLedger(ledger, bill), queue: countingQueue(queue, bill), telemetry: embeddedMetrics({ stage: 'prod', now: () => 0, write: (line) => void (bill.logBytes += line.length) }) });
  await takeIn(counted, anEvent([rds()]));
  bill.invocations += 1;
  for (const seconds of [0, 31]) {
    world.advance(seconds);
    for await (const { saga } of listSagas(ledger)) await workOff(counted, { v: 1, sagaId: saga.sagaId, turn: saga.turn }, { remainingMs: () => 60_000 });
    bill.invocations += 1;
  }
  for await (const { saga } of listSagas(ledger)) if (saga.state !== 'gone') throw new Error(`the saga ended ${saga.state}`);
  return bill;
};
