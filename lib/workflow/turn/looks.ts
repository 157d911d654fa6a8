import { type Stage, stageKey } from '../../../events/decommissioned-instance.ts';
import type { SecretName } from '../../../events/ids.ts';
import type { Answer, Api, ListOptions } from '../../ports/clouds.ts';
import { type LookRequest, NOTHING_SEEN, type Sight } from '../../saga/input.ts';
import type { Saga } from '../../saga/saga.ts';
import { MOST_URGENT } from '../pace/budget.ts';
import { type Admitted, urgencyOf } from '../pace/pace.ts';
import { OWN_PACE, type TurnPace } from '../pace/turn-pace.ts';
import { claim } from '../records/claims.ts';
import { readControls } from '../records/controls.ts';
import { tellCall } from '../telling.ts';
import type { Workflow } from '../workflow.ts';
import { type Calls, NO_CALLS } from './counted-calls.ts';
import { type Deadline, withDeadline } from './deadline.ts';

interface Asking {
  readonly saga: Saga;
  readonly api: Api;
  readonly operation: string;
}

/**
 * So long a list's further pages wait for places of their own. A list that is not young when it has been read to its end is
 * of no use: pages beyond that go at once, and hold the line up afterwards.
 */
const SPACED_FOR_MS = 3_000;

/**
 * One read that the pace has admitted, behind the key's gate, within the call's deadline; answers as throttled what it has
 * sent off. A list's further pages pass whoever waits: a list half read is no use.
 */
export const askAtPace = async <T>(workflow: Workflow, api: Api, admitted: Admitted, ask: (options: ListOptions) => Promise<Answer<T>>): Promise<Answer<T>> => {
  const { clock, pace, gate, ledger, clouds, policy } = workflow;
  if (admitted.kind === 'sent-off') return { verdict: { kind: 'throttled', code: OWN_PACE, retryAfterMs: Math.ceil(admitted.until - clock.now()), quota: null }, requests: 0 };
  const { keyFingerprint } = clouds.account(api);
  const isBarred = async (): Promise<boolean> => (await readControls(ledger)).closedKeys.includes(keyFingerprint);
  const begunAt = clock.monotonic();
  let places = 1;
  const askWithin = ({ signal, outside }: Deadline): Promise<Answer<T>> =>
    ask({
      signal,
      beforePage: async () => {
        if (clock.monotonic() - begunAt > SPACED_FOR_MS) return;
        const next = await outside(() => pace.admit(api, { urgency: MOST_URGENT, returns: true }));
        if (next.kind === 'now') places += 1;
      },
    });
  const answer = await gate.pass(api, { isBarred, mayBeRecent: true }, () => withDeadline(clock, policy.retry.deadlineSeconds * 1_000, askWithin));
  if (answer.verdict.kind === 'throttled') await pace.slowDown(api, answer.verdict);
  if (answer.requests > places) await pace.charge(api, answer.requests - places);
  return answer;
};

/** What a turn of work looks with. */
export interface LookParts {
  readonly workflow: Workflow;
  readonly turn: TurnPace;
  /** The place that a call has come to and gives to the list it needs first: used late it would be a burst with the next. */
  readonly spare?: (api: Api) => Admitted | null;
}

/** A proof's list waits its turn: the longer it waits, the more proofs share it. Any other is wanted by a call whose place is about to come. */
const isUrgent = ({ state }: Saga): boolean => state !== 'verifying';

const read = async <T>({ workflow, turn, spare }: LookParts, asking: Asking, ask: (options: ListOptions) => Promise<Answer<T>>): Promise<Answer<T>> => {
  const { api, saga, operation } = asking;
  const urgency = urgencyOf(saga.state);
  const admitted = operation === 'list' ? (spare?.(api) ?? (await turn.admitForAll(api, isUrgent(saga) ? MOST_URGENT : urgency))) : await turn.admit(api, urgency);
  return askAtPace(workflow, api, admitted, (options) => tellCall(workflow, asking, () => ask(options)));
};

interface Looking {
  readonly sight: Sight;
  readonly calls: Calls;
}

const failed = (looking: Looking, of: string, answer: Answer<unknown>): Looking =>
  answer.verdict.kind === 'done' ? looking : { ...looking, sight: { ...looking.sight, failure: { of, failure: answer.verdict } } };

const counted = (looking: Looking, api: Api, requests: number): Looking => ({
  ...looking,
  calls: { ...looking.calls, [api]: looking.calls[api] + requests },
});

const lookAtCsms = async (parts: LookParts, saga: Saga, look: LookRequest, so: Looking): Promise<Looking> => {
  const { instance } = saga;
  if (!look.csms || instance.cloud !== 'huawei') return so;
  const { region, projectId } = instance;
  const { clouds, csmsLists } = parts.workflow;
  const reader = clouds.csmsReader(region, projectId);
  const { begunAt, readMs, answer, requests } = await csmsLists.get(`${region}/${projectId}`, { begunAfter: look.begunAfter, isUrgent: isUrgent(saga) }, () =>
    read(parts, { saga, api: 'csms', operation: 'list' }, (options) => reader.list(options)),
  );
  const next = counted(so, 'csms', requests);
  return 'value' in answer ? { ...next, sight: { ...next.sight, csms: { begunAt, readMs, secrets: answer.value } } } : failed(next, 'CSMS list', answer);
};

/** By name there is one call for each, and none of them needs another's answer. */
const lookAtNames = async (parts: LookParts, saga: Saga, look: LookRequest, so: Looking): Promise<Looking> => {
  const { instance } = saga;
  if (instance.cloud !== 'huawei' || look.show.length + look.stages.length === 0) return so;
  const { clouds, clock } = parts.workflow;
  const reader = clouds.csmsReader(instance.region, instance.projectId);
  const begunAt = Math.max(clock.now(), look.begunAfter + 1);
  const shown = { ...so.sight.shown };
  const stages = { ...so.sight.stages };
  const unread: { readonly of: string; readonly answer: Answer<unknown> }[] = [];
  let requests = 0;
  const show = async (name: SecretName): Promise<void> => {
    const answer = await read(parts, { saga, api: 'csms', operation: 'show' }, (options) => reader.show(name, options));
    requests += answer.requests;
    if ('value' in answer) shown[name] = { begunAt, answer: answer.value };
    else if (answer.verdict.kind === 'alreadyGone') shown[name] = { begunAt, answer: 'not-found' };
    else unread.push({ of: 'CSMS show', answer });
  };
  const showStage = async (stage: Stage): Promise<void> => {
    const answer = await read(parts, { saga, api: 'csms', operation: 'show-stage' }, (options) => reader.showStage(stage.secretName, stage.stage, options));
    requests += answer.requests;
    if ('value' in answer || answer.verdict.kind === 'alreadyGone') stages[stageKey(stage)] = { begunAt, present: 'value' in answer };
    else unread.push({ of: 'CSMS stage', answer });
  };
  await Promise.all([...look.show.map(show), ...look.stages.map(showStage)]);
  const next = counted({ ...so, sight: { ...so.sight, shown, stages } }, 'csms', requests);
  const [first] = unread;
  return first === undefined ? next : failed(next, first.of, first.answer);
};

const lookAtSae = async (parts: LookParts, saga: Saga, look: LookRequest, so: Looking): Promise<Looking> => {
  let next = so;
  for (const { region, namespaceId } of look.sae) {
    const { clouds, saeLists } = parts.workflow;
    const reader = clouds.saeReader(region);
    const { begunAt, readMs, answer, requests } = await saeLists.get(namespaceId, { begunAfter: look.begunAfter, isUrgent: isUrgent(saga) }, () =>
      read(parts, { saga, api: 'sae', operation: 'list' }, (options) => reader.list(namespaceId, options)),
    );
    next = counted(next, 'sae', requests);
    if (!('value' in answer)) return failed(next, 'SAE list', answer);
    next = { ...next, sight: { ...next.sight, sae: { ...next.sight.sae, [namespaceId]: { begunAt, readMs, secrets: answer.value } } } };
  }
  return next;
};

const lookAtLedger = async ({ ledger, clock, clouds, policy, allowance }: Workflow, saga: Saga, look: LookRequest, so: Looking): Promise<Looking> => {
  let { sight } = so;
  if (look.claims.length > 0) {
    const begunAt = clock.now();
    // A plan run only looks: it must not bar anybody.
    const claims = look.claims.map(({ key, take }) => ({ key, take: take && saga.mode !== 'plan' }));
    sight = { ...sight, claimed: { begunAt, by: await claim(ledger, saga.sagaId, claims), keys: claims.map(({ key }) => key) } };
  }
  if (look.allowance !== null) {
    const { secretsPerHour } = policy.limits;
    const of = { huawei: 'csms', alibaba: 'sae' } as const;
    const asked = (['huawei', 'alibaba'] as const)
      .filter((cloud) => (look.allowance?.[cloud] ?? 0) > 0)
      .map((cloud) => ({ cloud, account: clouds.account(of[cloud]).account, secrets: look.allowance?.[cloud] ?? 0, secretsPerHour }));
    sight = { ...sight, allowance: await allowance.allow(asked, clock.now()) };
  }
  return { ...so, sight };
};

/** Carries out a look: what was seen before stays in sight, the first read that fails is told and ends it. */
export const lookAround = async (parts: LookParts, saga: Saga, look: LookRequest, before: Sight = NOTHING_SEEN): Promise<Looking> => {
  const looks = [
    (so: Looking) => lookAtCsms(parts, saga, look, so),
    (so: Looking) => lookAtNames(parts, saga, look, so),
    (so: Looking) => lookAtSae(parts, saga, look, so),
    (so: Looking) => lookAtLedger(parts.workflow, saga, look, so),
  ];
  let looking: Looking = { sight: { ...before, failure: null }, calls: NO_CALLS };
  for (const part of looks) {
    looking = await part(looking);
    if (looking.sight.failure !== null) break;
  }
  return looking;
};
