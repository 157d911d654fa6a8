import * as z from 'zod/mini';
import { Mode } from '../../events/decommission.ts';
import { type InstanceType, NamespaceId, ProjectId, Region } from '../../events/ids.ts';
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

const seconds = (max: number): z.ZodMiniNumber<number> => z.number().check(z.minimum(0), z.maximum(max));
const pace = z.strictObject({ calls: z.number().check(z.positive()), perSeconds: z.number().check(z.positive()) });

const Scope = z.discriminatedUnion('cloud', [
  z.strictObject({ cloud: z.literal('huawei'), region: Region, projectId: ProjectId }),
  z.strictObject({ cloud: z.literal('alibaba'), region: Region, namespaceId: NamespaceId }),
]);
export type Scope = z.infer<typeof Scope>;

const Document = z.strictObject({
  mode: Mode,
  recoveryWindowDays: z._default(z.int().check(z.minimum(7), z.maximum(30)), 7),
  soakSeconds: z.optional(seconds(30 * DAY_SECONDS)),
  maxEventAgeDays: z._default(z.number().check(z.positive(), z.maximum(3650)), 14),
  scopes: z.array(Scope).check(z.minLength(1)),
  unseenTypes: z._default(z.array(z.enum(['GaussDB', 'APIG'] satisfies readonly InstanceType[])), []),
  requireApproval: z._default(z.boolean(), false),
  limits: z.prefault(
    z.strictObject({
      instancesPerEvent: z._default(z.int().check(z.minimum(1)), 100),
      secretsPerInstance: z._default(z.int().check(z.minimum(1), z.maximum(LARGEST_SAGA)), 50),
      secretsPerHour: z._default(z.int().check(z.minimum(1)), 500),
    }),
    {},
  ),
  protect: z.prefault(
    z.strictObject({
      instanceIds: z._default(z.array(z.string().check(z.minLength(1))), []),
      secretNames: z._default(z.array(z.string().check(z.minLength(1))), []),
    }),
    {},
  ),
  verify: z.prefault(
    z.strictObject({
      firstDelaySeconds: z._default(seconds(DAY_SECONDS), 30),
      proofs: z._default(z.int().check(z.minimum(1), z.maximum(20)), 3),
      intervalSeconds: z._default(seconds(DAY_SECONDS), 30),
      deadlineHours: z._default(z.number().check(z.minimum(0), z.maximum(720)), 24),
    }),
    {},
  ),
  dependency: z.prefault(
    z.strictObject({
      retryAfterSeconds: z._default(seconds(DAY_SECONDS), 60),
      giveUpAfterSeconds: z._default(seconds(7 * DAY_SECONDS), 900),
    }),
    {},
  ),
  retry: z.prefault(
    z.strictObject({
      attempts: z._default(z.int().check(z.minimum(1), z.maximum(100)), 8),
      baseSeconds: z._default(seconds(3_600), 2),
      capSeconds: z._default(seconds(DAY_SECONDS), 300),
      deadlineSeconds: z._default(z.number().check(z.minimum(1), z.maximum(50)), 15),
      settleSeconds: z._default(seconds(3_600), 5),
    }),
    {},
  ),
  pace: z.prefault(
    z.strictObject({
      csms: z._default(pace, { calls: 5, perSeconds: 1 }),
      sae: z._default(pace, { calls: 45, perSeconds: 60 }),
    }),
    {},
  ),
  restoreForeignSchedules: z._default(z.boolean(), false),
  // What a sweep does about secrets of settled instances that are there again: report them, unless deleteFindings has it
  // send a new event for those still linked. A list that shrank by more than the percentage is not believed.
  sweep: z.prefault(
    z.strictObject({
      deleteFindings: z._default(z.boolean(), false),
      largestShrinkPercent: z._default(z.number().check(z.minimum(0), z.maximum(100)), 20),
      findingsEveryHours: z._default(z.number().check(z.minimum(0), z.maximum(720)), 24),
    }),
    {},
  ),
  sources: z.prefault(z.strictObject({ cts: z.optional(z.strictObject({ region: Region, projectId: ProjectId })) }), {}),
});

/** Every key and its default stand in docs/policy.md; an unknown key is fatal, `mode` and `scopes` have no default. */
export const Policy = z
  .pipe(
    Document,
    z.transform((policy) => ({ ...policy, soakSeconds: policy.soakSeconds ?? (policy.recoveryWindowDays - 1) * DAY_SECONDS })),
  )
  .check(
    z.refine(
      ({ soakSeconds, dependency, recoveryWindowDays }) =>
        soakSeconds + dependency.giveUpAfterSeconds <= recoveryWindowDays * DAY_SECONDS - SAFETY_SECONDS,
      {
        message: 'soakSeconds + dependency.giveUpAfterSeconds must end 12 hours before the recovery window does; lower one of them or raise recoveryWindowDays',
        path: ['soakSeconds'],
      },
    ),
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
