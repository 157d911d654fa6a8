import type { Mode } from '../../events/decommission.ts';
import { type DecommissionedInstance, stageKey } from '../../events/decommissioned-instance.ts';
import type { Dated } from './facts.ts';
import { type Request, identityOf, instanceOf, requestOf, sagaIdOf } from './instance.ts';
import { type Policy, moreCareful, policyDigest } from './policy.ts';
import { isStale, termsAgain } from './reopen.ts';
import { type EventName, type Saga, canReopen, isTerminal } from './saga.ts';

const MINUTE_MS = 60_000;
/**
 * How far a sender's clock may be ahead of ours: more than two clocks that `doctor` lets pass can be apart, and less than a
 * quarter of an hour, the smallest step between time zones, so that a local time given as UTC is always told.
 */
const LARGEST_LEAD_MS = 5 * MINUTE_MS;

const tooOld = ({ maxEventAgeDays }: Policy): string => `too-old: the event is older than the policy's ${maxEventAgeDays} days`;

/** Why an event as a whole makes no saga; null when it may. `instances` counts those of the whole event, not of one part. */
export const eventRefusal = (event: { readonly time: number; readonly instances: number }, policy: Policy, now: number): string | null => {
  const { instancesPerEvent } = policy.limits;
  if (event.instances > instancesPerEvent) return `too-many-instances: the event names ${event.instances}, the policy allows ${instancesPerEvent}`;
  if (isStale(event.time, policy, now)) return tooOld(policy);
  // Believed, it would never be too old, and every real event after it would be refused as older.
  if (event.time - now > LARGEST_LEAD_MS) {
    const minutes = Math.ceil((event.time - now) / MINUTE_MS);
    return `in-the-future: its time is ${minutes} minutes ahead of the clock here; give time in UTC or with its offset, or leave it out, and send the event with another id`;
  }
  return null;
};

export const isSameEvent = (a: Pick<EventName, 'source' | 'id' | 'part'>, b: Pick<EventName, 'source' | 'id' | 'part'>): boolean =>
  a.source === b.source && a.id === b.id && a.part === b.part;

/** Whether everything that is asked for was asked for before. */
export const namesNothingNew = (known: Request, asked: Request): boolean =>
  asked.secretNames.every((name) => known.secretNames.includes(name)) &&
  asked.stages.every((stage) => known.stages.some((other) => stageKey(other) === stageKey(stage))) &&
  asked.copies.every((copy) => known.copies.some((other) => other.namespaceId === copy.namespaceId && other.secretId === copy.secretId));

export interface Arrival {
  readonly named: DecommissionedInstance;
  readonly event: EventName;
  readonly askedMode: Mode | undefined;
  /** Whether only the plan is wanted, whatever the policy and the event say. */
  readonly planOnly: boolean;
  /** Every saga of this identity, the first generation first. */
  readonly generations: readonly Saga[];
}

/** What an event means for one of its instances. */
export type Admission =
  | { readonly kind: 'opened'; readonly fact: Extract<Dated, { type: 'Opened' }> }
  | { readonly kind: 'reopened' | 'joined'; readonly saga: Saga; readonly fact: Dated }
  /** This very event is on record there already, and there is nothing to do. */
  | { readonly kind: 'known'; readonly saga: Saga }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a plan run plans for: the mode a run would have; where there is none yet, the careful one. */
export const plannedMode = (policy: Mode, asked: Mode | undefined): Exclude<Mode, 'plan'> =>
  moreCareful(policy, asked === 'plan' ? undefined : asked) === 'immediate' ? 'immediate' : 'recoverable';

/** One saga per instance and generation (design.md, Identity): the event opens one, joins one, reopens one, or is too late. */
export const admit = ({ named, event, askedMode, planOnly, generations }: Arrival, policy: Policy, now: number): Admission => {
  const mode = planOnly ? 'plan' : moreCareful(policy.mode, askedMode);
  const request = requestOf(named);
  const terms = {
    request,
    mode,
    planFor: plannedMode(policy.mode, askedMode),
    soakSeconds: policy.soakSeconds,
    recoveryWindowDays: policy.recoveryWindowDays,
    policyDigest: policyDigest(policy),
    // A plan run records no event, so that the same event can be carried out afterwards.
    event: mode === 'plan' ? null : event,
  };
  // A plan run leaves at most one saga, always the last: it stops no event, and the next event reopens it as the next generation.
  const planned = generations.find((saga) => saga.mode === 'plan');
  const latest = generations.findLast((saga) => saga.mode !== 'plan');
  const nextGeneration = (): Admission => {
    if (planned !== undefined) return { kind: 'reopened', saga: planned, fact: { type: 'Reopened', at: now, by: 'an event after a plan run', ...terms } };
    // What a plan run leaves may become a generation while the one before is open again.
    const after = latest !== undefined && (mode === 'plan' || !isTerminal(latest)) ? latest.sagaId : null;
    const sagaId = sagaIdOf(identityOf(named), generations.length + 1);
    return { kind: 'opened', fact: { type: 'Opened', at: now, sagaId, instance: instanceOf(named), after, ...terms } };
  };
  const known = generations.find(({ events }) => events.some((one) => isSameEvent(one, event)));
  // Accepted in its time, but too old by now to be carried out: it has the stored result, and a replay may plan it (H16).
  if (mode !== 'plan' && isStale(event.time, policy, now)) return known === undefined ? { kind: 'refused', reason: tooOld(policy) } : { kind: 'known', saga: known };
  if (latest === undefined) return nextGeneration();
  if (known !== undefined) {
    if (known !== latest || !canReopen(latest)) return { kind: 'known', saga: known };
    if (mode === 'plan') return nextGeneration();
    // One that only joined may name less than the saga was opened for, and ask for less care.
    return { kind: 'reopened', saga: latest, fact: { type: 'Reopened', at: now, by: 'its event sent again', event: null, ...termsAgain(latest, policy, askedMode) } };
  }
  if (!isTerminal(latest)) {
    if (!namesNothingNew(latest.request, request)) return nextGeneration();
    return mode === 'plan' ? { kind: 'known', saga: latest } : { kind: 'joined', saga: latest, fact: { type: 'EventJoined', at: now, event } };
  }
  const lastLife = Math.max(...latest.events.map(({ time }) => time));
  if (event.time < lastLife) return { kind: 'refused', reason: `older: ${latest.sagaId} has settled a later decommission of this instance` };
  return nextGeneration();
};
