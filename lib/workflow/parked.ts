import type { Ledger } from '../ports/ledger.ts';
import { sha256 } from '../saga/canonical.ts';

/** A message that was set aside for a person, as it came and why. */
export interface ParkedMessage {
  readonly queue: string;
  readonly reason: string;
  /** The message's text, at most 64 KB of it. */
  readonly body: string;
  /** SHA-256 of the whole text. */
  readonly hash: string;
  readonly parkedAt: number;
  readonly messageId: string;
  readonly attempts: number;
}

const LONGEST_BODY_BYTES = 65_536;

const cut = (body: string): string => (Buffer.byteLength(body) <= LONGEST_BODY_BYTES ? body : Buffer.from(body).subarray(0, LONGEST_BODY_BYTES).toString('utf8'));

/** Parks one message as a row of the ledger; the same message parked twice is one row. */
export const parkMessage = async (
  ledger: Ledger,
  message: { readonly queue: string; readonly body: string; readonly messageId: string; readonly attempts: number },
  reason: string,
  now: number,
): Promise<void> => {
  const hash = sha256(message.body);
  const row: ParkedMessage = { ...message, body: cut(message.body), hash, reason, parkedAt: now };
  // A conflict means that the row is there already, which is what is wanted.
  await ledger.write({ kind: 'parked', id: `${message.queue}/${message.messageId}`, version: 1, body: JSON.stringify(row), wakeAt: null });
};
