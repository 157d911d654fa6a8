import type { Fault, FaultQuota } from './faults.ts';
import type { ParsedSeed } from './seed.ts';
import type { Incoming, Outgoing } from './wire.ts';

/** Which operation a request is; `names` are what a fault rule's `name` may mean. */
export interface Call {
  readonly operation: string;
  readonly scope: string | null;
  readonly names: readonly string[];
}

/** The two clocks of one request, epoch ms: `real` for signatures, tokens and lock-outs, `emulated` for everything a secret shows. */
export interface Moment {
  readonly real: number;
  readonly emulated: number;
}

/** What the engine needs to know of a cloud; everything but waiting and the wire happens behind it, at once. */
export interface Cloud<State> {
  identify(incoming: Incoming): Call;
  /** Checks who calls, carries out, answers. */
  answer(incoming: Incoming, fault: Fault, moment: Moment): Outgoing;
  /** The documented error of that code as this cloud writes it; `status` instead of its own, where given. */
  error(incoming: Incoming, code: string, status: number | undefined): Outgoing;
  throttled(incoming: Incoming, quota: FaultQuota, retryAfterMs: number): Outgoing;
  /** Lets everything happen that was due by then. */
  settle(moment: Moment): void;
  /** Adds what the seed names; what has the same key is replaced. */
  plant(seed: ParsedSeed, moment: Moment): void;
  empty(): void;
  state(moment: Moment): State;
}
