import * as z from 'zod/mini';
import type { NamespaceId } from '../../../events/ids.ts';
import type { ChangeOrder, NamespaceResources } from '../../ports/clouds.ts';
import type { ReadData } from './call.ts';

const Resources = z.object({ NamespaceId: z.string(), AppCount: z.int().check(z.minimum(0)), LastChangeOrderId: z.nullish(z.string()), LastChangeOrderRunning: z.nullish(z.boolean()) });

/** What DescribeNamespaceResources says of the namespace asked for; null for any other namespace or form. */
export const readResources =
  (namespaceId: NamespaceId): ReadData<NamespaceResources> =>
  (content) => {
    const read = Resources.safeParse(content);
    if (!read.success || read.data.NamespaceId !== namespaceId) return null;
    const { AppCount: applicationCount, LastChangeOrderId: id, LastChangeOrderRunning: running } = read.data;
    const lastChange = id === null || id === undefined || id === '' ? null : { id, state: running === true ? ('running' as const) : ('ended' as const) };
    return { value: { namespaceId, applicationCount, lastChange } };
  };

/** contracts/alibaba-sae.md, section 1: preparing, running, awaiting a confirmation or an approval are all still open. */
const STATES: ReadonlyMap<number, ChangeOrder['state']> = new Map([
  [0, 'open'],
  [1, 'open'],
  [2, 'succeeded'],
  [3, 'failed'],
  [6, 'failed'],
  [8, 'open'],
  [9, 'open'],
  [10, 'failed'],
  [11, 'open'],
  [12, 'open'],
]);

const Order = z.object({ ChangeOrderId: z.string(), CoTypeCode: z.nullish(z.string()), Status: z.int() });

/** A status nobody listed is no answer. */
export const readOrder =
  (id: string): ReadData<ChangeOrder> =>
  (content) => {
    const read = Order.safeParse(content);
    const state = read.success ? STATES.get(read.data.Status) : undefined;
    return read.success && read.data.ChangeOrderId === id && state !== undefined ? { value: { id, typeCode: read.data.CoTypeCode ?? null, state } } : null;
  };
