import type { QueueName } from '../../events/messages.ts';

/** SQS's ceiling for a delay; a longer wait is a date in the ledger. */
export const LONGEST_DELAY_SECONDS = 900;
/** SQS's ceiling for one message, in bytes of UTF-8. */
export const LARGEST_BODY_BYTES = 1_048_576;

/** What is sent; `body` is at most LARGEST_BODY_BYTES of UTF-8. */
export interface OutgoingMessage {
  readonly body: string;
  /** Whole seconds, 0 to 900. */
  readonly delaySeconds: number;
}

/** One delivery of a message; `sentAt` is epoch milliseconds. */
export interface ReceivedMessage {
  readonly messageId: string;
  /** Names this one delivery; it stops working when the message is delivered again. */
  readonly receipt: string;
  readonly body: string;
  /** 1 on the first delivery. */
  readonly receiveCount: number;
  readonly sentAt: number;
}

/** A message that was set aside; `reason` is what `deadLetter` was told, null where the queue itself gave it up. */
export interface DeadLetter extends ReceivedMessage {
  readonly reason: string | null;
}

/**
 * A queue with SQS's promises and no more: at least once, in no order, each message hidden from others for a while after
 * it was received. Every adapter passes test/contract/queue.
 */
export interface Queue {
  /**
   * MUST have stored every message when it resolves; rejects naming those it could not store, after which the caller
   * sends all of them again (a duplicate is harmless). A body over 1 MiB or a delay outside 0 to 900 MUST be refused.
   */
  send(queue: QueueName, messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * At most `max` messages that are due; MUST NOT hand out a message again before `visibilitySeconds` have passed.
   * Waits up to `waitSeconds` for the first one.
   */
  receive(queue: QueueName, options: { max: number; visibilitySeconds: number; waitSeconds: number; signal?: AbortSignal }): Promise<ReceivedMessage[]>;
  /** Removes messages that were worked off; a receipt that is no longer valid changes nothing. */
  acknowledge(queue: QueueName, receipts: readonly string[]): Promise<void>;
  /** Makes one delivery visible again after that many seconds (0: at once). */
  release(queue: QueueName, receipt: string, delaySeconds: number): Promise<void>;
  /**
   * Moves one delivery to the queue's dead letters with the reason; it MUST NOT be missing from both at any moment. Where
   * no move exists (SQS), a crash half-way leaves it in both, which like any duplicate is harmless.
   */
  deadLetter(queue: QueueName, message: ReceivedMessage, reason: string): Promise<void>;
  /**
   * At most `max` of the queue's dead letters, without waiting for one. As with `receive` each is then hidden from others
   * for `visibilitySeconds`, and MUST come back unless it is removed with `removeDead` by then; `receiveCount` goes on
   * counting from the life before.
   */
  receiveDead(queue: QueueName, options: { max: number; visibilitySeconds: number }): Promise<DeadLetter[]>;
  /** Removes dead letters that by now stand somewhere else; a receipt that is no longer valid changes nothing. */
  removeDead(queue: QueueName, receipts: readonly string[]): Promise<void>;
  /**
   * How many wait, are delayed, are being worked on; `nextAt` is when the next one becomes visible (epoch ms), or where a
   * queue does not tell (SQS) when to look again, null when none will. SQS counts roughly.
   */
  depth(queue: QueueName): Promise<{ ready: number; delayed: number; inFlight: number; deadLetters: number; nextAt: number | null }>;
}
