import { stageKey } from '../../events/decommissioned-instance.ts';
import type { Plan, PlannedSecret } from './plan.ts';
import type { Saga, SecretRecord, StageRecord } from './saga.ts';

/** What is known of a secret before anything was done to it. */
export const newRecord = (target: PlannedSecret, origin: SecretRecord['origin']): SecretRecord => ({
  target,
  origin,
  schedule: null,
  restored: false,
  erasure: 'none',
  cancelRefused: null,
  expired: false,
  vanished: false,
  code: null,
  proofs: 0,
  proven: false,
  seen: 'not looked',
  lookedAt: null,
  detail: null,
});

const isTouched = (record: SecretRecord): boolean => record.schedule !== null || record.restored || record.erasure !== 'none' || record.vanished;

/** A schedule of it never got a reply, and might yet take effect. */
const mayBeScheduled = ({ unanswered }: Saga, key: string): boolean => unanswered.some((lost) => lost.key === key);

/** No longer one to delete, unless a new plan names it again. */
const ofEarlierPlan = (record: SecretRecord): SecretRecord => (record.origin === 'planned' ? { ...record, origin: 'earlier' } : record);

/** What was done to a secret stays on record when a new plan no longer names it; a recreated one is another secret (H6). */
export const recordsOf = (saga: Saga, plan: Plan): Record<string, SecretRecord> => {
  const kept = Object.entries(saga.secrets).filter(([key, record]) => isTouched(record) || mayBeScheduled(saga, key));
  const records: Record<string, SecretRecord> = Object.fromEntries(kept.map(([key, record]) => [key, ofEarlierPlan(record)]));
  const put = (target: PlannedSecret, origin: 'planned' | 'asked'): void => {
    const known = records[target.key];
    const same = known !== undefined && known.target.id === target.id && known.target.createTime === target.createTime;
    records[target.key] = same ? { ...known, target, origin, restored: false, erasure: 'none', vanished: false, proofs: 0, proven: false } : newRecord(target, origin);
  };
  for (const target of plan.secrets) put(target, 'planned');
  for (const target of plan.absent) if (records[target.key] === undefined) put(target, 'asked');
  return records;
};

/** A reopened saga proves anew what its earlier life erased, and forgets what it never touched, unless a lost schedule may still touch it. */
export const touchedBefore = (saga: Saga): Record<string, SecretRecord> =>
  Object.fromEntries(
    Object.entries(saga.secrets)
      .filter(([key, record]) => (isTouched(record) && !record.restored) || mayBeScheduled(saga, key))
      .map(([key, record]) => [key, { ...record, proofs: 0, proven: false, seen: 'not looked', lookedAt: null }]),
  );

/** A stage that an earlier life removed is looked for anew, like a secret; the cloud's no to another is asked for again. */
export const stagesTouchedBefore = ({ stages }: Saga): Record<string, StageRecord> =>
  Object.fromEntries(
    Object.entries(stages)
      .filter(([, { status }]) => status === 'accepted' || status === 'deleted')
      .map(([key, record]) => [key, { ...record, status: 'accepted' }]),
  );

/** A saga that turns back anew tries again what could not be cancelled before. */
export const cancelsAllowedAgain = (saga: Saga): Record<string, SecretRecord> =>
  Object.fromEntries(Object.entries(saga.secrets).map(([key, record]) => [key, { ...record, cancelRefused: null }]));

/** One record for each stage of the plan; one that is known already goes on, of the secret that this plan found. */
export const stagesOf = (saga: Saga, plan: Plan): Record<string, StageRecord> =>
  Object.fromEntries(plan.stages.map((target) => [stageKey(target), { ...(saga.stages[stageKey(target)] ?? { status: 'none', code: null }), target }]));

/** A secret that was taken for gone and is still there. */
export const foundAgain = ({ vanished, detail }: SecretRecord): Pick<SecretRecord, 'vanished' | 'detail' | 'proofs' | 'proven'> => ({
  vanished: false,
  detail: vanished ? null : detail,
  proofs: 0,
  proven: false,
});

/** The saga with one secret's record changed; as it was where that secret is not known. */
export const withSecret = (saga: Saga, key: string, change: Partial<SecretRecord>): Saga => {
  const record = saga.secrets[key];
  return record === undefined ? saga : { ...saga, secrets: { ...saga.secrets, [key]: { ...record, ...change } } };
};

/** The same for a stage. */
export const withStage = (saga: Saga, key: string, change: Partial<StageRecord>): Saga => {
  const record = saga.stages[key];
  return record === undefined ? saga : { ...saga, stages: { ...saga.stages, [key]: { ...record, ...change } } };
};
