import type { Notifier } from '../../ports/notifier.ts';
import { digestText } from './digest-text.ts';

/** Tells people by lines of text, where somebody reads along. */
export const lineNotifier = (write: (text: string) => void): Notifier => ({
  tell: async (digest) => write(`${digestText(digest)}\n`),
});
