import { CloudSettingsRefused } from '../../clouds/settings-problem.ts';
import type { Answer } from '../../ports/clouds.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Scope } from '../../saga/policy.ts';
import type { CsmsSecret, SaeSecret } from '../../saga/seen.ts';
import type { Failure } from '../../saga/verdict.ts';
import { LEAST_URGENT } from '../pace/budget.ts';
import { turnPace } from '../pace/turn-pace.ts';
import { changeItem } from '../records/item.ts';
import { tellCall } from '../telling.ts';
import { askAtPace } from '../turn/looks.ts';
import type { Workflow } from '../workflow.ts';
import { type Finding, type ScopeHistory, findInNamespace, findInProject, historiesOf, scopeId } from './settled.ts';

export type { Finding } from './settled.ts';

/** What the ledger remembers of one scope between sweeps. */
export interface Inventory {
  /** Secrets in the last list that was believed, and when that was; null before the first. */
  readonly good: { readonly secrets: number; readonly at: number } | null;
  readonly lookedAt: number;
  /** Why the last look was not believed; the findings are then those of the one before. */
  readonly trouble: string | null;
  readonly findings: readonly Finding[];
  /** Findings beyond those kept. */
  readonly more: number;
}

/** An item holds no more of them. */
const MOST_FINDINGS = 500;
const HOUR_MS = 3_600_000;
/** Of a scope that was never looked at. */
export const NEVER_LOOKED: Inventory = { good: null, lookedAt: 0, trouble: null, findings: [], more: 0 };

export const readInventory = async (ledger: Ledger, id: string): Promise<Inventory> => {
  const item = await ledger.read('inventory', id);
  const known: Inventory = item === null ? NEVER_LOOKED : JSON.parse(item.body);
  return known;
};

/** Every finding of the last looks, whatever scope. */
export const listFindings = async (ledger: Ledger): Promise<Finding[]> => {
  const all: Finding[] = [];
  for await (const item of ledger.list('inventory')) {
    const { findings }: Inventory = JSON.parse(item.body);
    all.push(...findings);
  }
  return all;
};

export interface LookForFindings {
  /** Scopes looked at less than `sweep.findingsEveryHours` ago are left out, unless a person asked. */
  readonly when: 'due' | 'now';
  /** A person says that the inventories shrank for a reason. */
  readonly acceptShrink: boolean;
}

export interface ScopeFindings {
  readonly scope: string;
  readonly trouble: string | null;
  readonly findings: readonly Finding[];
}

type ScopeList = { readonly csms: readonly CsmsSecret[] } | { readonly sae: readonly SaeSecret[] };

const listScope = async (workflow: Workflow, scope: Scope): Promise<Answer<ScopeList>> => {
  const turn = turnPace(workflow.pace, null);
  if (scope.cloud === 'huawei') {
    const reader = workflow.clouds.csmsReader(scope.region, scope.projectId);
    const answer = await askAtPace(workflow, 'csms', await turn.admit('csms', LEAST_URGENT), (options) => tellCall(workflow, { saga: null, api: 'csms', operation: 'list' }, () => reader.list(options)));
    return 'value' in answer ? { ...answer, value: { csms: answer.value } } : answer;
  }
  const reader = workflow.clouds.saeReader(scope.region);
  const answer = await askAtPace(workflow, 'sae', await turn.admit('sae', LEAST_URGENT), (options) => tellCall(workflow, { saga: null, api: 'sae', operation: 'list' }, () => reader.list(scope.namespaceId, options)));
  return 'value' in answer ? { ...answer, value: { sae: answer.value } } : answer;
};

/** Why a scope could not be looked at; one that passes by itself is looked at again with the next sweep. */
interface Trouble {
  readonly trouble: string;
  readonly passes: boolean;
}

const PASSING: ReadonlySet<Failure['kind']> = new Set(['throttled', 'retryable', 'unknown'] as const);

/** The complete list of a scope, or why there is none: an incomplete one is a failure already in the client. */
const listOrTrouble = async (workflow: Workflow, scope: Scope): Promise<ScopeList | Trouble> => {
  try {
    const answer = await listScope(workflow, scope);
    if ('value' in answer) return answer.value;
    const { kind, code } = answer.verdict;
    return { trouble: `the list could not be read whole: ${kind} ${code}`, passes: PASSING.has(kind) };
  } catch (error) {
    if (error instanceof CloudSettingsRefused) return { trouble: `no credentials: ${error.problems.map(({ variable }) => variable).join(', ')}`, passes: false };
    throw error;
  }
};

/** Whether so many secrets fewer than in the last good list can be believed, those Probate took away itself left aside (H52). */
const shrinkOf = ({ good }: Inventory, count: number, { takenSince }: ScopeHistory, largestShrinkPercent: number): string | null => {
  if (good === null) return null;
  const expected = Math.max(0, good.secrets - takenSince(good.at));
  return count >= expected * (1 - largestShrinkPercent / 100) ? null : `the list shrank from ${good.secrets} secrets to ${count}, though only ${good.secrets - expected} were deleted by Probate`;
};

const findingsIn = (listed: ScopeList, scope: string, { settled }: ScopeHistory, now: number): Finding[] =>
  settled.flatMap((saga) => ('csms' in listed ? findInProject(saga, scope, listed.csms, now) : findInNamespace(saga, scope, listed.sae)));

/** Tells of what the look before did not find yet: a finding is news once, however often it is looked at. */
const tellFound = (telemetry: Telemetry, findings: readonly Finding[], before: Inventory, { settled }: ScopeHistory): void => {
  for (const { kind, linked, scope, id, sagaId } of findings) {
    if (before.findings.some((known) => known.id === id && known.sagaId === sagaId)) continue;
    telemetry.tell({ kind: 'found', how: kind, linked, scope, secretId: id }, settled.find((saga) => saga.sagaId === sagaId) ?? null);
  }
};

const lookInScope = async (workflow: Workflow, scope: Scope, history: ScopeHistory, { acceptShrink }: LookForFindings): Promise<ScopeFindings> => {
  const { ledger, clock, policy, telemetry } = workflow;
  const id = scopeId(scope);
  const now = clock.now();
  const listed = await listOrTrouble(workflow, scope);
  const known = await readInventory(ledger, id);
  const count = 'trouble' in listed ? 0 : 'csms' in listed ? listed.csms.length : listed.sae.length;
  const trouble = 'trouble' in listed ? listed.trouble : acceptShrink ? null : shrinkOf(known, count, history, policy.sweep.largestShrinkPercent);
  const found = 'trouble' in listed || trouble !== null ? null : findingsIn(listed, id, history, now);
  const kept: Inventory =
    found === null
      ? { ...known, lookedAt: 'trouble' in listed && listed.passes ? known.lookedAt : now, trouble }
      : { good: { secrets: count, at: now }, lookedAt: now, trouble: null, findings: found.slice(0, MOST_FINDINGS), more: Math.max(0, found.length - MOST_FINDINGS) };
  const before = await changeItem<Inventory, Inventory>(ledger, 'inventory', id, (stored) => ({ body: kept, answer: stored ?? NEVER_LOOKED }));
  if (trouble !== null) telemetry.tell({ kind: 'list-not-believed', scope: id, why: trouble }, null);
  else tellFound(telemetry, kept.findings, before, history);
  return { scope: id, trouble, findings: found ?? [] };
};

/**
 * Looks in every scope of the policy in which something was settled for secrets that came back or appeared late. A list
 * that is incomplete or shrank for no reason is not believed, said so, and changes nothing (H49, H52).
 */
export const lookForFindings = async (workflow: Workflow, asked: LookForFindings): Promise<ScopeFindings[]> => {
  const { ledger, clock, policy } = workflow;
  const dueBefore = clock.now() - policy.sweep.findingsEveryHours * HOUR_MS;
  const inventories = await Promise.all(policy.scopes.map((scope) => readInventory(ledger, scopeId(scope))));
  const scopes = policy.scopes.filter((_, index) => asked.when === 'now' || (inventories[index]?.lookedAt ?? 0) <= dueBefore);
  if (scopes.length === 0) return [];
  const histories = await historiesOf(workflow, scopes);
  const looked: ScopeFindings[] = [];
  for (const scope of scopes) {
    const history = histories.get(scopeId(scope));
    // Where nothing was ever settled nothing can come back, and no credentials are needed.
    if (history !== undefined && history.settled.length > 0) looked.push(await lookInScope(workflow, scope, history, asked));
  }
  return looked;
};
