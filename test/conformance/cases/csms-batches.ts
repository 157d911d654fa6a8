import * as z from 'zod/mini';
import { InstanceId, type SecretName } from '../../../events/ids.ts';
import type { HttpReply } from '../../../lib/clouds/http/message.ts';
import { LeftOut, type Case } from '../case.ts';
import { anInstanceId, OWN_PREFIX, type CsmsTarget } from '../csms/target.ts';
import { deadline } from '../deadline.ts';
import { codeOf, done, expectThat, expectVerdict, jsonOf, statusAndCode } from '../expectations.ts';

type CsmsCase = Case<CsmsTarget>;

const batch = (name: string, section: string, settles: CsmsCase['settles'], observe: CsmsCase['observe'], reach: CsmsCase['reach'] = 'own-secrets'): CsmsCase => ({
  name,
  operation: 'BatchDeleteSecrets',
  section,
  reach,
  settles,
  observe,
});

const NOT_FOUND: ReadonlySet<string> = new Set(['CSMS.0005', 'CSMS.0106']);
const FIRST_BEYOND_A_BOUND = 101;

const Lists = z.object({ success_secrets: z.unknown(), failed_secrets: z.unknown() });

const rds = (instanceId: string): { instanceId: InstanceId; instanceType: 'RDS' } => ({ instanceId: InstanceId.parse(instanceId), instanceType: 'RDS' });

/** What our client has no way to say: a selector without both of its parts. */
const halfSelector = ({ raw }: CsmsTarget, body: unknown): Promise<HttpReply> => raw('POST', '/secrets/batch-delete', { body });

const isRefusal = (reply: HttpReply): boolean => reply.status >= 400 && !NOT_FOUND.has(codeOf(reply));

/** Nobody knows how much such a call erases, so the project must hold nothing that is not the suite's own. */
const onlyOwnStand = async ({ csms }: CsmsTarget): Promise<void> => {
  const others = done(await csms.list(deadline())).filter(({ name }) => !name.startsWith(OWN_PREFIX));
  if (others.length > 0) throw new LeftOut(`the project holds ${others.length} secrets that are not the suite’s own`);
};

const made = async (target: CsmsTarget, count: number, instanceId: string): Promise<readonly SecretName[]> => {
  const names: SecretName[] = [];
  for (let index = 0; index < count; index += 1) names.push(await target.make(instanceId));
  return names;
};

export const CSMS_BATCHES: readonly CsmsCase[] = [
  batch('every secret linked to the instance is erased and named', '3', null, async (target) => {
    const instanceId = anInstanceId();
    const names = await made(target, 2, instanceId);
    const other = await target.make();
    const reply = done(await target.csms.batchDelete(rds(instanceId), deadline()));
    expectThat(reply.total === 2 && reply.failed.length === 0 && names.every((name) => reply.succeeded.includes(name)), 'total and lists are not those of the two linked secrets');
    for (const name of names) expectThat(!(await target.stands(name)), `${name} still stands`);
    expectVerdict(await target.csms.show(other, deadline()), 'done');
    return `total ${reply.total}`;
  }),
  batch('an instance that nobody has', '3', 'batchNoMatch', async (target) => {
    const { verdict } = await target.csms.batchDelete(rds(anInstanceId()), deadline());
    if (verdict.kind !== 'done') return NOT_FOUND.has(codeOf(target.last())) ? 'notFound' : statusAndCode(target.last());
    const { success_secrets: succeeded, failed_secrets: failed } = Lists.parse(jsonOf(target.last()));
    return succeeded === null && failed === null ? 'nullLists' : Array.isArray(succeeded) && Array.isArray(failed) ? 'emptyLists' : 'one list only';
  }),
  batch('one linked secret is pending deletion', '3, Partial failure', 'batchFailure', async (target) => {
    const instanceId = anInstanceId();
    const free = await target.make(instanceId);
    const pending = await target.make(instanceId);
    done(await target.csms.schedule(pending, 7, deadline()));
    const reply = done(await target.csms.batchDelete(rds(instanceId), deadline()));
    expectThat(reply.failed.some(({ name, verdict }) => name === pending && verdict.kind === 'pending'), 'the pending secret is not among the failed ones as pending');
    return (await target.stands(free)) ? 'atomic' : 'partial';
  }),
  batch('more secrets than one call may erase', '3', 'batchBound', async (target) => {
    const instanceId = anInstanceId();
    await made(target, FIRST_BEYOND_A_BOUND, instanceId);
    const { total } = done(await target.csms.batchDelete(rds(instanceId), deadline()));
    return total === FIRST_BEYOND_A_BOUND ? 'unbounded' : total === FIRST_BEYOND_A_BOUND - 1 ? 'first100' : `total ${total}`;
  }),
  batch('an instance_type outside the list', '3', 'unknownInstanceType', async (target) => {
    const instanceId = anInstanceId();
    const [linked] = await made(target, 1, instanceId);
    const reply = await halfSelector(target, { instance_id: instanceId, instance_type: 'Probate' });
    if (isRefusal(reply)) return 'refused';
    return linked !== undefined && (await target.stands(linked)) ? 'nothing' : 'ignored';
  }),
  batch('both conditions together', '3', 'bothConditions', async (target) => {
    const instanceId = anInstanceId();
    await target.make(instanceId);
    const other = await target.make(anInstanceId());
    await onlyOwnStand(target);
    done(await target.csms.batchDelete(rds(instanceId), deadline()));
    return (await target.stands(other)) ? 'and' : 'or';
  }, 'whole-project'),
  batch('an instance_id of ""', '3', 'blankSelector', async (target) => {
    const linked = await target.make(anInstanceId());
    await onlyOwnStand(target);
    const reply = await halfSelector(target, { instance_id: '', instance_type: 'RDS' });
    if (isRefusal(reply)) return statusAndCode(reply);
    return (await target.stands(linked)) ? 'literal' : 'absent';
  }, 'whole-project'),
  batch('no condition at all', '3', 'emptyBatchBody', async (target) => {
    const linked = await target.make(anInstanceId());
    const free = await target.make();
    await onlyOwnStand(target);
    const reply = await halfSelector(target, {});
    if (isRefusal(reply)) return 'refused';
    if (await target.stands(linked)) return `${reply.status}, and nothing was erased`;
    return (await target.stands(free)) ? 'linked' : 'everything';
  }, 'whole-project'),
];
