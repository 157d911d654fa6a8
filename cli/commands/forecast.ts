import type { DecommissionEvent, Mode } from '../../events/decommission.ts';
import type { DecommissionedInstance } from '../../events/decommissioned-instance.ts';
import { instancesOf } from '../../events/instances.ts';
import { splitEvent } from '../../events/split.ts';
import { eventRefusal, plannedMode } from '../../lib/saga/admission.ts';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import { type Instance, type Request, identityOf, instanceOf, requestOf } from '../../lib/saga/instance.ts';
import { makePlan } from '../../lib/saga/plan.ts';
import { type Policy, moreCareful } from '../../lib/saga/policy.ts';
import { refusalOf } from '../../lib/saga/rails.ts';
import { REUSED, dataDigest, partOf } from '../../lib/workflow/event-store.ts';
import type { FiledEvent } from '../terminal/read-events.ts';

/** What would become of one instance; `reason` is why it would be refused, null when the rails would let it begin. */
export interface InstanceForecast {
  readonly identity: string;
  readonly instance: Instance;
  readonly asksFor: Request;
  readonly reason: string | null;
}

/** What would become of one event at the door; `reason` is why it would not be accepted. */
export interface EventForecast {
  readonly file: string;
  readonly id: string;
  readonly source: string;
  readonly mode: Mode;
  readonly accepted: boolean;
  readonly reason: string | null;
  /** How many messages carry it: more than one when it is over 1 MiB. */
  readonly messages: number;
  readonly instances: readonly InstanceForecast[];
}

/** What `check` found; with `--json` printed as it is. */
export interface Forecast {
  readonly policy: Policy & { readonly file: string };
  readonly events: readonly EventForecast[];
  readonly totals: { readonly events: number; readonly notAccepted: number; readonly instances: number; readonly refused: number };
}

/** The rails judge what the event names; what the clouds would add is not known here, since nothing is called. */
const forecastInstance = (named: DecommissionedInstance, asked: Mode | undefined, policy: Policy, now: number): InstanceForecast => {
  const [instance, asksFor] = [instanceOf(named), requestOf(named)];
  const plan = makePlan({ instance, request: asksFor, mode: plannedMode(policy.mode, asked), csms: [], sae: [] }, now);
  const assumed = { ...plan, secrets: plan.absent, absent: [] };
  const reason = refusalOf({ instance, plan: assumed, policy, controls: NO_CONTROLS, csms: [], claimed: {}, now });
  return { identity: identityOf(named), instance, asksFor, reason };
};

const keyOf = (event: DecommissionEvent): string => JSON.stringify([event.source, event.id, partOf(event)]);

/** What would become of events under a policy, as far as can be told without a call; `now` is epoch milliseconds. */
export const forecast = (events: readonly FiledEvent[], policy: Policy, now: number): readonly EventForecast[] => {
  const first = new Map<string, DecommissionEvent>();
  return events.map(({ file, event }) => {
    const { id, source, data } = event;
    const earlier = first.get(keyOf(event)) ?? event;
    first.set(keyOf(event), earlier);
    const mode = moreCareful(policy.mode, data.mode);
    const named = instancesOf(event);
    const reused = dataDigest(earlier) === dataDigest(event) ? null : REUSED;
    // The same event again is as old as it was when it came first.
    const reason = reused ?? eventRefusal({ time: earlier.time === undefined ? now : Date.parse(earlier.time), instances: data.part?.instances ?? named.length }, policy, now);
    const instances = named.map((instance) => forecastInstance(instance, data.mode, policy, now));
    return { file, id, source, mode, accepted: reason === null, reason, messages: splitEvent(event).length, instances };
  });
};
