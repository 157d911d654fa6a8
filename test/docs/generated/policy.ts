import * as z from 'zod/mini';
import { Policy } from '../../../lib/saga/policy.ts';
import { type Field, fieldsOf } from './fields.ts';
import { code, table } from './page.ts';

/** Stands here and not in the schema: every function carries the schema, and none of them this. */
const DOES: Readonly<Record<string, string>> = {
  mode: 'How far a saga may go; an event may only ask for a more careful mode.',
  recoveryWindowDays: 'How long CSMS keeps a secret that is scheduled for deletion, restorable, before it erases it.',
  soakSeconds: 'How long a saga waits in quarantine before it purges. Left out, it is a day less than `recoveryWindowDays`.',
  maxEventAgeDays: 'An event older than this is not accepted; a parked saga decided on longer ago is only planned when it is sent round again.',
  scopes: 'The projects and namespaces in which anything may be deleted. An instance or a copy outside them is refused.',
  'scopes[](huawei).cloud': 'Huawei Cloud: CSMS.',
  'scopes[](huawei).region': 'The region of the project.',
  'scopes[](huawei).projectId': 'The project.',
  'scopes[](alibaba).cloud': 'Alibaba Cloud: SAE.',
  'scopes[](alibaba).region': 'The region of the namespace.',
  'scopes[](alibaba).namespaceId': 'The namespace; the default one, too, must be named.',
  unseenTypes: 'Instance types that may be settled although their secrets show no link, so that what batch-delete erases cannot be listed before.',
  requireApproval: 'Whether each plan waits until somebody approves its digest.',
  'limits.instancesPerEvent': 'An event that names more, all its parts together, is not accepted.',
  'limits.secretsPerInstance': 'A plan that holds more is refused. The largest value is what one saga can hold, and there absent secrets and stages count too.',
  'limits.secretsPerHour': 'How many secrets may be planned for deletion per account of a cloud in one hour of the clock, UTC. What goes beyond it waits for the next hour; a single plan that holds more is refused.',
  'protect.instanceIds': 'Instances of Huawei Cloud that are refused, by id.',
  'protect.secretNames': 'Names of secrets, in CSMS and in SAE, that are never deleted; `*` stands for any run of characters, `?` for one. One such secret in a plan refuses all of it.',
  'verify.firstDelaySeconds': 'How long after the last call of the purge the first proof is looked for. What is pending is looked at once its date has come.',
  'verify.proofs': 'How many looks in a row must find a secret gone.',
  'verify.intervalSeconds': 'The time between two looks. A secret that stays is looked at less and less often, at the least once an hour.',
  'verify.deadlineHours': 'A secret that is still there so long after it should have gone parks its saga.',
  'dependency.retryAfterSeconds': 'The time between two tries while an application or job still uses a copy.',
  'dependency.giveUpAfterSeconds': 'A saga that is blocked for so long turns back and cancels what it scheduled.',
  'retry.attempts': 'A step that fails so often in a row is given up, and its saga needs a person. A cancellation is told of then, and tried until its date. Throttling is no failure.',
  'retry.baseSeconds': 'The wait after the first failure; each further one doubles it.',
  'retry.capSeconds': 'The longest of these waits.',
  'retry.deadlineSeconds': 'When a call is given up, at the latest. What became of a change is then unknown, and is read before anything else is done.',
  'retry.settleSeconds': 'How long after that deadline a lost change may still take effect: the cloud is read no sooner.',
  'pace.csms.calls': 'Calls of CSMS by all workers of an account together, in `perSeconds`. Throttling slows this down by itself.',
  'pace.csms.perSeconds': 'The time that `calls` stands for; one is not given without the other.',
  'pace.sae.calls': 'The same for SAE, whose own limit is 60 calls a minute for the whole account.',
  'pace.sae.perSeconds': 'The time that `calls` stands for; one is not given without the other.',
  restoreForeignSchedules: 'Whether a saga that turns back also cancels scheduled deletions that somebody else made.',
  'sweep.deleteFindings': 'Whether a sweep sends a new event for what it finds linked to an instance that is gone. Rails, caps and the mode apply as to any event.',
  'sweep.largestShrinkPercent': 'A list that shrank by more, what Probate deleted left aside, is not believed.',
  'sweep.findingsEveryHours': 'How often the scheduled sweep looks for what came back; `npx probate sweep` always does.',
  'sources.cts.region': 'The region that traces of Huawei Cloud’s CTS come from; without `sources.cts` no trace is taken.',
  'sources.cts.projectId': 'The project that these traces come from.',
};

/** A group of keys says nothing that its keys do not. */
const isGroup = ({ schema }: Field): boolean => schema instanceof z.ZodMiniObject;

export const policyFields = (): readonly Field[] => fieldsOf(Policy).filter((field) => !isGroup(field));

/** What the table tells of fields, in order. */
export const describedFields: readonly string[] = Object.keys(DOES);

const GIVEN: Readonly<Record<string, unknown>> = {
  mode: 'plan',
  scopes: [{ cloud: 'huawei', region: 'cn-north-4', projectId: '0123456789abcdef0123456789abcdef' }],
};

const valueAt = (document: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), document);

/** As the schema itself fills it in. */
const defaultOf = ({ path, isRequired }: Field): string => {
  if (valueAt(GIVEN, path) !== undefined) return '**must be given**';
  const value = valueAt(Policy.parse(GIVEN), path);
  if (value !== undefined) return code(JSON.stringify(value));
  if (!isRequired) return 'none';
  const [, group] = /^(\w+(?:\.\w+)*)\.\w+$/.exec(path) ?? [];
  return group === undefined ? 'must be given' : `must be given with ${code(group)}`;
};

const isBound = (bound: unknown): bound is number => typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

const boundsOf = ({ schema }: Field): readonly [least: string, greatest: string] => {
  if (!(schema instanceof z.ZodMiniNumber)) return ['', ''];
  const { minimum, exclusiveMinimum, maximum } = z.toJSONSchema(schema);
  const least = isBound(exclusiveMinimum) ? `above ${exclusiveMinimum}` : isBound(minimum) ? String(minimum) : 'none';
  return [least, isBound(maximum) ? String(maximum) : 'none'];
};

const formOf = ({ schema, form }: Field): string => {
  if (!(schema instanceof z.ZodMiniNumber)) return form;
  return z.toJSONSchema(schema).type === 'integer' ? 'a whole number' : 'a number';
};

const doesOf = ({ path }: Field): string => {
  const does = DOES[path];
  if (does === undefined) throw new Error(`nobody has written down what ${path} of the policy does`);
  return does;
};

/** Every key of the policy: what may stand there, what stands there otherwise, and what it does. */
export const policyTable = (): string =>
  table(
    ['Key', 'Form', 'Default', 'Least', 'Greatest', 'What it does'],
    policyFields().map((field) => [code(field.path), formOf(field), defaultOf(field), ...boundsOf(field), doesOf(field)]),
  );
