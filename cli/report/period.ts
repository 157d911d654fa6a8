import type { Problem } from '../../events/problems.ts';
import { DAY_MS } from '../../lib/saga/day.ts';
import { iso } from '../../lib/workflow/iso.ts';
import { onCommandLine } from '../terminal/command-line.ts';

/** What a report covers, both ends included; null is an open end. Epoch milliseconds. */
export interface Period {
  readonly from: number | null;
  readonly to: number | null;
}

const FORM = 'write a day such as 2026-11-22 (UTC), or a time such as 2026-11-22T08:30:00Z';

const two = (digits: string): string => digits.padStart(2, '0');

/** Whether the calendar has that day; Date.parse alone lets the 31st of every month pass. */
export const isDay = (text: string): boolean => {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return year !== '' && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
};

/** Whether it is a time of day with its zone, on a day the calendar has. */
export const isTime = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));

/** What was probably meant by a date in another common form; null when it cannot be told. */
export const meantDate = (text: string): string | null => {
  const [, digits] = /^(\d{10}|\d{13})$/.exec(text) ?? [];
  if (digits !== undefined) return iso(digits.length === 10 ? Number(digits) * 1_000 : Number(digits));
  const [, year, month = '', day = '', rest = ''] = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[T t]+(.+))?$/.exec(text) ?? [];
  const [, dayFirst = '', monthSecond = '', yearLast] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  const date = year === undefined ? `${yearLast ?? ''}-${two(monthSecond)}-${two(dayFirst)}` : `${year}-${two(month)}-${two(day)}`;
  if (!isDay(date)) return null;
  const [, hour, minute = '', second = '00'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?\s*Z?$/i.exec(rest) ?? [];
  const time = hour === undefined ? date : `${date}T${two(hour)}:${minute}:${second}Z`;
  return time === text || (hour !== undefined && !isTime(time)) ? null : time;
};

/** The last day of a month for a day the month does not have. */
const lastDayOf = (text: string): string | null => {
  const [, year, month, day] = /^(\d{4})-(0[1-9]|1[0-2])-(\d{2})/.exec(text) ?? [];
  return year === undefined || Number(day) < 29 ? null : iso(Date.UTC(Number(year), Number(month), 0)).slice(0, 10);
};

const readEnd = (path: '--from' | '--to', text: string | undefined): { readonly at: number | null; readonly problems: readonly Problem[] } => {
  if (text === undefined) return { at: null, problems: [] };
  // A day as the end means the whole of it.
  if (isDay(text)) return { at: Date.parse(text) + (path === '--to' ? DAY_MS - 1 : 0), problems: [] };
  if (isTime(text)) return { at: Date.parse(text), problems: [] };
  const near = meantDate(text.trim()) ?? lastDayOf(text);
  return { at: null, problems: [onCommandLine(path, `is ${JSON.stringify(text)}`, near === null ? FORM : `did you mean ${near}? ${FORM}`)] };
};

/** Reads --from and --to; problems name the form a date has and, where it can be told, the date that was meant. */
export const readPeriod = (from: string | undefined, to: string | undefined): { readonly period: Period; readonly problems: readonly Problem[] } => {
  const [begin, end] = [readEnd('--from', from), readEnd('--to', to)];
  const period = { from: begin.at, to: end.at };
  const isBackwards = period.from !== null && period.to !== null && period.from > period.to;
  const backwards = isBackwards ? [onCommandLine('--from', `${String(from)} lies after --to ${String(to)}`, 'exchange the two')] : [];
  return { period, problems: [...begin.problems, ...end.problems, ...backwards] };
};

/** Whether something that lasted from `begun` to `ended` (null: still) lies at least partly in the period. */
export const overlaps = ({ from, to }: Period, begun: number, ended: number | null): boolean =>
  (to === null || begun <= to) && (from === null || ended === null || ended >= from);
