import type { Mode } from '../../events/decommission.ts';
import type { DecommissionedInstance } from '../../events/decommissioned-instance.ts';
import { instancesOf } from '../../events/instances.ts';
import { splitEvent } from '../../events/split.ts';
import { plannedMode } from '../../lib/saga/admission.ts';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import { type Instance, type Request, identityOf, instanceOf, requestOf } from '../../lib/saga/instance.ts';
import { makePlan } from '../../lib/saga/plan.ts';
import { type Policy, moreCareful } from '../../lib/saga/policy.ts';
import { refusalOf } from '../../lib/saga/rails.ts';
import { judgePart, timeOfEvent } from '../../lib/workflow/intake/judge-part.ts';
import { type SeenEvent, outcomeOfEvent, partOf } from '../../lib/workflow/records/event-store.ts';
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

/** What would become of events under a policy, as far as can be told without a call; `now` is epoch milliseconds. */
export const forecast = (events: readonly FiledEvent[], policy: Policy, now: number): readonly EventForecast[] => {
  const seen = new Map<string, SeenEvent>();
  return events.map(({ file, event }) => {
    const { id, source, data } = event;
    const key = JSON.stringify([source, id]);
    const before: SeenEvent = seen.get(key) ?? { source, id, time: timeOfEvent(event, null, now), parts: {} };
    const judged = judgePart(event, before, policy, now);
    const { accepted, reason } = outcomeOfEvent(before, event) ?? judged;
    seen.set(key, { ...before, parts: { ...before.parts, [String(partOf(event))]: judged } });
    const mode = moreCareful(policy.mode, data.mode);
    const instances = instancesOf(event).map((instance) => forecastInstance(instance, data.mode, policy, now));
    return { file, id, source, mode, accepted, reason, messages: splitEvent(event).length, instances };
  });
};
