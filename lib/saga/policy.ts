import { z } from 'zod';
import { Mode } from '../../events/decommission.ts';
import { InstanceType, NamespaceId, ProjectId, Region } from '../../events/ids.ts';
import { digestOf } from './canonical.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
/** What must lie between the end of soaking and waiting and the erasing date, so that a compensation has time (design.md, quarantine). */
const SAFETY_SECONDS = 12 * HOUR_SECONDS;

/**
 * How many secrets and stages one saga may have, absent ones too. A saga is one item of the ledger, of 380 KB at most: so
 * many copies of the longest names take 350 KB of it, and so do as many named secrets whose schedules each lost three replies.
 */
export const LARGEST_SAGA = 200;

const seconds = (max: number): z.ZodNumber => z.number().min(0).max(max);
const pace = z.strictObject({ calls: z.number().positive(), perSeconds: z.number().positive() });

const Scope = z.discriminatedUnion('cloud', [
  z.strictObject({ cloud: z.literal('huawei'), region: Region, projectId: ProjectId }),
  z.strictObject({ cloud: z.literal('alibaba'), region: Region, namespaceId: NamespaceId }),
]);
export type Scope = z.infer<typeof Scope>;

/** Every key and its default stand in docs/policy.md; an unknown key is fatal, `mode` and `scopes` have no default. */
export const Policy = z
  .strictObject({
    mode: Mode,
    recoveryWindowDays: z.int().min(7).max(30).default(7),
    soakSeconds: seconds(30 * DAY_SECONDS).optional(),
    maxEventAgeDays: z.number().positive().max(3650).default(14),
    scopes: z.array(Scope).min(1),
    unseenTypes: z.array(InstanceType.extract(['GaussDB', 'APIG'])).default([]),
    requireApproval: z.boolean().default(false),
    limits: z
      .strictObject({
        instancesPerEvent: z.int().min(1).default(100),
        secretsPerInstance: z.int().min(1).max(LARGEST_SAGA).default(50),
        secretsPerHour: z.int().min(1).default(500),
      })
      .prefault({}),
    protect: z
      .strictObject({
        instanceIds: z.array(z.string().min(1)).default([]),
        secretNames: z.array(z.string().min(1)).default([]),
      })
      .prefault({}),
    verify: z
      .strictObject({
        firstDelaySeconds: seconds(DAY_SECONDS).default(30),
        proofs: z.int().min(1).max(20).default(3),
        intervalSeconds: seconds(DAY_SECONDS).default(30),
        deadlineHours: z.number().min(0).max(720).default(24),
      })
      .prefault({}),
    dependency: z
      .strictObject({
        retryAfterSeconds: seconds(DAY_SECONDS).default(60),
        giveUpAfterSeconds: seconds(7 * DAY_SECONDS).default(900),
      })
      .prefault({}),
    retry: z
      .strictObject({
        attempts: z.int().min(1).max(100).default(8),
        baseSeconds: seconds(3_600).default(2),
        capSeconds: seconds(DAY_SECONDS).default(300),
        deadlineSeconds: z.number().min(1).max(50).default(15),
        settleSeconds: seconds(3_600).default(5),
      })
      .prefault({}),
    pace: z
      .strictObject({
        csms: pace.default({ calls: 5, perSeconds: 1 }),
        sae: pace.default({ calls: 45, perSeconds: 60 }),
      })
      .prefault({}),
    restoreForeignSchedules: z.boolean().default(false),
    // What a sweep does about secrets of settled instances that are there again: report them, unless deleteFindings has it
    // send a new event for those still linked. A list that shrank by more than the percentage is not believed.
    sweep: z
      .strictObject({
        deleteFindings: z.boolean().default(false),
        largestShrinkPercent: z.number().min(0).max(100).default(20),
        findingsEveryHours: z.number().min(0).max(720).default(24),
      })
      .prefault({}),
    sources: z.strictObject({ cts: z.strictObject({ region: Region, projectId: ProjectId }).optional() }).prefault({}),
  })
  .transform((policy) => ({ ...policy, soakSeconds: policy.soakSeconds ?? (policy.recoveryWindowDays - 1) * DAY_SECONDS }))
  .refine(
    ({ soakSeconds, dependency, recoveryWindowDays }) =>
      soakSeconds + dependency.giveUpAfterSeconds <= recoveryWindowDays * DAY_SECONDS - SAFETY_SECONDS,
    {
      message: 'soakSeconds + dependency.giveUpAfterSeconds must end 12 hours before the recovery window does; lower one of them or raise recoveryWindowDays',
      path: ['soakSeconds'],
    },
  );
export type Policy = z.infer<typeof Policy>;

const digests = new WeakMap<Policy, string>();

/** Stands on every saga, so that a reader knows under which rules it was opened; made once for each policy. */
export const policyDigest = (policy: Policy): string => {
  const digest = digests.get(policy) ?? digestOf(policy);
  digests.set(policy, digest);
  return digest;
};

const CAREFULNESS = { plan: 0, recoverable: 1, immediate: 2 } as const;

/** The more careful of the two: an event can never ask for less care than the policy. */
export const moreCareful = (policy: Mode, asked: Mode | undefined): Mode =>
  asked !== undefined && CAREFULNESS[asked] < CAREFULNESS[policy] ? asked : policy;
