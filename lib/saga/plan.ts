import type { Mode } from '../../events/decommission.ts';
import type { Stage } from '../../events/decommissioned-instance.ts';
import { type InstanceType, type NamespaceId, type Region, type SecretId, SecretName } from '../../events/ids.ts';
import { sha256 } from './canonical.ts';
import { byName, linkedTo, naming } from './csms-list.ts';
import { type Instance, type Request, csmsKey, saeKey } from './instance.ts';
import type { CsmsSecret, SaeSecret } from './seen.ts';

interface Planned {
  readonly key: string;
  /** Project or namespace id. */
  readonly scope: string;
  readonly name: string;
  readonly createTime: number;
}

/** A CSMS secret the saga may touch. `id` is empty only for one that a batch-delete's reply was the first to name. */
export interface PlannedCsmsSecret extends Planned {
  readonly cloud: 'huawei';
  readonly id: string;
  /** What the plan means to do with it; the order of the purge is design.md's, Order inside the purge. */
  readonly step: 'schedule' | 'batch-delete' | 'delete-named';
  readonly linked: boolean;
}

export interface PlannedCopy extends Planned {
  readonly cloud: 'alibaba';
  readonly region: Region;
  readonly scope: NamespaceId;
  readonly id: SecretId;
  readonly step: 'delete-copy';
}

export type PlannedSecret = PlannedCsmsSecret | PlannedCopy;

/** A version stage the saga may remove, and the secret that had its name when the plan was made; `id` is empty where none had. */
export interface PlannedStage extends Stage {
  readonly id: string;
  readonly createTime: number;
}

/** The list of secrets the saga may touch, taken before anything is touched. */
export interface Plan {
  readonly at: number;
  readonly digest: string;
  readonly secrets: readonly PlannedSecret[];
  /** Asked for by name or id and not there when the plan was made: already gone, no delete call. */
  readonly absent: readonly PlannedSecret[];
  readonly stages: readonly PlannedStage[];
  /** Whether the purge sends a batch-delete for the instance. */
  readonly batchDelete: boolean;
  /** What a person should know before approving, one sentence each. */
  readonly notes: readonly string[];
}

/** The types whose link a list shows; batch-delete on the others cannot be previewed (contracts/huawei-csms.md, section 3). */
export const showsLinks = (type: InstanceType): type is 'RDS' | 'TaurusDB' => type === 'RDS' || type === 'TaurusDB';

interface Surroundings {
  readonly instance: Instance;
  readonly request: Request;
  readonly mode: Exclude<Mode, 'plan'>;
  /** The project's complete list; empty for an instance without CSMS. */
  readonly csms: readonly CsmsSecret[];
  readonly sae: readonly SaeSecret[];
}

const plannedCsms = (projectId: string, secret: CsmsSecret, linked: boolean, mode: Surroundings['mode']): PlannedCsmsSecret => ({
  key: csmsKey(projectId, secret.name),
  cloud: 'huawei',
  scope: projectId,
  id: secret.id,
  name: secret.name,
  createTime: secret.createTime,
  linked,
  step: mode === 'recoverable' ? 'schedule' : linked ? 'batch-delete' : 'delete-named',
});

const csmsPart = ({ instance, request, mode, csms }: Surroundings): Pick<Plan, 'secrets' | 'absent' | 'batchDelete' | 'notes'> => {
  if (instance.cloud !== 'huawei') return { secrets: [], absent: [], batchDelete: false, notes: [] };
  const { projectId, instanceType } = instance;
  const linked = linkedTo(csms, instance);
  const asked = request.secretNames.map((name) => ({ name, secret: byName(csms, name) }));
  const named = asked.flatMap(({ secret }) => (secret === undefined || linked.includes(secret) ? [] : [secret]));
  const missing = asked.filter(({ secret }) => secret === undefined).map(({ name }) => name);
  const ofAnotherType = naming(csms, instance.instanceId).filter((secret) => !linked.includes(secret));
  const batchDelete = showsLinks(instanceType) ? mode !== 'recoverable' && linked.length > 0 : true;
  const notes = ofAnotherType
    .filter((secret) => !named.includes(secret))
    .map(({ name, link }) => `${name} is linked to this instance id as ${String(link?.instanceType)}, not as ${instanceType}: left out`);
  if (batchDelete) notes.push(`batch-delete erases what is linked to ${instance.instanceId} as ${instanceType} at once: this cannot be undone`);
  if (batchDelete && !showsLinks(instanceType)) notes.push(`secrets of ${instanceType} show no link, so what batch-delete erases cannot be previewed`);
  return {
    secrets: [
      ...linked.map((secret) => plannedCsms(projectId, secret, true, mode)),
      ...named.map((secret) => plannedCsms(projectId, secret, false, mode)),
    ],
    absent: missing.map((name) => ({
      key: csmsKey(projectId, name),
      cloud: 'huawei',
      scope: projectId,
      id: '',
      name,
      createTime: 0,
      linked: false,
      step: mode === 'recoverable' ? 'schedule' : 'delete-named',
    })),
    batchDelete,
    notes,
  };
};

const saePart = ({ request, sae, mode }: Surroundings): Pick<Plan, 'secrets' | 'absent' | 'notes'> => {
  const asked = request.copies.map((copy) => {
    const found = sae.find((secret) => secret.id === copy.secretId && secret.namespaceId === copy.namespaceId);
    const planned: PlannedCopy = {
      key: saeKey(copy.namespaceId, copy.secretId),
      cloud: 'alibaba',
      region: copy.region,
      scope: copy.namespaceId,
      id: copy.secretId,
      name: found?.name ?? '',
      createTime: found?.createTime ?? 0,
      step: 'delete-copy',
    };
    return { planned, found: found !== undefined };
  });
  const secrets = asked.filter(({ found }) => found).map(({ planned }) => planned);
  return {
    secrets,
    absent: asked.filter(({ found }) => !found).map(({ planned }) => planned),
    notes: mode === 'recoverable' && secrets.length > 0 ? ['SAE has no recovery window: a deleted SAE secret cannot be restored'] : [],
  };
};

const plannedStage = (stage: Stage, secret: CsmsSecret | undefined): PlannedStage => ({ ...stage, id: secret?.id ?? '', createTime: secret?.createTime ?? 0 });

/** SHA-256 over `[cloud, scope, id, name, createTime, step]` of everything the plan may touch, sorted; states are left out. */
const planDigest = ({ secrets, stages, batchDelete }: Pick<Plan, 'secrets' | 'stages' | 'batchDelete'>, instance: Instance): string => {
  const rows = secrets.map(({ cloud, scope, id, name, createTime, step }) => [cloud, scope, id, name, createTime, step]);
  const project = instance.cloud === 'huawei' ? instance.projectId : '';
  const stageRows = stages.map(({ secretName, stage, createTime }) => ['huawei', project, stage, secretName, createTime, 'delete-stage']);
  // A batch-delete that cannot be previewed is part of what is approved, though it names no secret: the instance stands for what it erases.
  const isUnseen = batchDelete && !secrets.some(({ step }) => step === 'batch-delete');
  const unseen = isUnseen && instance.cloud === 'huawei' ? [['huawei', project, instance.instanceId, instance.instanceType, 0, 'batch-delete']] : [];
  // Rows of texts and numbers: their JSON is canonical as it is, and so is a list of it.
  const texts = new Set([...rows, ...stageRows, ...unseen].map((row) => JSON.stringify(row)));
  return `sha256:${sha256(`[${[...texts].sort().join(',')}]`)}`;
};

/** The plan for an instance from what the clouds show right now; the rails judge it afterwards. */
export const makePlan = (surroundings: Surroundings, at: number): Plan => {
  const { instance, request } = surroundings;
  const csms = csmsPart(surroundings);
  const sae = saePart(surroundings);
  const secrets = [...csms.secrets, ...sae.secrets];
  const stages = request.stages.map((stage) => plannedStage(stage, byName(surroundings.csms, stage.secretName)));
  const { batchDelete } = csms;
  return {
    at,
    digest: planDigest({ secrets, stages, batchDelete }, instance),
    secrets,
    absent: [...csms.absent, ...sae.absent],
    stages,
    batchDelete,
    notes: [...csms.notes, ...sae.notes],
  };
};

export const isEmptyPlan = ({ secrets, absent, stages, batchDelete }: Plan): boolean =>
  secrets.length + absent.length + stages.length === 0 && !batchDelete;

/** Whether a name may stand in a URL; one that may not is refused, never cleaned (H7). */
export const isUrlName = (name: string): name is SecretName => SecretName.safeParse(name).success;

export const namespacesOf = ({ copies }: Request): { region: Region; namespaceId: NamespaceId }[] => [
  ...new Map(copies.map(({ region, namespaceId }) => [`${region}/${namespaceId}`, { region, namespaceId }])).values(),
];
