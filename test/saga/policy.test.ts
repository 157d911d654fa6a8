import { expect, it } from 'vitest';
import { Policy, moreCareful, policyDigest } from '../../lib/saga/policy.ts';
import { NAMESPACE, PROJECT, REGION, SAE_REGION, aPolicy } from './builders.ts';

const SCOPES = [
  { cloud: 'huawei', region: REGION, projectId: PROJECT },
  { cloud: 'alibaba', region: SAE_REGION, namespaceId: NAMESPACE },
];
const SMALLEST = { mode: 'recoverable', scopes: SCOPES };

/** Every problem as `path: code`. */
const problemsOf = (policy: unknown): string[] => (Policy.safeParse(policy).error?.issues ?? []).map(({ path, code }) => `${path.join('.')}: ${code}`);

it('H59: a policy that says only what it must has the documented defaults, to the letter', () => {
  expect(Policy.parse(SMALLEST)).toEqual({
    mode: 'recoverable',
    recoveryWindowDays: 7,
    soakSeconds: 518_400,
    maxEventAgeDays: 14,
    scopes: SCOPES,
    unseenTypes: [],
    requireApproval: false,
    limits: { instancesPerEvent: 100, secretsPerInstance: 50, secretsPerHour: 500 },
    protect: { instanceIds: [], secretNames: [] },
    verify: { firstDelaySeconds: 30, proofs: 3, intervalSeconds: 30, deadlineHours: 24 },
    dependency: { retryAfterSeconds: 60, giveUpAfterSeconds: 900 },
    retry: { attempts: 8, baseSeconds: 2, capSeconds: 300, deadlineSeconds: 15, settleSeconds: 5 },
    pace: { csms: { calls: 5, perSeconds: 1 }, sae: { calls: 45, perSeconds: 60 } },
    restoreForeignSchedules: false,
    sweep: { deleteFindings: false, largestShrinkPercent: 20, findingsEveryHours: 24 },
    sources: {},
  });
});

it('the example of the documentation is a policy', () => {
  expect(
    Policy.parse({
      ...SMALLEST,
      recoveryWindowDays: 7,
      soakSeconds: 518_400,
      unseenTypes: ['APIG'],
      protect: { instanceIds: [], secretNames: ['prod-*'] },
      sources: { cts: { region: REGION, projectId: PROJECT } },
    }),
  ).toMatchObject({ protect: { secretNames: ['prod-*'] }, sources: { cts: { region: REGION } } });
});

it.each([7, 8, 30])('without a soak the quarantine lasts a day less than the recovery window of %i days', (recoveryWindowDays) => {
  expect(Policy.parse({ ...SMALLEST, recoveryWindowDays }).soakSeconds).toBe((recoveryWindowDays - 1) * 86_400);
});

it.each([
  ['mode', { scopes: SCOPES }],
  ['scopes', { mode: 'immediate' }],
])('%s has no default', (key, policy) => {
  expect(problemsOf(policy)).toEqual([expect.stringContaining(key)]);
});

it.each([
  ['', { protects: {} }],
  ['limits', { limits: { secretPerInstance: 1 } }],
  ['protect', { protect: { names: [] } }],
  ['verify', { verify: { proof: 3 } }],
  ['dependency', { dependency: { giveUpSeconds: 1 } }],
  ['retry', { retry: { attempt: 1 } }],
  ['pace', { pace: { kms: { calls: 1, perSeconds: 1 } } }],
  ['pace.csms', { pace: { csms: { calls: 1, perSeconds: 1, burst: 9 } } }],
  ['sources', { sources: { eventbridge: {} } }],
  ['sources.cts', { sources: { cts: { region: REGION, projectId: PROJECT, account: 'a' } } }],
  ['scopes.0', { scopes: [{ ...SCOPES[0], namespaceId: NAMESPACE }] }],
])('H59: an unknown key in "%s" is fatal', (where, more) => {
  expect(problemsOf({ ...SMALLEST, ...more })).toEqual([`${where}: unrecognized_keys`]);
});

it.each([
  ['mode', { mode: 'dry-run' }],
  ['recoveryWindowDays', { recoveryWindowDays: 6, soakSeconds: 0 }],
  ['recoveryWindowDays', { recoveryWindowDays: 31, soakSeconds: 0 }],
  ['recoveryWindowDays', { recoveryWindowDays: 7.5, soakSeconds: 0 }],
  ['soakSeconds', { soakSeconds: -1 }],
  ['soakSeconds', { soakSeconds: 30 * 86_400 + 1, recoveryWindowDays: 30 }],
  ['maxEventAgeDays', { maxEventAgeDays: 0 }],
  ['scopes', { scopes: [] }],
  ['scopes.0.projectId', { scopes: [{ cloud: 'huawei', region: REGION, projectId: '*' }] }],
  ['scopes.0.namespaceId', { scopes: [{ cloud: 'alibaba', region: SAE_REGION, namespaceId: '' }] }],
  ['unseenTypes.0', { unseenTypes: ['RDS'] }],
  ['unseenTypes.0', { unseenTypes: ['TaurusDB'] }],
  ['limits.instancesPerEvent', { limits: { instancesPerEvent: 0 } }],
  ['limits.secretsPerInstance', { limits: { secretsPerInstance: 0 } }],
  ['limits.secretsPerInstance', { limits: { secretsPerInstance: 201 } }],
  ['limits.secretsPerHour', { limits: { secretsPerHour: 1.5 } }],
  ['protect.instanceIds.0', { protect: { instanceIds: [''] } }],
  ['protect.secretNames.0', { protect: { secretNames: [''] } }],
  ['verify.proofs', { verify: { proofs: 0 } }],
  ['verify.proofs', { verify: { proofs: 21 } }],
  ['verify.deadlineHours', { verify: { deadlineHours: -1 } }],
  ['dependency.giveUpAfterSeconds', { dependency: { giveUpAfterSeconds: 7 * 86_400 + 1 } }],
  ['retry.attempts', { retry: { attempts: 0 } }],
  ['retry.deadlineSeconds', { retry: { deadlineSeconds: 0 } }],
  ['retry.deadlineSeconds', { retry: { deadlineSeconds: 51 } }],
  ['retry.capSeconds', { retry: { capSeconds: 86_401 } }],
  ['retry.settleSeconds', { retry: { settleSeconds: 3_601 } }],
  ['pace.sae.calls', { pace: { sae: { calls: 0, perSeconds: 60 } } }],
  ['pace.sae.perSeconds', { pace: { sae: { calls: 45, perSeconds: 0 } } }],
])('a wrong %s is refused at that field', (path, more) => {
  expect(problemsOf({ ...SMALLEST, ...more }).map((problem) => problem.split(':')[0])).toContain(path);
});

it.each([
  [{ verify: { firstDelaySeconds: 0, intervalSeconds: 0, deadlineHours: 0 } }],
  [{ dependency: { retryAfterSeconds: 0, giveUpAfterSeconds: 0 } }],
  [{ retry: { baseSeconds: 0, capSeconds: 0, settleSeconds: 0 } }],
  [{ soakSeconds: 0 }],
])('zero is allowed for delays and intervals: %j', (more) => {
  expect(problemsOf({ ...SMALLEST, ...more })).toEqual([]);
});

const LONGEST_SOAK = 7 * 86_400 - 12 * 3_600;

it.each([
  [LONGEST_SOAK, 0, []],
  [LONGEST_SOAK - 900, 900, []],
  [LONGEST_SOAK - 899, 900, ['soakSeconds: custom']],
  [LONGEST_SOAK + 1, 0, ['soakSeconds: custom']],
])('H38: soaking %i s and waiting %i s for dependants must leave twelve hours before the erasing date', (soakSeconds, giveUpAfterSeconds, problems) => {
  expect(problemsOf({ ...SMALLEST, soakSeconds, dependency: { giveUpAfterSeconds } })).toEqual(problems);
});

it.each([
  ['plan', undefined, 'plan'],
  ['plan', 'recoverable', 'plan'],
  ['plan', 'immediate', 'plan'],
  ['recoverable', undefined, 'recoverable'],
  ['recoverable', 'plan', 'plan'],
  ['recoverable', 'recoverable', 'recoverable'],
  ['recoverable', 'immediate', 'recoverable'],
  ['immediate', undefined, 'immediate'],
  ['immediate', 'plan', 'plan'],
  ['immediate', 'recoverable', 'recoverable'],
  ['immediate', 'immediate', 'immediate'],
] as const)('under a policy of %s an event asking for %s gets %s', (policy, asked, mode) => {
  expect(moreCareful(policy, asked)).toBe(mode);
});

it('two policies that differ in anything have different digests', () => {
  expect(policyDigest(aPolicy())).toBe(policyDigest(aPolicy()));
  expect(policyDigest(aPolicy({ requireApproval: true }))).not.toBe(policyDigest(aPolicy()));
});
