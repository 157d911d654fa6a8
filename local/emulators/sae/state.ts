import type { Content } from './content.ts';
import type { ChangeOrder, Dependent } from './records.ts';

/** Everything SAE holds, without a single value; times are epoch ms, secret ids are text. */
export interface SaeState {
  readonly now: number;
  readonly namespaces: readonly string[];
  readonly secrets: readonly {
    readonly namespaceId: string;
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly createTime: number;
    readonly updateTime: number;
  }[];
  readonly applications: readonly Dependent[];
  readonly jobs: readonly Dependent[];
  readonly changeOrders: readonly ChangeOrder[];
}

export const stateOf = ({ namespaces, secrets, dependents, changeOrders }: Content, now: number): SaeState => ({
  now,
  namespaces: [...namespaces.values()],
  secrets: Array.from(secrets.values(), ({ value: _value, ...shown }) => shown),
  applications: [...dependents.values()].filter(({ kind }) => kind === 'application'),
  jobs: [...dependents.values()].filter(({ kind }) => kind === 'job'),
  changeOrders: [...changeOrders.values()],
});
