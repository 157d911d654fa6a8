import type { DeadLetter, OutgoingMessage, Queue, ReceivedMessage } from '../../lib/ports/queue.ts';

export interface QueueUnderTest {
  readonly queue: Queue;
  /** Lets that many seconds of the queue's time go by. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Long enough for any queue to come up with what it has. */
export const PATIENCE_SECONDS = 5;
export const HIDDEN = { visibilitySeconds: 60, waitSeconds: 0 };

export const bodies = (messages: readonly ReceivedMessage[]): string[] => messages.map(({ body }) => body).sort();
export const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `body ${String(index).padStart(3, '0')}`);
export const now = (texts: readonly string[]): OutgoingMessage[] => texts.map((body) => ({ body, delaySeconds: 0 }));

/** Receives until that many different messages came; a queue may hand out fewer than it has. */
export const collect = async (queue: Queue, count: number, visibilitySeconds = 60): Promise<ReceivedMessage[]> => {
  const found = new Map<string, ReceivedMessage>();
  while (found.size < count) {
    const some = await queue.receive('deletions', { max: 10, visibilitySeconds, waitSeconds: PATIENCE_SECONDS });
    if (some.length === 0) throw new Error(`only ${found.size} of ${count} messages came`);
    for (const message of some) found.set(message.messageId, message);
  }
  return [...found.values()];
};

export const one = async (queue: Queue, visibilitySeconds = 60): Promise<ReceivedMessage> => {
  const [message] = await collect(queue, 1, visibilitySeconds);
  if (message === undefined) throw new Error('no message came');
  return message;
};

/** Reads dead letters until that many different ones came; a queue may need a while to show them. */
export const deadLetters = async (queue: Queue, count: number, visibilitySeconds = 60): Promise<DeadLetter[]> => {
  const found = new Map<string, DeadLetter>();
  for (let tries = 0; found.size < count && tries < 1_000; tries += 1) {
    for (const letter of await queue.receiveDead('deletions', { max: 10, visibilitySeconds })) found.set(letter.messageId, letter);
  }
  return [...found.values()];
};
