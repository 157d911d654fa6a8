import type { Unknowns } from '../unknowns.ts';
import type { Secret, Version } from './records.ts';

/** Records as the API shows them (contracts/huawei-csms.md, section 2). */

const time = (moment: number, { timeUnit }: Unknowns): number => (timeUnit === 'seconds' ? Math.floor(moment / 1000) : moment);
const timeOrNull = (moment: number | null, unknowns: Unknowns): number | null => (moment === null ? null : time(moment, unknowns));

export const secretView = (secret: Secret, unknowns: Unknowns): Record<string, unknown> => ({
  id: secret.id,
  name: secret.name,
  state: secret.state,
  kms_key_id: secret.kmsKeyId,
  description: secret.description,
  create_time: time(secret.createTime, unknowns),
  update_time: time(secret.updateTime, unknowns),
  scheduled_delete_time: timeOrNull(secret.deleteAt, unknowns),
  secret_type: secret.secretType,
  auto_rotation: secret.autoRotation,
  rotation_period: secret.rotationPeriod,
  rotation_config: secret.rotationConfig,
  rotation_time: null,
  next_rotation_time: null,
  event_subscriptions: secret.eventSubscriptions,
  enterprise_project_id: secret.enterpriseProjectId,
  rotation_func_urn: secret.rotationFuncUrn,
});

export const versionView = (secret: Secret, version: Version, unknowns: Unknowns): Record<string, unknown> => ({
  id: version.id,
  create_time: time(version.createTime, unknowns),
  expire_time: timeOrNull(version.expireTime, unknowns),
  kms_key_id: secret.kmsKeyId,
  secret_name: secret.name,
  version_stages: version.stages,
});

export const stageView = (secret: Secret, stage: string, versionId: string, unknowns: Unknowns): Record<string, unknown> => ({
  name: stage,
  update_time: time(secret.stageTimes[stage] ?? secret.createTime, unknowns),
  secret_name: secret.name,
  version_id: versionId,
});
