import { byId } from './csms-list.ts';
import { giveUp } from './failure.ts';
import type { Claim } from './input.ts';
import { freshAfter, listed, lookFor } from './look.ts';
import { type Plan, isEmptyPlan, makePlan, namespacesOf } from './plan.ts';
import { refusalOf, tooLarge } from './rails.ts';
import type { CsmsSecret, SaeSecret } from './seen.ts';
import { type Turn, type TurnOutcome, again, commit, record, settle, wait } from './turn.ts';

/** The surroundings a plan is made from, as far as they are in sight. */
const surroundingsOf = (turn: Turn): { csms: readonly CsmsSecret[]; sae: readonly SaeSecret[]; claimed: Readonly<Record<string, string>> } => {
  const { sight } = turn.input;
  return {
    csms: listed(turn),
    sae: Object.values(sight.sae).flatMap(({ secrets }) => secrets),
    claimed: sight.claimed?.by ?? {},
  };
};

const planFrom = (turn: Turn, csms: readonly CsmsSecret[], sae: readonly SaeSecret[]): Plan => {
  const { saga, now } = turn;
  return makePlan({ instance: saga.instance, request: saga.request, mode: saga.planFor, csms, sae }, now);
};

/** The first rail that forbids this plan as things stand; null when none does. */
export const judge = (turn: Turn, plan: Plan): string | null => {
  const { csms, claimed } = surroundingsOf(turn);
  return refusalOf({ instance: turn.saga.instance, plan, policy: turn.policy, controls: turn.input.controls, csms, claimed, now: turn.now });
};

/** A link already binds a secret to its one instance; anything else must be taken, so that no other plan holds it too. */
const claimsOf = (plan: Plan): Claim[] =>
  [...plan.secrets, ...plan.absent].map((secret) => ({ key: secret.key, take: !(secret.cloud === 'huawei' && secret.linked) }));

/** Everything a plan needs to see: the project's list, the copies' namespaces, and who else means to delete the same. */
export const lookToPlan = (turn: Turn, purpose: string, notBefore: number): TurnOutcome | null => {
  const { saga } = turn;
  const begunAfter = freshAfter(turn, notBefore);
  const csms = saga.instance.cloud === 'huawei';
  return lookFor(turn, purpose, { begunAfter, csms, sae: namespacesOf(saga.request) });
};

/**
 * Looks once more whose the plan's secrets are, where no link tells: a plan that is taken together with its event claims
 * them before it stands in the ledger, and another that was taken just then cannot know that it is open (H4).
 */
export const lookWhoseTheyAre = (turn: Turn, purpose: string, plan: Plan): TurnOutcome | null =>
  lookFor(turn, purpose, { begunAfter: 0, claims: claimsOf(plan).filter(({ take }) => take) });

/** Takes the plan, before anything is touched; a plan the rails forbid is refused as a whole. */
export const makeThePlan = (turn: Turn): TurnOutcome => {
  // What the request alone forbids is refused before a single call is made.
  const forbidden = judge({ ...turn, input: { ...turn.input, sight: { ...turn.input.sight, csms: null, sae: {}, claimed: null } } }, planFrom(turn, [], []));
  if (forbidden !== null) return refuse(turn, forbidden);
  // What was linked up to the moment the saga began must be in the list: an empty plan would be believed.
  const missing = lookToPlan(turn, 'to plan', turn.saga.startedAt - 1);
  if (missing !== null) return missing;
  const { csms, sae } = surroundingsOf(turn);
  const plan = planFrom(turn, csms, sae);
  // Such a plan is not even recorded: the record of it might not fit.
  const unwritable = tooLarge(plan);
  if (unwritable !== null) return refuse(turn, unwritable);
  const unclaimed = lookFor(turn, 'to plan', { begunAfter: 0, claims: claimsOf(plan) });
  if (unclaimed !== null) return unclaimed;
  const planned = record(turn, { type: 'Planned', plan });
  const refusal = judge(planned, plan);
  if (refusal !== null) return refuse(planned, refusal);
  return planned.saga.mode === 'plan' ? settle(planned, 'planned', null) : commit(planned);
};

/** A rail's no: nothing was touched, so everything is kept; with something touched already it is undone first. */
export const refuse = (turn: Turn, reason: string): TurnOutcome => {
  const untouched = Object.values(turn.saga.secrets).every(({ schedule, erasure }) => schedule?.by !== 'us' && erasure === 'none');
  return untouched && turn.saga.purgeStartedAt === null ? settle(turn, 'refused', reason) : giveUp(turn, reason);
};

const needsApproval = ({ policy, saga }: Turn, plan: Plan): boolean => policy.requireApproval && saga.approvedDigest !== plan.digest;

const countOf = (plan: Plan, cloud: 'huawei' | 'alibaba'): number => plan.secrets.filter((secret) => secret.cloud === cloud).length;

/** What must be settled between a plan and the first call that touches anything; null when the way is free. */
export const beforeTouching = (turn: Turn, plan: Plan): TurnOutcome | null => {
  if (isEmptyPlan(plan) && Object.keys(turn.saga.secrets).length === 0) return settle(turn, 'gone', null);
  if (needsApproval(turn, plan)) return wait(turn, null, 'approval');
  if (turn.saga.allowedDigest === plan.digest || plan.secrets.length === 0) return null;
  const { allowance } = turn.input.sight;
  const missing = lookFor(turn, 'before touching', { begunAfter: 0, allowance: { huawei: countOf(plan, 'huawei'), alibaba: countOf(plan, 'alibaba') } });
  if (missing !== null) return missing;
  if (allowance !== null && !allowance.granted) return wait(turn, allowance.until, 'secrets-per-hour');
  return again(record(turn, { type: 'AllowanceGranted', digest: plan.digest }));
};

const LARGEST_RETURNS = 3;

/** The plan no longer fits what is there: a new one, unless that happened too often or something was already erased. */
export const planAnew = (turn: Turn, difference: string): TurnOutcome => {
  const { saga } = turn;
  return saga.purgeStartedAt !== null || saga.planReturns >= LARGEST_RETURNS
    ? giveUp(turn, `plan-changed: ${difference}`)
    : again(record(turn, { type: 'PlanChanged', difference }));
};

/** What a list shows differently from the plan's linked secrets, in words; null when nothing. Names alone never count as the same (H6, H10). */
export const differenceOf = (turn: Turn, plan: Plan, linkedNow: readonly CsmsSecret[], mayBeMissing: (key: string) => boolean): string | null => {
  const planned = plan.secrets.filter((secret) => secret.cloud === 'huawei');
  const expected = new Map(planned.filter(({ linked }) => linked).map((secret) => [secret.id, secret]));
  for (const secret of linkedNow) {
    const match = expected.get(secret.id);
    if (match === undefined || match.name !== secret.name || match.createTime !== secret.createTime) return `${secret.name} (${secret.id}) was not planned`;
  }
  for (const secret of planned) {
    const seen = byId(listed(turn), secret.id);
    if (seen === undefined) {
      if (!mayBeMissing(secret.key)) return `${secret.name} (${secret.id}) is gone`;
    } else if (secret.linked && !linkedNow.includes(seen)) return `${secret.name} is no longer linked to the instance`;
  }
  return null;
};
