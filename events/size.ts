/** SQS's ceiling for one message, in bytes of UTF-8. */
export const LARGEST_EVENT_BYTES = 1_048_576;

/** How many bytes of UTF-8 a text takes. */
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** Whether a message's text is at most 1 MiB of UTF-8. */
export const fitsOneMessage = (text: string): boolean => bytesOf(text) <= LARGEST_EVENT_BYTES;
