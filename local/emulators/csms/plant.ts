import { createHash } from 'node:crypto';
import type { CsmsSeedSecret, ParsedSeed } from '../seed.ts';
import type { Content } from './content.ts';
import { linkIn } from './link.ts';
import { DEFAULT_KEY_ID } from './lifecycle.ts';
import { keyOf, wholeSeconds, type Secret } from './records.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const typeOf = ({ secretType, instance }: CsmsSeedSecret): string => {
  if (secretType !== undefined) return secretType;
  switch (instance?.type) {
    case 'RDS':
      return 'RDS-FG';
    case 'TaurusDB':
      return 'GaussDB-FG';
    case 'GaussDB':
    case 'APIG':
    case undefined:
      return 'COMMON';
  }
};

const configOf = ({ rotationConfig, instance }: CsmsSeedSecret, secretType: string): string | null => {
  if (rotationConfig !== undefined) return rotationConfig;
  if (instance === undefined || secretType === 'COMMON') return null;
  return JSON.stringify({ InstanceId: instance.id, SecretSubType: 'SingleUser' });
};

// Derived from where and when the secret was made: a run with the same seed meets the same ids, a name used again does not.
const idOf = (key: string): string => {
  const hex = createHash('sha256').update(key).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const planted = (seed: CsmsSeedSecret, now: number): Secret => {
  const secretType = typeOf(seed);
  const rotationConfig = configOf(seed, secretType);
  const createTime = seed.createTime ?? wholeSeconds(now);
  const state = seed.state ?? (seed.deleteAt === undefined ? 'ENABLED' : 'PENDING_DELETE');
  const stages = ['SYSCURRENT', ...(seed.stages ?? [])];
  return {
    projectId: seed.projectId,
    id: seed.id ?? idOf(`${seed.projectId}/${seed.name}/${createTime}`),
    name: seed.name,
    state,
    kmsKeyId: DEFAULT_KEY_ID,
    description: '',
    createTime,
    updateTime: createTime,
    deleteAt: seed.deleteAt ?? (state === 'PENDING_DELETE' ? wholeSeconds(now) + 7 * DAY_MS : null),
    secretType,
    autoRotation: false,
    rotationPeriod: null,
    rotationConfig,
    rotationFuncUrn: null,
    eventSubscriptions: [],
    enterpriseProjectId: '0',
    instance: seed.instance ?? linkIn(secretType, rotationConfig),
    versions: [{ id: 'v1', createTime, expireTime: null, stages, secretString: seed.value ?? 'seeded', secretBinary: null }],
    versionCount: 1,
    stageTimes: Object.fromEntries(stages.map((stage) => [stage, createTime])),
    clingingStages: [],
  };
};

/** Adds the seed's secrets of CSMS projects; one that stands under the same name is replaced. */
export const plant = (content: Content, seed: ParsedSeed, now: number): void => {
  for (const { id, name } of seed.projects ?? []) content.projects.put(name, id);
  if (seed.unknowns !== undefined) content.setUnknowns(seed.unknowns);
  for (const secret of seed.secrets ?? []) {
    if ('projectId' in secret) content.secrets.put(keyOf(secret), planted(secret, now));
  }
};
