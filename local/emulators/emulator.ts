import type { Clock } from '../../lib/ports/clock.ts';
import type { FaultsDocument } from './faults.ts';
import type { Seed } from './seed.ts';

export type Service = 'csms' | 'sae';

/**
 * What one request changed; null when it changed nothing. `names` are CSMS names or SAE SecretIds, in the order the
 * change was made. `note` says what a reader of the journal must not overlook, such as a selector that matched everything.
 */
export interface Effect {
  readonly did:
    | 'created'
    | 'updated'
    | 'scheduled'
    | 'cancelled'
    | 'erased'
    | 'versionAdded'
    | 'stageSet'
    | 'stageRemoved'
    | 'tokenIssued'
    | 'applicationDeletionStarted'
    | 'jobRemoved';
  readonly names: readonly string[];
  readonly note: string | null;
}

/**
 * One request as the emulator saw it. `at` is epoch ms of the emulator's clock; `status` is null when the connection was
 * cut instead of a reply; `code` is the vendor's error code, null on success. No field ever holds a secret's value, a
 * password or a token.
 */
export interface JournalEntry {
  readonly seq: number;
  readonly at: number;
  readonly operation: string;
  /** Project or namespace id; null where a request named none. */
  readonly scope: string | null;
  readonly request: { readonly method: string; readonly path: string; readonly query: Readonly<Record<string, string>>; readonly body: unknown };
  readonly status: number | null;
  readonly code: string | null;
  readonly effect: Effect | null;
}

export interface EmulatorOptions<Credentials> {
  /** 0, the default, lets the system pick one. */
  readonly port?: number;
  readonly credentials?: Credentials;
  readonly seed?: Seed;
  readonly faults?: FaultsDocument;
  /**
   * A file that keeps content, journal and clock offset: written before each reply is sent, read again at start (the
   * seed is then left out). It survives a killed process, not a power failure. One emulator owns it at a time. Faults and
   * the list's past (staleListSeconds) are not kept.
   */
  readonly persistTo?: string;
  /** Real time, in which signatures, tokens, lock-outs and quotas are counted; `advance` moves the emulated clock only. */
  readonly clock?: Clock;
}

/** A cloud that runs inside this process on a loopback port. */
export interface Emulator<State> {
  readonly service: Service;
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly endpoint: string;
  /** Moves erasing dates, running deletions and staleness; never signature checks. */
  advance(seconds: number): void;
  state(): State;
  journal(): readonly JournalEntry[];
  /** Cuts every connection, open or idle, and frees the port. */
  close(): Promise<void>;
}
