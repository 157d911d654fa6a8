import { measureCost } from './cost/cost.ts';
import { measureEndToEnd } from './end-to-end.ts';
import { measureHttp } from './http/http.ts';
import { measureInit, measureSize } from './init/bundles.ts';
import type { Measured, Name, Result } from './result.ts';
import { measureScaling } from './scaling.ts';
import { measureThrottling } from './throttle/drain.ts';

/** What changes how something is measured. */
export interface Asked {
  /** Where the profile of the end-to-end run's real side is written, null for none. */
  readonly profile: string | null;
  /** Sizes of the scaling run beside the two that are compared. */
  readonly sizes: readonly number[];
  /** By when it is to end, in milliseconds of the monotonic clock. */
  readonly deadline: number;
}

/** Names that one measurement gives together. */
export interface Measurement {
  readonly names: readonly Name[];
  measure(asked: Asked): Promise<Partial<Record<Name, Measured>>>;
}

/** The short ones first: when time runs out, it is the long ones that are not repeated. */
export const MEASUREMENTS: readonly Measurement[] = [
  { names: ['bundle-size'], measure: measureSize },
  { names: ['ledger-writes-per-instance', 'cost-per-million'], measure: measureCost },
  { names: ['init-time'], measure: measureInit },
  { names: ['http-client', 'http-peer'], measure: measureHttp },
  { names: ['end-to-end', 'cpu-per-instance'], measure: measureEndToEnd },
  { names: ['throttle-quota-used', 'throttle-waste', 'throttle-recovery'], measure: measureThrottling },
  { names: ['scaling-10x', 'memory-10x'], measure: ({ sizes, deadline }) => measureScaling(sizes, deadline) },
];

/** performance.md's goals, in its order. */
export const GOALS: Readonly<Record<Name, Pick<Result, 'goal' | 'better'>>> = {
  'http-client': { goal: 0.7, better: 'higher' },
  'http-peer': { goal: 4, better: 'higher' },
  'end-to-end': { goal: 0.8, better: 'higher' },
  'cpu-per-instance': { goal: 1.25, better: 'lower' },
  'scaling-10x': { goal: 1.1, better: 'lower' },
  'memory-10x': { goal: 1, better: 'lower' },
  'throttle-quota-used': { goal: 0.95, better: 'higher' },
  'throttle-waste': { goal: 0.05, better: 'lower' },
  'throttle-recovery': { goal: 1, better: 'lower' },
  'init-time': { goal: 1.3, better: 'lower' },
  'bundle-size': { goal: 0.9, better: 'lower' },
  'ledger-writes-per-instance': { goal: 4, better: 'lower' },
  'cost-per-million': { goal: 1, better: 'lower' },
};

export const isName = (text: string): text is Name => Object.hasOwn(GOALS, text);
