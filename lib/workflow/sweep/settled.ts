import { byName, linkedTo } from '../../saga/csms-list.ts';
import { generationOf, saeKey } from '../../saga/instance.ts';
import { type Plan, makePlan } from '../../saga/plan.ts';
import type { Scope } from '../../saga/policy.ts';
import { type Saga, type SecretRecord, isTerminal } from '../../saga/saga.ts';
import type { CsmsSecret, SaeSecret } from '../../saga/seen.ts';
import { listSagas } from '../records/saga-store.ts';
import type { CloudlessParts } from '../workflow.ts';

/** A secret of a settled instance that is there again, or that nobody had seen before: reported, never deleted by itself (H49). */
export interface Finding {
  readonly kind: 'returned' | 'late';
  /** The scope's id as the inventory has it. */
  readonly scope: string;
  readonly id: string;
  readonly name: string;
  /** null where the cloud knows no states. */
  readonly state: string | null;
  readonly createTime: number;
  readonly sagaId: Saga['sagaId'];
  /** Whether it is linked to the instance: a mere name proves no owner (H54). */
  readonly linked: boolean;
  /** Of the plan that a new event for the instance would get; null where nothing is linked. */
  readonly planDigest: string | null;
}

export const scopeId = (scope: Scope): string => (scope.cloud === 'huawei' ? `huawei/${scope.region}/${scope.projectId}` : `alibaba/${scope.region}/${scope.namespaceId}`);

const scopesOf = ({ instance, request }: Saga): string[] => [
  ...(instance.cloud === 'huawei' ? [`huawei/${instance.region}/${instance.projectId}`] : []),
  ...request.copies.map(({ region, namespaceId }) => `alibaba/${region}/${namespaceId}`),
];

const mayHaveVanished = ({ erasure, schedule, vanished, expired, proven }: SecretRecord): boolean => erasure !== 'none' || schedule !== null || vanished || expired || proven;

/** What the ledger says of one scope: the settled sagas whose secrets may come back, and how many secrets Probate itself took away. */
export interface ScopeHistory {
  readonly settled: readonly Saga[];
  /** Secrets of the scope that are gone by our doing, or may be, since that moment. */
  readonly takenSince: (at: number) => number;
}

const inScope = (record: SecretRecord, scope: Scope): boolean =>
  record.target.cloud === scope.cloud && record.target.scope === (scope.cloud === 'huawei' ? scope.projectId : scope.namespaceId);

/** Reads every saga once. Of each instance only the latest generation counts, and only once it is settled: an open one decides for itself (H51). */
export const historiesOf = async ({ ledger }: Pick<CloudlessParts, 'ledger'>, scopes: readonly Scope[]): Promise<ReadonlyMap<string, ScopeHistory>> => {
  const latest = new Map<string, Saga>();
  const taken: { readonly scope: string; readonly finishedAt: number }[] = [];
  for await (const { saga } of listSagas(ledger)) {
    if (saga.mode === 'plan') continue;
    const { identity, generation } = generationOf(saga.sagaId);
    const known = latest.get(identity);
    if (known === undefined || generationOf(known.sagaId).generation < generation) latest.set(identity, saga);
    const gone = Object.values(saga.secrets).filter(mayHaveVanished);
    for (const scope of scopes) for (const record of gone) if (inScope(record, scope)) taken.push({ scope: scopeId(scope), finishedAt: isTerminal(saga) ? (saga.finishedAt ?? 0) : Infinity });
  }
  const settled = [...latest.values()].filter(({ state }) => state === 'gone' || state === 'restored');
  return new Map(
    scopes.map((scope) => {
      const id = scopeId(scope);
      const own = taken.filter((one) => one.scope === id);
      return [id, { settled: settled.filter((saga) => scopesOf(saga).includes(id)), takenSince: (at) => own.filter(({ finishedAt }) => finishedAt >= at).length }];
    }),
  );
};

const provenByName = (saga: Saga, cloud: 'huawei' | 'alibaba', scope: string, name: string): boolean =>
  Object.values(saga.secrets).some(({ target, proven }) => proven && target.cloud === cloud && target.scope === scope && target.name === name);

const knownById = (saga: Saga, id: string): boolean => Object.values(saga.secrets).some(({ target, proven }) => target.id === id && !proven);

/** The plan a new event for a settled instance would get right now. */
const planAgain = ({ instance, planFor }: Saga, csms: readonly CsmsSecret[], now: number): Plan =>
  makePlan({ instance, request: { secretNames: [], stages: [], copies: [] }, mode: planFor, csms, sae: [] }, now);

/** What of a settled saga is there again in a project's complete list. */
export const findInProject = (saga: Saga, scope: string, csms: readonly CsmsSecret[], now: number): Finding[] => {
  const { instance, sagaId } = saga;
  if (instance.cloud !== 'huawei') return [];
  const nowLinked = linkedTo(csms, instance);
  const namesakes = Object.values(saga.secrets).flatMap(({ target: { name } }) => byName(csms, name) ?? []);
  const planDigest = nowLinked.length === 0 ? null : planAgain(saga, csms, now).digest;
  return [...new Set([...nowLinked, ...namesakes])].flatMap((secret) => {
    const { id, name, state, createTime } = secret;
    const linked = nowLinked.includes(secret);
    const returned = provenByName(saga, 'huawei', instance.projectId, name);
    // What a restored saga left where it was is meant to be there.
    if ((!linked && !returned) || knownById(saga, id)) return [];
    return [{ kind: returned ? 'returned' : 'late', scope, id, name, state, createTime, sagaId, linked, planDigest: linked ? planDigest : null }];
  });
};

/** What of a settled saga's copies is there again in a namespace's complete list. */
export const findInNamespace = (saga: Saga, scope: string, sae: readonly SaeSecret[]): Finding[] =>
  sae
    .filter(({ id, name, namespaceId }) => provenByName(saga, 'alibaba', namespaceId, name) || saga.secrets[saeKey(namespaceId, id)]?.proven === true)
    .map(({ id, name, createTime }) => ({ kind: 'returned', scope, id, name, state: null, createTime, sagaId: saga.sagaId, linked: false, planDigest: null }));
