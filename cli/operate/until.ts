import type { Problem } from '../../events/problems.ts';
import { isTime } from '../report/period.ts';
import { onCommandLine } from './command-line.ts';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const momentOf = (text: string, now: number): number | null => {
  const [, amount = '', unit] = /^([0-9]{1,4})([mhd])$/.exec(text) ?? [];
  if (unit === 'm' || unit === 'h' || unit === 'd') return now + Number(amount) * UNIT_MS[unit];
  return isTime(text) ? Date.parse(text) : null;
};

const problem = (message: string): { readonly problem: Problem } => ({
  problem: onCommandLine('--until', message, 'give a moment such as 2026-11-22T08:30:00Z, or how long: 30m, 12h, 7d'),
});

/** The end of a hold (epoch ms): a moment with its zone, or how long from now; null without one, and a problem for the past. */
export const readUntil = (text: string | undefined, now: number): { readonly until: number | null } | { readonly problem: Problem } => {
  if (text === undefined) return { until: null };
  const until = momentOf(text, now);
  if (until === null) return problem(`is ${JSON.stringify(text)}`);
  return until <= now ? problem(`is ${text}, which has passed`) : { until };
};
