import type { Problem } from '../../events/problems.ts';
import { DURATION_FORMS, readDuration } from '../../lib/workflow/duration.ts';
import { isDay, isTime, meantDate } from '../report/period.ts';
import { onCommandLine } from '../terminal/command-line.ts';

const momentOf = (text: string, now: number): number | null => {
  const length = readDuration(text);
  if (length !== null) return now + length;
  return isTime(text) ? Date.parse(text) : null;
};

/** A moment that somebody wrote in another form, or a day without its hour; null when it cannot be told. */
const meant = (text: string): string | null => {
  const near = meantDate(text.trim()) ?? text.trim();
  const moment = isDay(near) ? `${near}T00:00:00Z` : near;
  return isTime(moment) ? moment : null;
};

const problem = (message: string, near: string | null): { readonly problem: Problem } => ({
  problem: onCommandLine('--until', message, `${near === null ? '' : `did you mean ${near}? `}give a moment such as 2026-11-22T08:30:00Z, or how long: ${DURATION_FORMS}`),
});

/** The end of a hold (epoch ms): a moment with its zone, or how long from now; null without one, and a problem for the past. */
export const readUntil = (text: string | undefined, now: number): { readonly until: number | null } | { readonly problem: Problem } => {
  if (text === undefined) return { until: null };
  const until = momentOf(text, now);
  if (until === null) return problem(`is ${JSON.stringify(text)}`, meant(text));
  return until <= now ? problem(`is ${text}, which has passed`, null) : { until };
};
