import { type Controls, holdOn } from './controls.ts';
import { byId, unreadable } from './csms-list.ts';
import { matchesGlob } from './glob.ts';
import { type Instance, secretsOfStages } from './instance.ts';
import { type Plan, type PlannedSecret, isUrlName, showsLinks } from './plan.ts';
import { LARGEST_SAGA, type Policy } from './policy.ts';
import type { CsmsSecret } from './seen.ts';

/** What a rail may look at: the plan, and what surrounds it right now. */
export interface Judged {
  readonly instance: Instance;
  readonly plan: Plan;
  readonly policy: Policy;
  readonly controls: Controls;
  /** The project's complete list; empty for an instance without CSMS. */
  readonly csms: readonly CsmsSecret[];
  /** Keys that another open saga means to delete, with that saga's id. */
  readonly claimed: Readonly<Record<string, string>>;
  readonly now: number;
}

/** Answers the reason to refuse the whole saga, or null. */
type Rail = (judged: Judged) => string | null;

const firstReason = <T>(items: readonly T[], reasonOf: (item: T) => string | null): string | null => {
  for (const item of items) {
    const reason = reasonOf(item);
    if (reason !== null) return reason;
  }
  return null;
};

const everySecret = ({ plan }: Judged): readonly PlannedSecret[] => [...plan.secrets, ...plan.absent];

const isAllowed = (policy: Policy, cloud: 'huawei' | 'alibaba', region: string, id: string): boolean =>
  policy.scopes.some((scope) => scope.cloud === cloud && scope.region === region && (scope.cloud === 'huawei' ? scope.projectId : scope.namespaceId) === id);

/** Only what the policy lists; a default SAE namespace must be listed literally, like any other (H3, H9). */
const scopeRail: Rail = (judged) => {
  const { instance, policy } = judged;
  const own = instance.cloud === 'huawei' ? instance.projectId : instance.namespaceId;
  if (!isAllowed(policy, instance.cloud, instance.region, own)) return `scope: ${instance.region} ${own} is not in the policy's scopes`;
  return firstReason(everySecret(judged), (secret) =>
    secret.cloud === 'alibaba' && !isAllowed(policy, 'alibaba', secret.region, secret.scope)
      ? `scope: namespace ${secret.scope} of the copy ${secret.id} is not in the policy's scopes`
      : null,
  );
};

/** A type whose links no list shows, unless the policy names it: its batch-delete cannot be previewed. */
const unseenTypeRail: Rail = ({ instance, policy }) =>
  instance.cloud === 'huawei' && !showsLinks(instance.instanceType) && !policy.unseenTypes.includes(instance.instanceType)
    ? `unseen-type: secrets of ${instance.instanceType} cannot be previewed; add it to the policy's unseenTypes to allow it`
    : null;

/** Nothing of an instance that the policy protects. */
const protectedInstanceRail: Rail = ({ instance, policy }) =>
  instance.cloud === 'huawei' && policy.protect.instanceIds.includes(instance.instanceId)
    ? `protected: instance ${instance.instanceId} is protected by the policy`
    : null;

/** No secret, copy or stage whose name one of the patterns of the policy fits. */
const protectedNameRail: Rail = (judged) => {
  const { plan, policy } = judged;
  const names = [...everySecret(judged).map(({ name }) => name), ...plan.stages.map(({ secretName }) => secretName)];
  return firstReason(names, (name) => {
    const pattern = policy.protect.secretNames.find((glob) => matchesGlob(glob, name));
    return pattern === undefined ? null : `protected: secret ${name} is protected by the policy (${pattern})`;
  });
};

/** No secret that is linked to another instance, or that another open saga means to delete (H4). */
const sharedRail: Rail = (judged) => {
  const { instance, plan, csms, claimed } = judged;
  return firstReason(plan.secrets, (secret) => {
    const link = secret.cloud === 'huawei' ? byId(csms, secret.id)?.link : undefined;
    if (link && instance.cloud === 'huawei' && link.instanceId !== instance.instanceId) return `shared: secret ${secret.name} is linked to instance ${link.instanceId}`;
    const other = Object.hasOwn(claimed, secret.key) ? claimed[secret.key] : undefined;
    return other === undefined ? null : `shared: secret ${secret.name} is also in the plan of ${other}`;
  });
};

/** A link that cannot be read but speaks of this instance may hide a secret from the plan and not from the cloud; that of a secret of the plan may be to another instance (H4). */
const unreadableLinkRail: Rail = ({ instance, plan, csms }) =>
  instance.cloud !== 'huawei'
    ? null
    : firstReason(unreadable(csms), ({ id, name, unreadableLink }) => {
        if (unreadableLink?.includes(instance.instanceId)) return `unreadable-link: the rotation_config of secret ${name} names the instance but cannot be read`;
        return plan.secrets.some((secret) => secret.id === id) ? `unreadable-link: the rotation_config of secret ${name} cannot be read, so it may belong to another instance` : null;
      });

/** No secret that a person holds, and no stage of one. */
const heldSecretRail: Rail = (judged) => {
  const { instance, plan, controls, now } = judged;
  return firstReason([...everySecret(judged), ...secretsOfStages(instance, plan.stages)], ({ key, name }) => {
    const hold = holdOn(controls, key, now);
    return hold === null ? null : `held: secret ${name} is held by ${hold.by} (${hold.reason})`;
  });
};

/** No CSMS name that could address something else in a URL (H7). */
const nameFormRail: Rail = ({ plan }) =>
  firstReason(plan.secrets, (secret) =>
    secret.cloud === 'huawei' && !isUrlName(secret.name) ? `name-form: the name ${JSON.stringify(secret.name)} is outside the documented form and cannot go into a URL` : null,
  );

const DELETABLE_STATES = new Set(['ENABLED', 'DISABLED', 'PENDING_DELETE']);

/** Whether a plan may name a secret in this state. */
export const isDeletable = (state: string): boolean => DELETABLE_STATES.has(state);

/** A state we do not know is unknown, never a licence (H50). */
const stateRail: Rail = ({ plan, csms }) =>
  firstReason(plan.secrets, (secret) => {
    const state = secret.cloud === 'huawei' ? byId(csms, secret.id)?.state : undefined;
    return state === undefined || isDeletable(state) ? null : `state: secret ${secret.name} is ${state}, which Probate does not delete`;
  });

/** No plan with more secrets than the policy allows for an instance, or for an hour: it could never begin (H18). */
const secretsPerInstanceRail: Rail = (judged) => {
  const { secretsPerInstance, secretsPerHour } = judged.policy.limits;
  const count = judged.plan.secrets.length;
  if (count > secretsPerInstance) return `too-many-secrets: the plan holds ${count} secrets, the policy allows ${secretsPerInstance} an instance`;
  return count > secretsPerHour ? `too-many-secrets: the plan holds ${count} secrets, the policy allows ${secretsPerHour} an hour` : null;
};

/** Why a plan is more than one saga can hold; null when it is not. Absent secrets and stages take room in the ledger like the others. */
export const tooLarge = ({ secrets, absent, stages }: Plan): string | null => {
  const count = secrets.length + absent.length + stages.length;
  return count > LARGEST_SAGA ? `too-large: the plan holds ${count} secrets and stages, absent ones too, and a saga at most ${LARGEST_SAGA}; name fewer in one event, and the rest in others` : null;
};

/** No plan that the ledger could not follow to its end. */
const largestSagaRail: Rail = ({ plan }) => tooLarge(plan);

/** No stage of a secret that the plan deletes whole. */
const stageInPlanRail: Rail = ({ plan }) =>
  firstReason(plan.stages, ({ secretName, stage }) =>
    plan.secrets.some((secret) => secret.cloud === 'huawei' && secret.name === secretName)
      ? `stage-in-plan: stage ${stage} belongs to ${secretName}, which the plan deletes whole`
      : null,
  );

/** Every rail of design.md that judges a plan; each has a test that goes red without it. */
export const RAILS: Readonly<Record<string, Rail>> = {
  scope: scopeRail,
  unseenType: unseenTypeRail,
  protectedInstance: protectedInstanceRail,
  protectedName: protectedNameRail,
  shared: sharedRail,
  unreadableLink: unreadableLinkRail,
  heldSecret: heldSecretRail,
  nameForm: nameFormRail,
  state: stateRail,
  secretsPerInstance: secretsPerInstanceRail,
  largestSaga: largestSagaRail,
  stageInPlan: stageInPlanRail,
};

/** The first reason to refuse this plan under the policy as it stands now; null when every rail lets it pass. */
export const refusalOf = (judged: Judged): string | null => firstReason(Object.values(RAILS), (rail) => rail(judged));
