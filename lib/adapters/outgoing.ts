import { LARGEST_BODY_BYTES, LONGEST_DELAY_SECONDS, type OutgoingMessage } from '../ports/queue.ts';

/** SQS takes no other characters, and a text cut at a NUL is how a file would answer them (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html). */
const REFUSED_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** The text with a replacement sign for every character no queue carries. */
export const carriable = (text: string): string => text.replaceAll(new RegExp(REFUSED_CHARACTER, 'gu'), '\u{FFFD}');

const faultOf = ({ body, delaySeconds }: OutgoingMessage): string | null => {
  if (body === '') return 'its body is empty';
  const bytes = Buffer.byteLength(body);
  if (bytes > LARGEST_BODY_BYTES) return `its body has ${bytes} bytes, at most ${LARGEST_BODY_BYTES} fit a message`;
  if (REFUSED_CHARACTER.test(body)) return 'its body holds a character that no queue carries';
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > LONGEST_DELAY_SECONDS) {
    return `its delay is ${delaySeconds} s, not a whole number from 0 to ${LONGEST_DELAY_SECONDS}`;
  }
  return null;
};

/** Throws RangeError that names every message no queue would take, by its position. */
export const checkOutgoing = (messages: readonly OutgoingMessage[]): void => {
  const faults = messages.flatMap((message, index) => {
    const fault = faultOf(message);
    return fault === null ? [] : [`message ${index}: ${fault}`];
  });
  if (faults.length > 0) throw new RangeError(`nothing was sent: ${faults.join('; ')}`);
};
