import type { Item, Kind, Ledger } from '../../lib/ports/ledger.ts';
import { type Life, type Ports, operate } from './life.ts';

/** What the auditor is told of the ledger, at the very moment it takes effect. */
export interface LedgerWatch {
  read(life: Life, kind: Kind, id: string): void;
  written(life: Life, before: Item | null, after: Item): void;
}

/** A fault of the ledger itself, which every worker may meet at any write. */
export class LedgerDown extends Error {
  override readonly name = 'LedgerDown';
}

/** The durable truth of a simulated world. */
export interface LedgerStore {
  readonly items: ReadonlyMap<string, Item>;
  /** The port as one process has it. */
  as(life: Life): Ledger;
}

const LARGEST_ITEM_BYTES = 380 * 1_024;
const LARGEST_LAG_MS = 3_000;

const check = ({ kind, id, version, body, wakeAt }: Item): void => {
  if (Buffer.byteLength(body) > LARGEST_ITEM_BYTES) throw new RangeError(`${kind} ${id} is too large for an item`);
  if (!Number.isSafeInteger(version) || version < 1) throw new RangeError(`${kind} ${id} has version ${version}`);
  if (wakeAt !== null && !Number.isSafeInteger(wakeAt)) throw new RangeError(`${kind} ${id} has wakeAt ${wakeAt}, not epoch milliseconds`);
};

interface Lagging {
  readonly wakeAt: number | null;
  readonly until: number;
}

export const createLedgerStore = (ports: Ports, faultAt: () => number, watch: LedgerWatch): LedgerStore => {
  const { timeline, prng } = ports;
  const items = new Map<string, Item>();
  const lagging = new Map<string, Lagging>();
  const keyOf = (kind: Kind, id: string): string => `${kind} ${id}`;
  const latency = (): number => prng.between(1, 12);

  const store = (life: Life, item: Item): 'written' | 'conflict' => {
    check(item);
    const key = keyOf(item.kind, item.id);
    const before = items.get(key) ?? null;
    if ((before?.version ?? 0) !== item.version - 1) return 'conflict';
    items.set(key, item);
    lagging.set(key, { wakeAt: before?.wakeAt ?? null, until: timeline.now() + prng.between(0, LARGEST_LAG_MS) });
    watch.written(life, before, item);
    return 'written';
  };

  /** A write may fail before its effect, or after it, or be tried again unseen by the driver and then meet itself. */
  const storeInWeather = (life: Life, item: Item): 'written' | 'conflict' => {
    if (!prng.chance(faultAt())) return store(life, item);
    const fault = prng.pick(['before', 'after', 'again']);
    if (fault === 'before') throw new LedgerDown('the ledger did not take the write');
    const answer = store(life, item);
    if (fault === 'after') throw new LedgerDown('the ledger took the write and could not say so');
    return answer === 'written' ? 'conflict' : answer;
  };

  const wakeAtAsSeen = (key: string, item: Item): number | null => {
    const lag = lagging.get(key);
    return lag !== undefined && timeline.now() < lag.until ? lag.wakeAt : item.wakeAt;
  };

  return {
    items,
    as: (life) => {
      const read = (kind: Kind, id: string): Item | null => {
        watch.read(life, kind, id);
        return items.get(keyOf(kind, id)) ?? null;
      };
      return {
        read: (kind, id) => operate(ports, life, `read ${kind}`, latency(), () => read(kind, id)),
        readMany: (kind, ids) => operate(ports, life, `read ${kind}`, latency(), () => ids.map((id) => read(kind, id))),
        write: (item) => operate(ports, life, `write ${item.kind}`, latency(), () => storeInWeather(life, item)),
        due: (kind, before, limit) =>
          operate(ports, life, `due ${kind}`, latency(), () =>
            [...items.entries()]
              .filter(([, item]) => item.kind === kind)
              .flatMap(([key, { id }]) => {
                const item = items.get(key);
                const wakeAt = item === undefined ? null : wakeAtAsSeen(key, item);
                return wakeAt !== null && wakeAt <= before ? [{ id, wakeAt }] : [];
              })
              .sort((a, b) => a.wakeAt - b.wakeAt || (a.id < b.id ? -1 : 1))
              .slice(0, limit),
          ),
        list: async function* list(kind, prefix = '') {
          const found = await operate(ports, life, `list ${kind}`, latency(), () =>
            [...items.values()].filter((item) => item.kind === kind && item.id.startsWith(prefix)).sort((a, b) => (a.id < b.id ? -1 : 1)),
          );
          yield* found;
        },
      };
    },
  };
};
