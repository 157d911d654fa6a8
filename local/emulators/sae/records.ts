import * as z from 'zod/mini';

/** What the store keeps of an account. Times are epoch ms; secret ids stay text, since a JSON number loses digits above 2^53. */

export const Secret = z.object({
  namespaceId: z.string(),
  id: z.string(),
  name: z.string(),
  type: z.string(),
  createTime: z.number(),
  updateTime: z.number(),
  value: z.record(z.string(), z.string()),
});
export type Secret = Readonly<z.infer<typeof Secret>>;

/** An application or a job template. `goneAt` is set while its deletion runs. */
export const Dependent = z.object({
  kind: z.enum(['application', 'job']),
  id: z.string(),
  name: z.string(),
  namespaceId: z.string(),
  uses: z.array(z.string()),
  listed: z.boolean(),
  goneAt: z.nullable(z.number()),
});
export type Dependent = Readonly<z.infer<typeof Dependent>>;

/** The deletion of one application, as DescribeChangeOrder tells it. */
export const ChangeOrder = z.object({ id: z.string(), appId: z.string(), appName: z.string(), namespaceId: z.string(), createTime: z.number(), endsAt: z.number() });
export type ChangeOrder = Readonly<z.infer<typeof ChangeOrder>>;

export const keyOf = ({ namespaceId, id }: { readonly namespaceId: string; readonly id: string }): string => `${namespaceId}/${id}`;
