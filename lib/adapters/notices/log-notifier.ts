import type { Notice, Notifier } from '../../ports/notifier.ts';
import { moreText, reasonText } from './digest-text.ts';

const LEVELS = { now: 'error', soon: 'warn', 'when you can': 'info' } as const;

const lineOf = (notice: Notice): Record<string, unknown> => {
  const { sagaId, eventIds, instance, urgency, until, commands } = notice;
  return { level: LEVELS[urgency], message: `needs you ${urgency}: ${reasonText(notice)}`, sagaId, eventIds, instance, until: until === null ? null : new Date(until).toISOString(), commands };
};

/** Tells people by a function's log, where no topic is named: one JSON line a notice, with the same ids as every other line. */
export const logNotifier = (write: (text: string) => void): Notifier => ({
  tell: async ({ notices, more }) => {
    const lines = [...notices.map(lineOf), ...(more === 0 ? [] : [{ level: 'info', message: moreText(more) }])];
    write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  },
});
