/** What the names of performance.md's table are called, word for word. */
export type Name =
  | 'http-client'
  | 'http-peer'
  | 'end-to-end'
  | 'cpu-per-instance'
  | 'scaling-10x'
  | 'memory-10x'
  | 'throttle-quota-used'
  | 'throttle-waste'
  | 'throttle-recovery'
  | 'init-time'
  | 'bundle-size'
  | 'ledger-writes-per-instance'
  | 'cost-per-million';

/** What a measurement gives for one name: how many times its floor, and the figures beside it. */
export interface Measured {
  readonly ratio: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Result extends Measured {
  readonly name: Name;
  readonly goal: number;
  readonly better: 'higher' | 'lower';
}

export const isMet = ({ ratio, goal, better }: Result): boolean => (better === 'higher' ? ratio >= goal : ratio <= goal);

/** Four digits: more would be noise, fewer would hide which side of a goal a ratio lies on. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
