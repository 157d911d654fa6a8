import type { Notifier } from '../ports/notifier.ts';
import { digestText } from './notices.ts';

/** Tells people by lines of text, where they or their log's alarms read along. */
export const lineNotifier = (write: (text: string) => void): Notifier => ({
  tell: async (digest) => write(`${digestText(digest)}\n`),
});
