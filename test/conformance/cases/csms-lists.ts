import * as z from 'zod/mini';
import { LeftOut, type Case } from '../case.ts';
import type { CsmsTarget } from '../csms/target.ts';
import { deadline } from '../deadline.ts';
import { done, expectThat, jsonOf, statusAndCode } from '../expectations.ts';
import { atLeast } from './csms-reads.ts';

type CsmsCase = Case<CsmsTarget>;

const list = (name: string, section: string, settles: CsmsCase['settles'], observe: CsmsCase['observe'], reach: CsmsCase['reach'] = 'nothing'): CsmsCase => ({
  name,
  operation: 'ListSecrets',
  section,
  reach,
  settles,
  observe,
});

const Page = z.object({
  secrets: z.array(z.object({ id: z.string(), name: z.string(), create_time: z.number() })),
  page_info: z.record(z.string(), z.unknown()),
});
type Page = z.infer<typeof Page>;
type Row = Page['secrets'][number];

const page = async ({ raw }: CsmsTarget, query: readonly (readonly [string, string])[]): Promise<Page | { readonly refused: string }> => {
  const reply = await raw('GET', '/secrets', { query });
  const read = Page.safeParse(jsonOf(reply));
  return read.success ? read.data : { refused: statusAndCode(reply) };
};

const wholePage = async (target: CsmsTarget, query: readonly (readonly [string, string])[] = []): Promise<Page> => {
  const got = await page(target, query);
  if ('refused' in got) throw new LeftOut(`a page is refused: ${got.refused}`);
  return got;
};

const inTurn = (fits: (before: Row, after: Row) => boolean) => (rows: readonly Row[]): boolean =>
  rows.every((row, index) => {
    const after = rows[index + 1];
    return after === undefined || fits(row, after);
  });

const ORDERS: Readonly<Record<string, (rows: readonly Row[]) => boolean>> = {
  name: inTurn((before, after) => before.name < after.name),
  created: inTurn((before, after) => before.create_time <= after.create_time),
  newest: inTurn((before, after) => before.create_time >= after.create_time),
  id: inTurn((before, after) => before.id < after.id),
};

/** The largest page that the service takes of those its reply could count, and gives full where there are rows enough. */
const largestLimit = async (target: CsmsTarget): Promise<string> => {
  for (const limit of ['1000', '100', '50']) {
    const got = await page(target, [['limit', limit]]);
    if ('refused' in got) continue;
    const last = got.secrets.at(-1);
    const isFull = last === undefined || got.secrets.length >= Number(limit) || (await wholePage(target, [['marker', last.name]])).secrets.every(({ id }) => id === last.id);
    return isFull ? limit : `${got.secrets.length} rows of ${limit} asked for`;
  }
  return 'none of 1000, 100, 50';
};

export const CSMS_LISTS: readonly CsmsCase[] = [
  list('the marker’s own secret on the next page', '1, Paging', 'marker', async (target) => {
    await atLeast(target, 2);
    const [first] = (await wholePage(target, [['limit', '1']])).secrets;
    const { secrets } = await wholePage(target, [['limit', '1'], ['marker', first?.name ?? '']]);
    return secrets.some(({ id }) => id === first?.id) ? 'inclusive' : 'exclusive';
  }),
  list('the marker’s secret was deleted meanwhile', '1, Paging', 'markerGone', async (target) => {
    const gone = await target.make();
    await target.make();
    done(await target.csms.delete(gone, deadline()));
    expectThat(!(await target.stands(gone)), 'the deleted secret still stands');
    const got = await page(target, [['marker', gone]]);
    if ('refused' in got) return 'refused';
    return got.secrets.length === 0 ? 'ends' : 'continues';
  }, 'own-secrets'),
  list('next_marker on the last page', '1, Paging', 'lastMarker', async (target) => {
    await atLeast(target, 1);
    done(await target.csms.list(deadline()));
    const { page_info: info, secrets } = Page.parse(jsonOf(target.last()));
    if (!('next_marker' in info)) return 'absent';
    if (info['next_marker'] === null) {
      // Where every page names its last row the end is an empty page, and that has no row to name.
      return secrets.length === 0 ? 'name' : 'null';
    }
    return info['next_marker'] === '' ? 'empty' : 'name';
  }),
  list('the largest limit', '1, Paging', 'maxLimit', largestLimit),
  list('a limit above 1000', '1, Paging', 'overLimit', async (target) => ('refused' in (await page(target, [['limit', '1001']])) ? 'refused' : 'clamped')),
  list('the order of the rows', '1, Paging', 'listOrder', async (target) => {
    await atLeast(target, 3);
    const { secrets } = await wholePage(target);
    const [order, ...others] = Object.entries(ORDERS).flatMap(([name, fits]) => (fits(secrets) ? [name] : []));
    if (others.length > 0) throw new LeftOut('the rows stand in several orders at once: name some secrets otherwise than they were made');
    return order ?? 'no order';
  }),
];
