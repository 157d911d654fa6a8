import { InstanceId, NamespaceId, ProjectId, Region, SecretId, SecretName, StageName } from '../../events/ids.ts';
import { NO_CONTROLS } from '../../lib/saga/controls.ts';
import { decide } from '../../lib/saga/decide.ts';
import { evolveAll, openedSaga } from '../../lib/saga/evolve.ts';
import type { Dated, Fact, Told } from '../../lib/saga/facts.ts';
import { type Input, type Next, type Occurrence, type Sight, NOTHING_SEEN } from '../../lib/saga/input.ts';
import { type Instance, type Request, csmsKey, saeKey, sagaIdOf } from '../../lib/saga/instance.ts';
import { type Plan, makePlan } from '../../lib/saga/plan.ts';
import { Policy } from '../../lib/saga/policy.ts';
import type { Call, EventName, Hold, Saga } from '../../lib/saga/saga.ts';
import type { CsmsSecret, SaeSecret } from '../../lib/saga/seen.ts';
import type { Failure, Verdict } from '../../lib/saga/verdict.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** When every saga here is opened and planned; `NOW` is when the tests look at it. */
export const OPENED = Date.UTC(2026, 10, 22, 12);
export const NOW = OPENED + MINUTE;

export const PROJECT = ProjectId.parse('0123456789abcdef0123456789abcdef');
export const REGION = Region.parse('cn-north-4');
export const DATABASE = InstanceId.parse('2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01');
export const OTHER_DATABASE = InstanceId.parse('ffffb0f9e8d34bb7a7b5c8e6b5f1d3a7in01');
export const GATEWAY_ID = InstanceId.parse('6c1f2e3d4a5b6c7d8e9f0a1b2c3d4e5f');
export const SAE_REGION = Region.parse('cn-beijing');
export const NAMESPACE = NamespaceId.parse('cn-beijing:test');

type HuaweiInstance = Extract<Instance, { cloud: 'huawei' }>;

export const RDS: HuaweiInstance = { cloud: 'huawei', region: REGION, projectId: PROJECT, instanceId: DATABASE, instanceType: 'RDS' };
export const GATEWAY: HuaweiInstance = { ...RDS, instanceId: GATEWAY_ID, instanceType: 'APIG' };
export const SAE: Instance = { cloud: 'alibaba', region: SAE_REGION, namespaceId: NAMESPACE };

export const aPolicy = (changes: Readonly<Record<string, unknown>> = {}): Policy =>
  Policy.parse({
    mode: 'immediate',
    scopes: [
      { cloud: 'huawei', region: REGION, projectId: PROJECT },
      { cloud: 'alibaba', region: SAE_REGION, namespaceId: NAMESPACE },
    ],
    unseenTypes: ['APIG', 'GaussDB'],
    ...changes,
  });

export const POLICY = aPolicy();

export const keyOf = (name: string): string => csmsKey(PROJECT, name);
export const copyKey = (id: string): string => saeKey(NAMESPACE, id);

/** A secret linked to the database, as a list shows it. */
export const aCsmsSecret = (name: string, changes: Partial<CsmsSecret> = {}): CsmsSecret => ({
  id: `id-of-${name}`,
  name,
  state: 'ENABLED',
  createTime: OPENED - DAY,
  eraseAt: null,
  link: { instanceId: DATABASE, instanceType: 'RDS' },
  unreadableLink: null,
  ...changes,
});

export const anUnlinkedSecret = (name: string, changes: Partial<CsmsSecret> = {}): CsmsSecret => aCsmsSecret(name, { link: null, ...changes });

export const pendingUntil = (secret: CsmsSecret, eraseAt: number | null): CsmsSecret => ({ ...secret, state: 'PENDING_DELETE', eraseAt });

export const anSaeSecret = (id: string, changes: { readonly applications?: readonly string[]; readonly name?: string; readonly createTime?: number } = {}): SaeSecret => ({
  id: SecretId.parse(id),
  namespaceId: NAMESPACE,
  name: changes.name ?? `copy-${id}`,
  createTime: changes.createTime ?? OPENED - DAY,
  applications: (changes.applications ?? []).map((name) => ({ id: `app-${name}`, name })),
});

export const aRequest = (
  asked: { readonly names?: readonly string[]; readonly stages?: readonly (readonly [string, string])[]; readonly copies?: readonly string[] } = {},
): Request => ({
  secretNames: (asked.names ?? []).map((name) => SecretName.parse(name)),
  stages: (asked.stages ?? []).map(([secretName, stage]) => ({ secretName: SecretName.parse(secretName), stage: StageName.parse(stage) })),
  copies: (asked.copies ?? []).map((id) => ({ region: SAE_REGION, namespaceId: NAMESPACE, secretId: SecretId.parse(id) })),
});

export const anEventName = (changes: Partial<EventName> = {}): EventName => ({ source: 'urn:cmdb:prod', id: 'evt-0001', part: 1, time: OPENED, ...changes });

export const aHold = (changes: Partial<Hold> = {}): Hold => ({ reason: 'somebody asked', until: null, by: 'a person', ...changes });

type Opened = Extract<Dated, { type: 'Opened' }>;

const identityFor = (instance: Instance): string =>
  instance.cloud === 'huawei'
    ? `huawei:${instance.region}:${instance.projectId}:${instance.instanceType}:${instance.instanceId}`
    : `alibaba:${instance.region}:${instance.namespaceId}:0123456789ab`;

export const anOpening = (changes: Partial<Omit<Opened, 'type'>> = {}): Opened => ({
  type: 'Opened',
  at: OPENED,
  sagaId: sagaIdOf(identityFor(changes.instance ?? RDS), 1),
  instance: RDS,
  request: aRequest(),
  mode: 'immediate',
  planFor: changes.mode === 'recoverable' ? 'recoverable' : 'immediate',
  soakSeconds: 518_400,
  recoveryWindowDays: 7,
  policyDigest: 'sha256:00',
  event: anEventName(),
  after: null,
  ...changes,
});

export const aSaga = (changes: Partial<Omit<Opened, 'type'>> = {}): Saga => openedSaga(anOpening(changes));

/** What the clouds hold while a saga is at work. */
export interface Ground extends Partial<Omit<Opened, 'type'>> {
  readonly csms?: readonly CsmsSecret[];
  readonly sae?: readonly SaeSecret[];
}

export const aPlan = ({ csms = [], sae = [], instance = RDS, request = aRequest(), mode = 'immediate' }: Ground = {}): Plan =>
  makePlan({ instance, request, mode: mode === 'recoverable' ? 'recoverable' : 'immediate', csms, sae }, OPENED);

export const after = (saga: Saga, at: number, ...facts: readonly Fact[]): Saga => evolveAll(saga, facts.map((fact): Dated => ({ ...fact, at })));

/** Planned, and free to begin. */
export const aPlannedSaga = ({ csms, sae, ...terms }: Ground = {}): Saga => {
  const plan = aPlan({ ...terms, ...(csms === undefined ? {} : { csms }), ...(sae === undefined ? {} : { sae }) });
  return after(aSaga(terms), OPENED, { type: 'Planned', plan }, { type: 'AllowanceGranted', digest: plan.digest });
};

export const aPurgingSaga = (ground: Ground = {}): Saga => after(aPlannedSaga(ground), OPENED, { type: 'PurgeStarted' });

export const intending = (saga: Saga, call: Call, at: number = NOW): Saga =>
  after(saga, at, {
    type: 'CallIntended',
    attempt: { number: saga.attempts + 1, call, at, notAfter: at + 15 * SECOND, settledAt: at + 20 * SECOND, undo: null, unknownBecause: null },
  });

export const succeeding = (saga: Saga, call: Call, told: Told = {}, at: number = NOW): Saga => {
  const open = intending(saga, call, at);
  return after(open, at, { type: 'CallSucceeded', number: open.attempts, told });
};

export const aScheduleOf = (name: string): Call => ({ op: 'schedule', key: keyOf(name), name: SecretName.parse(name), recoveryWindowDays: 7 });
export const aCancelOf = (name: string): Call => ({ op: 'cancel', key: keyOf(name), name: SecretName.parse(name) });
export const aDeletionOf = (name: string): Call => ({ op: 'delete-named', key: keyOf(name), name: SecretName.parse(name) });
export const aCopyDeletion = (id: string): Call => ({ op: 'delete-copy', key: copyKey(id), region: SAE_REGION, namespaceId: NAMESPACE, secretId: SecretId.parse(id) });
export const aStageDeletion = (name: string, stage: string): Call => ({
  op: 'delete-stage',
  key: `${name}/${stage}`,
  name: SecretName.parse(name),
  stage: StageName.parse(stage),
});
export const aBatchDeletion = (instance: Instance = RDS): Call => {
  if (instance.cloud !== 'huawei') throw new Error('batch-delete is of an instance at Huawei Cloud');
  return { op: 'batch-delete', key: instance.instanceId, instanceId: instance.instanceId, instanceType: instance.instanceType };
};

/** When a schedule that was made at `at` erases. */
export const erasingDate = (at: number = OPENED): number => at + 7 * DAY;

/** Everything of its plan is scheduled by the saga and soaks. */
export const aQuarantinedSaga = (ground: Ground = {}): Saga => {
  const planned = aPlannedSaga({ ...ground, mode: 'recoverable' });
  const names = Object.values(planned.secrets).filter(({ target, origin }) => target.cloud === 'huawei' && origin === 'planned');
  const scheduled = names.reduce((saga, { target }) => succeeding(saga, aScheduleOf(target.name), { eraseAt: erasingDate() }, OPENED), planned);
  return after(scheduled, OPENED, { type: 'SoakStarted', until: OPENED + planned.soakSeconds * SECOND });
};

export const aVerifyingSaga = (ground: Ground = {}, parkAfterwards: string | null = null): Saga =>
  after(aPurgingSaga(ground), OPENED, { type: 'VerifyingStarted', parkAfterwards });

export interface SightTerms {
  readonly at?: number;
  /** null: no list was read. */
  readonly csms?: readonly CsmsSecret[] | null;
  readonly sae?: readonly SaeSecret[] | null;
  /** What is found by name; without it, what the list says. */
  readonly shown?: Readonly<Record<string, CsmsSecret | 'not-found'>>;
  readonly stages?: Readonly<Record<string, boolean>>;
  readonly claimedBy?: Readonly<Record<string, string>>;
  readonly allowance?: Sight['allowance'];
  readonly failure?: { readonly of: string; readonly failure: Failure };
}

const dated = <T>(record: Readonly<Record<string, T>>): [string, T][] => Object.entries(record);

const shownAsListed = (csms: readonly CsmsSecret[], saga: Saga | undefined): Record<string, CsmsSecret | 'not-found'> => {
  const names = Object.values(saga?.secrets ?? {}).map(({ target }) => target.name);
  return Object.fromEntries(names.map((name) => [name, csms.find((secret) => secret.name === name) ?? 'not-found']));
};

/** A look that began at `at` and saw everything there is; claims were made for whatever might be planned. */
export const aSight = (terms: SightTerms = {}, saga?: Saga): Sight => {
  const { at = NOW, csms = [], sae = [], stages = {}, claimedBy = {}, allowance = { granted: true }, failure } = terms;
  const shown = terms.shown ?? (csms === null ? {} : shownAsListed(csms, saga));
  const keys = [
    ...(csms ?? []).map(({ name }) => keyOf(name)),
    ...(sae ?? []).map(({ id }) => copyKey(id)),
    ...(saga?.request.secretNames ?? []).map((name) => keyOf(name)),
    ...(saga?.request.copies ?? []).map(({ secretId }) => copyKey(secretId)),
    ...Object.keys(saga?.secrets ?? {}),
  ];
  return {
    csms: csms === null ? null : { begunAt: at, readMs: 0, secrets: csms },
    shown: Object.fromEntries(dated(shown).map(([name, answer]) => [name, { begunAt: at, answer }])),
    stages: Object.fromEntries(dated(stages).map(([key, present]) => [key, { begunAt: at, present }])),
    sae: sae === null ? {} : { [NAMESPACE]: { begunAt: at, readMs: 0, secrets: sae } },
    claimed: { begunAt: at, by: claimedBy, keys },
    allowance,
    failure: failure ?? null,
  };
};

export interface Given extends Partial<Omit<Input, 'sight'>> {
  readonly sight?: Sight;
  readonly policy?: Policy;
  readonly now?: number;
}

export interface Then {
  readonly facts: readonly Dated[];
  readonly next: Next;
  /** The saga once the facts stand. */
  readonly saga: Saga;
}

export const decideOn = (saga: Saga, given: Given = {}): Then => {
  const { sight = NOTHING_SEEN, policy = POLICY, now = NOW, occurrence = { kind: 'looked' }, controls = NO_CONTROLS, previousOpen = false } = given;
  const { facts, next } = decide(saga, { occurrence, sight, controls, previousOpen }, policy, now);
  return { facts, next, saga: evolveAll(saga, facts) };
};

/** Decides with a look at everything the clouds hold right now. */
export const decideSeeing = (saga: Saga, { at, ...seen }: SightTerms, given: Given = {}): Then =>
  decideOn(saga, { ...given, sight: aSight({ ...seen, at: at ?? given.now ?? NOW }, saga) });

/** A call by name tells which secret it reached: the one it was meant for. */
const reached = ({ attempt, secrets }: Saga): Told => {
  const call = attempt?.call;
  const id = call?.op === 'schedule' || call?.op === 'cancel' ? secrets[call.key]?.target.id : undefined;
  return id === undefined ? {} : { id };
};

/** The reply to the attempt that the saga has open. */
export const replied = (saga: Saga, verdict: Verdict, told: Told = reached(saga)): Occurrence => ({ kind: 'replied', number: saga.attempts, reply: { verdict, told } });

export const DONE: Verdict = { kind: 'done' };
export const THROTTLED: Failure = { kind: 'throttled', code: 'Throttling', retryAfterMs: null, quota: null };
export const retryable = (code: string): Failure => ({ kind: 'retryable', code });

export const factsOf = ({ facts }: Then): string[] => facts.map(({ type }) => type);

/** The call that is to be made next; null when something else is. */
export const callOf = ({ next }: Then): Call | null => (next.do === 'call' ? next.attempt.call : null);
