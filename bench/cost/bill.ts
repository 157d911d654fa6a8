import { pack } from '../../lib/adapters/aws/pack.ts';
import type { OpenedState } from '../../lib/adapters/sqlite/state.ts';
import type { Item, Kind } from '../../lib/ports/ledger.ts';

/** What AWS would bill for: units of DynamoDB, requests of SQS, invocations of Lambda, and bytes of log. */
export interface Bill {
  /** Writes of the ledger by kind, those that lost a race too: they are billed alike. */
  readonly writes: Record<string, number>;
  /** Of 1 KB each, the index's included. */
  writeUnits: number;
  /** Of 4 KB each, consistent. */
  readUnits: number;
  messages: number;
  /** Of at most ten messages each. */
  sendRequests: number;
  receiveRequests: number;
  deleteRequests: number;
  invocations: number;
  logBytes: number;
}

export const emptyBill = (): Bill => ({ writes: {}, writeUnits: 0, readUnits: 0, messages: 0, sendRequests: 0, receiveRequests: 0, deleteRequests: 0, invocations: 0, logBytes: 0 });

export const writesOf = ({ writes }: Bill): number => Object.values(writes).reduce((sum, count) => sum + count, 0);

const LARGEST_BATCH = 10;
const batches = (count: number): number => Math.ceil(count / LARGEST_BATCH);

/**
 * A row's size is that of its names and values (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html),
 * its body packed as the adapter for DynamoDB packs it; the rest of it is below a hundred bytes.
 */
const bytesOf = (kind: Kind, id: string, body: string): number => Buffer.byteLength(kind) + Buffer.byteLength(id) + pack(body).length + 100;

const watchLedger = ({ ledger }: OpenedState, bill: Bill): void => {
  const { read, readMany, write, due } = ledger;
  const indexed = new Map<string, number | null>();
  const billRead = (kind: Kind, id: string, item: Item | null | undefined): void => {
    bill.readUnits += Math.max(1, Math.ceil(bytesOf(kind, id, item?.body ?? '') / 4_096));
  };
  const billWrite = ({ kind, id, body, wakeAt }: Item): void => {
    const key = `${kind}/${id}`;
    const before = indexed.get(key) ?? null;
    bill.writes[kind] = (bill.writes[kind] ?? 0) + 1;
    bill.writeUnits += Math.ceil(bytesOf(kind, id, body) / 1_024);
    // An index entry that comes or goes is one more write, one that moves is two.
    if (before !== wakeAt) bill.writeUnits += before === null || wakeAt === null ? 1 : 2;
    indexed.set(key, wakeAt);
  };
  const watched: Pick<OpenedState['ledger'], 'read' | 'readMany' | 'write' | 'due'> = {
    read: async (kind, id) => {
      const item = await read(kind, id);
      billRead(kind, id, item);
      return item;
    },
    readMany: async (kind, ids) => {
      const items = await readMany(kind, ids);
      for (const [place, id] of ids.entries()) billRead(kind, id, items[place]);
      return items;
    },
    write: (item) => {
      billWrite(item);
      return write(item);
    },
    due: (kind, before, limit) => {
      bill.readUnits += 1;
      return due(kind, before, limit);
    },
  };
  Object.assign(ledger, watched);
};

const watchQueue = ({ queue }: OpenedState, bill: Bill): void => {
  const { send, receive, acknowledge } = queue;
  const watched: Pick<OpenedState['queue'], 'send' | 'receive' | 'acknowledge'> = {
    send: (name, messages) => {
      bill.messages += messages.length;
      bill.sendRequests += batches(messages.length);
      return send(name, messages);
    },
    // Polling that finds nothing goes on whether or not there is work; what it costs is by the month, not by the instance.
    receive: async (name, options) => {
      const messages = await receive(name, options);
      bill.receiveRequests += batches(messages.length);
      bill.invocations += messages.length === 0 ? 0 : 1;
      return messages;
    },
    acknowledge: (name, receipts) => {
      bill.deleteRequests += batches(receipts.length);
      return acknowledge(name, receipts);
    },
  };
  Object.assign(queue, watched);
};

/** Counts on this bill what is asked of a state's ports from now on, by whoever has it open in this process. */
export const countOn = (bill: Bill, state: OpenedState): void => {
  watchLedger(state, bill);
  watchQueue(state, bill);
};

/** Counts what this process would write to its log on Lambda, and writes it nowhere. */
export const countLog = (bill: Bill): void => {
  const write = (chunk: string | Uint8Array): boolean => {
    bill.logBytes += Buffer.byteLength(chunk);
    return true;
  };
  Object.assign(process.stdout, { write });
};
