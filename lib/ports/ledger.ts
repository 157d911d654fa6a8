/** What kinds of item the ledger holds; (kind, id) is an item's key. */
export type Kind = 'saga' | 'chapter' | 'event' | 'controls' | 'claim' | 'quota' | 'pace' | 'parked' | 'parked-body' | 'inventory' | 'notice';

/** What the ledger keeps under one key, read and written as a whole. */
export interface Item {
  readonly kind: Kind;
  /** 1 to 1,024 bytes of UTF-8 (DynamoDB's longest sort key). */
  readonly id: string;
  /** 1 when first written, one more with each write. */
  readonly version: number;
  /** JSON text, at most 380 KB of UTF-8 (DynamoDB's item ends at 400 KB). */
  readonly body: string;
  /** Epoch ms at which the item wants to be looked at, null when never; this is what `due` reads. */
  readonly wakeAt: number | null;
}

/**
 * The durable truth: items that are read whole and written whole, each write conditional on the version that was read.
 * That is all the many-machine tier can do without transactions, so nothing may need more. Every adapter passes
 * test/contract/ledger.
 */
export interface Ledger {
  /** The item as it stands after every write that has resolved (never stale), or null. */
  read(kind: Kind, id: string): Promise<Item | null>;
  /** Several items of one kind at once, in the order asked for. */
  readMany(kind: Kind, ids: readonly string[]): Promise<(Item | null)[]>;
  /**
   * Writes `item` if the stored version is `item.version - 1` (1: if there is none yet), else MUST leave everything as
   * it was and answer 'conflict'. It MUST be durable when it resolves: a crash of the machine right after loses nothing.
   */
  write(item: Item): Promise<'written' | 'conflict'>;
  /** Keys of items of that kind whose wakeAt is at or before `before`, soonest first, at most `limit`; it may lag behind writes by seconds. */
  due(kind: Kind, before: number, limit: number): Promise<{ id: string; wakeAt: number }[]>;
  /** Every item of that kind whose id starts with `prefix`, by id; may be read in pages, each as it then stands. */
  list(kind: Kind, prefix?: string): AsyncIterable<Item>;
}
