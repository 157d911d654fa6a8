import type { Dated } from '../../lib/saga/facts.ts';
import type { Attempt, Saga } from '../../lib/saga/saga.ts';
import type { AuditParts } from './audit-parts.ts';
import type { Life } from './life.ts';
import type { PlannedSecret } from '../../lib/saga/plan.ts';
import { type Intent, type Records, type Seen, intentKey, lastListOf } from './records.ts';
import { trueSecret } from './world-truth.ts';

interface Stated {
  readonly life: Life;
  /** The saga as it stood before the fact. */
  readonly saga: Saga;
  readonly fact: Dated;
  readonly version: number;
}

const TURNED_BACK = new Set(['compensating', 'gone', 'restored', 'refused', 'parked', 'compensation-failed']);

/** The purge's step 3 and later (design.md, Words): from such an intent on a saga only goes forward. */
const PAST_THE_PIVOT: ReadonlySet<Attempt['call']['op']> = new Set(['delete-stage', 'batch-delete', 'delete-named'] as const);

const scopeOf = ({ instance }: Saga): string => (instance.cloud === 'huawei' ? instance.projectId : instance.namespaceId);

/** A schedule made under an earlier plan is cancelled under any. */
const isPlanned = ({ plan }: Saga, { call }: Attempt): boolean => {
  if (call.op === 'cancel') return true;
  if (plan === null) return false;
  switch (call.op) {
    case 'batch-delete':
      return plan.batchDelete;
    case 'delete-stage':
      return plan.stages.some(({ secretName, stage }) => secretName === call.name && stage === call.stage);
    case 'schedule':
    case 'delete-copy':
    case 'delete-named':
      return plan.secrets.some(({ key, step }) => key === call.key && step === call.op);
  }
};

const isNamedBy = ({ plan }: Saga, key: string): boolean => plan?.secrets.some((planned) => planned.key === key) === true;

/** Past the pivot nothing is turned back but a schedule of ours on what the plan does not name: it may have taken effect that late. */
const hasUnplannedSchedule = (saga: Saga): boolean => Object.entries(saga.secrets).some(([key, { schedule }]) => schedule?.by === 'us' && !isNamedBy(saga, key));

const intended = ({ timeline, wallNow, records, findings }: AuditParts, { life, saga, version }: Stated, attempt: Attempt): void => {
  const { call, number } = attempt;
  const wrong = (what: string): void => findings.add('wrong', `${saga.sagaId} ${call.op} ${call.key}: ${what}`);
  if (saga.attempt !== null) wrong('intended while another attempt is open');
  if (number !== saga.attempts + 1) wrong('its number is not the next one');
  if (!isPlanned(saga, attempt)) wrong('no plan in the ledger names it');
  if (call.op !== 'cancel' && TURNED_BACK.has(saga.state)) wrong(`intended though the saga is ${saga.state}`);
  if (call.op === 'cancel' && records.pivoted.has(saga.sagaId) && isNamedBy(saga, call.key)) wrong('a cancellation after the pivot');
  if (PAST_THE_PIVOT.has(call.op) && !records.pivoted.has(saga.sagaId)) records.pivoted.set(saga.sagaId, number);
  if (attempt.settledAt < attempt.notAfter) wrong('settles before its deadline');
  const now = timeline.now();
  const seen = records.seen(life);
  const lastList = lastListOf(seen, call.op === 'delete-copy' ? call.namespaceId : scopeOf(saga));
  const intent: Intent = { sagaId: saga.sagaId, attempt, life, writtenAt: now, notAfter: now + attempt.notAfter - wallNow(), settledAt: now + attempt.settledAt - wallNow(), version, saga, lastList };
  records.intents.set(intentKey(saga.sagaId, number), intent);
};

const closes = (records: Records, saga: Saga, number: number): Intent | null => records.intents.get(intentKey(saga.sagaId, number)) ?? null;

/** An attempt without a telling reply may be judged only by a read that began after it had settled. */
const effectSeen = ({ records, findings }: AuditParts, { life, saga }: Stated, number: number): void => {
  const { attempt } = saga;
  if (attempt === null || attempt.number !== number) return;
  const settledAt = records.intents.get(intentKey(saga.sagaId, number))?.settledAt ?? Infinity;
  const since = records.seen(life).readings.some(({ begunAt }) => begunAt >= settledAt - 1);
  if (!since) findings.add('wrong', `${saga.sagaId} ${attempt.call.op}: judged without a read begun after it had settled`);
};

const settled = ({ findings, truth }: AuditParts, { saga }: Stated, state: string): void => {
  if (state !== 'gone') return;
  for (const target of saga.plan?.secrets ?? []) {
    const secret = trueSecret(truth, target);
    if (secret?.erased == null) findings.add('wrong', `${saga.sagaId} is told gone, but ${target.name} is still there`);
  }
};

/** Nobody can tell a row that a list of SAE passed over from a copy that is gone: only a row of such looks may be believed. */
const wasPassedOver = ({ readings }: Seen, { scope, id }: PlannedSecret): boolean => readings.some(({ of, odd }) => of === scope && odd.get(id) === null);

const lookedGone = ({ records, findings, truth }: AuditParts, { life, saga }: Stated, fact: Extract<Dated, { type: 'Looked' }>): void => {
  for (const [key, look] of Object.entries(fact.secrets)) {
    const target = saga.secrets[key]?.target;
    if (look.kind !== 'gone' || target === undefined || target.id === '') continue;
    if (target.cloud === 'alibaba' && wasPassedOver(records.seen(life), target)) continue;
    if (trueSecret(truth, target)?.erased == null) findings.add('wrong', `${saga.sagaId}: ${key} was seen gone while it was there`);
  }
};

/** Holds one fact against the saga as it stood: what may follow what, and who may say it. */
export const auditFact = (parts: AuditParts, stated: Stated): void => {
  const { timeline, wallNow, records, findings } = parts;
  const { life, saga, fact } = stated;
  const wrong = (what: string): void => findings.add('wrong', `${saga.sagaId}: ${what}`);
  switch (fact.type) {
    case 'CallIntended':
      intended(parts, stated, fact.attempt);
      return;
    case 'CallSucceeded':
    case 'CallFailed':
    case 'CallWithdrawn':
    case 'EffectUnknown': {
      const intent = closes(records, saga, fact.number);
      if (saga.attempt?.number === fact.number && intent?.life !== life) wrong(`the reply of attempt ${fact.number} was told by a worker that did not call`);
      if (fact.type === 'EffectUnknown' && intent !== null) {
        records.intents.set(intentKey(saga.sagaId, fact.number), { ...intent, settledAt: timeline.now() + fact.settledAt - wallNow() });
      }
      // What was never called leaves nothing behind that could not be turned back.
      if (fact.type === 'CallWithdrawn' && records.pivoted.get(saga.sagaId) === fact.number) records.pivoted.delete(saga.sagaId);
      if (fact.type === 'CallSucceeded') {
        const told = records.toldDeleted.get(saga.sagaId) ?? new Set<string>();
        for (const name of fact.told.batch?.succeeded ?? []) told.add(name);
        records.toldDeleted.set(saga.sagaId, told);
      }
      return;
    }
    case 'EffectSeen':
      effectSeen(parts, stated, fact.number);
      return;
    case 'Planned': {
      const ids = records.planned.get(saga.sagaId) ?? new Set<string>();
      for (const { id } of fact.plan.secrets) ids.add(id);
      records.planned.set(saga.sagaId, ids);
      if (saga.purgeStartedAt !== null) wrong('a new plan after the first write of the purge');
      return;
    }
    case 'PlanChanged':
      if (saga.purgeStartedAt !== null) wrong('its plan was given up after the first write of the purge');
      if (saga.planReturns >= 3) wrong('it returned to planned more than three times');
      return;
    case 'CompensationStarted':
      if (records.pivoted.has(saga.sagaId) && !hasUnplannedSchedule(saga)) wrong(`${fact.type} after the pivot`);
      return;
    case 'UndoRequested':
      if (records.pivoted.has(saga.sagaId)) wrong(`${fact.type} after the pivot`);
      return;
    case 'Reopened':
      records.pivoted.delete(saga.sagaId);
      return;
    case 'Looked':
      lookedGone(parts, stated, fact);
      return;
    case 'Settled':
      settled(parts, stated, fact.state);
      return;
    default:
  }
};
