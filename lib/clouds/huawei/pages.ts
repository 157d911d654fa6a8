import * as z from 'zod/mini';
import type { Answer, ListOptions } from '../../ports/clouds.ts';
import { readEach, readJson } from '../http/json.ts';
import type { Operation } from '../operation.ts';
import { callCsms } from './call.ts';
import type { CsmsScope, ReadBody } from './call.ts';

/** 5,000 secrets in pages of 50, and as many again; a list that goes on beyond that is going round in circles. */
const MOST_PAGES = 200;

const PageInfo = z.object({ next_marker: z.nullish(z.string()), current_count: z.nullish(z.int()) });

interface Page<T> {
  readonly rows: readonly T[];
  /** null on the last page: null, absent and "" all mean the end. */
  readonly nextMarker: string | null;
}

/** How a list's rows are found in its reply and told apart. */
export interface Listing<T> {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
  readonly rowsUnder: string;
  readonly readRow: (value: unknown) => T | null;
  readonly id: (row: T) => string;
}

/** A page whose rows cannot all be read, or whose count says otherwise, is no page: a short list would prove absence. */
const pageReader =
  <T>({ rowsUnder, readRow }: Listing<T>): ReadBody<Page<T>> =>
  (body) => {
    const read = z.object({ [rowsUnder]: z.array(z.unknown()), page_info: PageInfo }).safeParse(readJson(body));
    if (!read.success) return null;
    const { next_marker: next, current_count: count } = PageInfo.parse(read.data['page_info']);
    const rows = readEach(z.array(z.unknown()).parse(read.data[rowsUnder]), readRow);
    if (rows === null || (count !== undefined && count !== null && count !== rows.length)) return null;
    return { value: { rows, nextMarker: next === undefined || next === null || next === '' ? null : next } };
  };

const broken = (code: string, requests: number): Answer<never> => ({ verdict: { kind: 'unknown', code }, requests });

/** Reads a list to its end with one limit, or fails: every doubt about completeness is `unknown` with a code that names it (H46). */
export const readPages = async <T>(scope: CsmsScope, listing: Listing<T>, limit: number, { signal, beforePage }: ListOptions): Promise<Answer<readonly T[]>> => {
  const rows = new Map<string, T>();
  const markers = new Set<string>();
  const read = pageReader(listing);
  let marker: string | null = null;
  let requests = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    if (page > 0) await beforePage?.();
    const query: [string, string][] = [['limit', String(limit)], ...(marker === null ? [] : [['marker', marker] satisfies [string, string]])];
    const answer: Answer<Page<T>> = await callCsms(scope, listing.operation, { path: listing.path, query, signal }, read);
    requests += answer.requests;
    if (!('value' in answer)) {
      // Past the first page the parameter in doubt is the marker, whose secret may have been deleted meanwhile.
      const markerRefused = marker !== null && answer.verdict.code === 'CSMS.0002';
      return markerRefused ? broken('marker-refused', requests) : { verdict: answer.verdict, requests };
    }
    const { rows: found, nextMarker } = answer.value;
    const before = rows.size;
    for (const row of found) rows.set(listing.id(row), row);
    if (found.length > 0 && rows.size === before) return broken('marker-ignored', requests);
    if (nextMarker === null) return { verdict: { kind: 'done' }, value: [...rows.values()], requests };
    if (markers.has(nextMarker)) return broken('marker-repeated', requests);
    if (found.length === 0) return broken('empty-page', requests);
    markers.add(nextMarker);
    marker = nextMarker;
  }
  return broken('endless-list', requests);
};
