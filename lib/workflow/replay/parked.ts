import type { Item, Ledger } from '../../ports/ledger.ts';
import { sha256 } from '../../saga/canonical.ts';
import { changeItem } from '../records/item.ts';

/** What became of a parked message when somebody sent it round again. */
export interface Replayed {
  readonly at: number;
  readonly by: string;
  readonly why: string;
  readonly as: 'sent' | 'planned' | 'obsolete';
}

/** A message that was set aside for a person, as it came and why. */
export interface ParkedMessage {
  readonly queue: string;
  readonly reason: string;
  /** The message's text, at most 64 KB of it; `readParkedBody` gives the whole. */
  readonly body: string;
  /** SHA-256 of the whole text. */
  readonly hash: string;
  readonly parkedAt: number;
  /** When it was sent, which for what says no time itself is how old it is; absent where its queue did not tell. */
  readonly sentAt?: number;
  readonly messageId: string;
  readonly attempts: number;
  /** Absent while the message is still parked. */
  readonly replayed?: Replayed;
}

export interface ParkedRow {
  readonly id: string;
  readonly message: ParkedMessage;
}

const LONGEST_BODY_BYTES = 65_536;
/** Each of these is at most three bytes of an item's JSON, which ends at 380 KB. */
const PIECE_CHARACTERS = 120_000;

const cut = (body: string): string => (Buffer.byteLength(body) <= LONGEST_BODY_BYTES ? body : Buffer.from(body).subarray(0, LONGEST_BODY_BYTES).toString('utf8'));

const pieceId = (id: string, piece: number): string => `${id}/${String(piece).padStart(4, '0')}`;

const writePieces = async (ledger: Ledger, id: string, body: string): Promise<void> => {
  for (let piece = 0; piece * PIECE_CHARACTERS < body.length; piece += 1) {
    const text = body.slice(piece * PIECE_CHARACTERS, (piece + 1) * PIECE_CHARACTERS);
    await ledger.write({ kind: 'parked-body', id: pieceId(id, piece), version: 1, body: JSON.stringify(text), wakeAt: null });
  }
};

/**
 * Parks one message as a row of the ledger; the same message parked twice is one row. A text too long for a row is kept
 * beside it, whole, since the queue will not hold it much longer.
 */
export const parkMessage = async (
  ledger: Ledger,
  message: Pick<ParkedMessage, 'queue' | 'body' | 'messageId' | 'attempts' | 'sentAt'>,
  reason: string,
  now: number,
): Promise<void> => {
  const id = `${message.queue}/${message.messageId}`;
  const body = cut(message.body);
  if (body !== message.body) await writePieces(ledger, id, message.body);
  const row: ParkedMessage = { ...message, body, hash: sha256(message.body), reason, parkedAt: now };
  // A conflict means that the row is there already, which is what is wanted.
  await ledger.write({ kind: 'parked', id, version: 1, body: JSON.stringify(row), wakeAt: null });
};

const rowOf = ({ id, body }: Item): ParkedRow => {
  const message: ParkedMessage = JSON.parse(body);
  return { id, message };
};

/** Every message that is still parked. */
export async function* listParked(ledger: Ledger): AsyncGenerator<ParkedRow> {
  for await (const item of ledger.list('parked')) {
    const row = rowOf(item);
    if (row.message.replayed === undefined) yield row;
  }
}

/** The whole text of a parked message; null when part of it is missing, since half a message must not be sent. */
export const readParkedBody = async (ledger: Ledger, { id, message }: ParkedRow): Promise<string | null> => {
  if (sha256(message.body) === message.hash) return message.body;
  const pieces: string[] = [];
  for await (const item of ledger.list('parked-body', `${id}/`)) {
    const piece: string = JSON.parse(item.body);
    pieces.push(piece);
  }
  const whole = pieces.join('');
  return sha256(whole) === message.hash ? whole : null;
};

/** Writes on the row what became of it; it stays in the ledger as a record, and is parked no more. */
export const markReplayed = (ledger: Ledger, { id }: ParkedRow, replayed: Replayed): Promise<void> =>
  changeItem<ParkedMessage, void>(ledger, 'parked', id, (message) => ({ body: message === null ? null : { ...message, replayed }, answer: undefined }));
