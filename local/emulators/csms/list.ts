import type { Unknowns } from '../unknowns.ts';
import type { Outgoing } from '../wire.ts';
import type { Secret } from './records.ts';
import { ok, refused } from './replies.ts';
import type { Request } from './request.ts';
import { secretView } from './views.ts';

const DEFAULT_LIMIT = 50;

type Order = (a: Secret, b: Secret) => number;
const bytewise = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const ORDERS: Readonly<Record<Unknowns['listOrder'], Order>> = {
  name: (a, b) => bytewise(a.name, b.name),
  created: (a, b) => a.createTime - b.createTime || bytewise(a.id, b.id),
  newest: (a, b) => b.createTime - a.createTime || bytewise(b.id, a.id),
  id: (a, b) => bytewise(a.id, b.id),
};

/** The limit to use, or null where the service refuses it. */
export const readLimit = (text: string | undefined, { maxLimit, overLimit }: Unknowns): number | null => {
  if (text === undefined || text === '') return DEFAULT_LIMIT;
  if (!/^[0-9]+$/.test(text) || Number(text) < 1) return null;
  const largest = Number(maxLimit);
  if (Number(text) <= largest) return Number(text);
  return overLimit === 'clamped' ? largest : null;
};

/** Where in the sorted rows the page behind the marker starts; null where the service refuses the marker. */
const startOf = (rows: readonly Secret[], marker: string, { marker: meaning, markerGone, listOrder }: Unknowns): number | null => {
  if (marker === '') return 0;
  const found = rows.findIndex(({ name }) => name === marker);
  if (found !== -1) return meaning === 'inclusive' ? found : found + 1;
  switch (markerGone) {
    case 'refused':
      return null;
    case 'ends':
      return rows.length;
    case 'continues': {
      // Only the order by name tells where a vanished name stood; in the others the service is taken to start anew.
      if (listOrder !== 'name') return 0;
      const next = rows.findIndex(({ name }) => name > marker);
      return next === -1 ? rows.length : next;
    }
  }
};

const nextMarker = (rows: readonly Secret[], page: readonly Secret[], end: number, { marker, lastMarker }: Unknowns): Record<string, unknown> => {
  const last = page.at(-1)?.name ?? null;
  if (end < rows.length) return { next_marker: marker === 'inclusive' ? (rows[end]?.name ?? null) : last };
  switch (lastMarker) {
    case 'null':
      return { next_marker: null };
    case 'absent':
      return {};
    case 'empty':
      return { next_marker: '' };
    case 'name':
      return { next_marker: last };
  }
};

/** ListSecrets: limit, marker and event_name are all it filters by (contracts/huawei-csms.md, section 1, Paging). */
export const listSecrets = ({ route, query, content, unknowns, fault, now }: Request): Outgoing => {
  const limit = readLimit(query.get('limit'), unknowns);
  if (limit === null) return refused('CSMS.0002');
  const { staleListSeconds } = fault;
  const shown = staleListSeconds === undefined ? content.secrets.values() : content.secrets.asOf(now - staleListSeconds * 1000);
  const event = query.get('event_name') ?? '';
  const rows = [...shown]
    .filter((secret) => secret.projectId === route.projectId && (event === '' || secret.eventSubscriptions.includes(event)))
    .sort(ORDERS[unknowns.listOrder]);
  const marker = query.get('marker') ?? '';
  const asked = startOf(rows, marker, unknowns);
  if (asked === null) return refused('CSMS.0002');
  const start = fault.dropPage === true ? Math.min(asked + limit, rows.length) : asked;
  const end = start + limit;
  const page = rows.slice(start, end);
  return ok({
    secrets: page.map((secret) => secretView(secret, unknowns)),
    page_info: { ...nextMarker(rows, page, end, unknowns), previous_marker: marker === '' ? null : (page[0]?.name ?? null), current_count: page.length },
  });
};
