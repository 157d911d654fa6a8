import type { Controls } from '../saga/controls.ts';
import type { Saga, SecretRecord, StageRecord } from '../saga/saga.ts';
import { isBeforePivot, isTerminal } from '../saga/saga.ts';
import { earliestErasing } from '../saga/schedules.ts';
import { iso, isoOrNull } from './iso.ts';
import { holdOf, whyWaiting } from './stops/held.ts';

export type SecretOutcome = 'deleted' | 'already-gone' | 'pending' | 'restored' | 'kept' | 'raced' | 'unknown';

/** One secret, stage or saga as the commands print it (interfaces.md, Result). */
export interface SecretResult {
  readonly cloud: 'huawei' | 'alibaba';
  readonly scope: string;
  readonly id: string;
  readonly name: string;
  readonly outcome: SecretOutcome;
  readonly detail: string | null;
}

export interface StageResult {
  readonly secretName: string;
  readonly stage: string;
  readonly outcome: SecretOutcome;
  readonly detail: string | null;
}

export interface SagaResult {
  readonly sagaId: string;
  readonly eventIds: readonly string[];
  readonly mode: string;
  readonly instance: Saga['instance'];
  readonly state: Saga['state'];
  readonly dueAt: string | null;
  readonly undoUntil: string | null;
  readonly reason: string | null;
  readonly planDigest: string | null;
  readonly notes: readonly string[];
  readonly hold: { readonly reason: string; readonly until: string | null; readonly by: string } | null;
  readonly secrets: readonly SecretResult[];
  readonly stages: readonly StageResult[];
  readonly blockers: Saga['blockers'];
  readonly calls: Saga['calls'];
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

const isOpenCall = ({ attempt }: Saga, { target }: SecretRecord): boolean =>
  attempt !== null && attempt.call.op !== 'cancel' && (attempt.call.key === target.key || (attempt.call.op === 'batch-delete' && target.step === 'batch-delete'));

const ABSENT = 'absent when the plan was made';

/** A secret is `deleted` only once proven gone; whatever cannot be told is `unknown` (docs/decisions/005). */
const outcomeOf = (saga: Saga, known: SecretRecord): SecretOutcome => {
  const { origin, proven, erasure, vanished, schedule, restored, expired, seen } = known;
  // One that the reply counts among the failed is told like any other, until it is gone.
  if (origin === 'raced' && (erasure === 'accepted' || (erasure === 'unknown' && proven))) return 'raced';
  const wasThereForUs = erasure === 'none' && !expired && (vanished || origin === 'asked');
  if (proven) return wasThereForUs ? 'already-gone' : 'deleted';
  if (schedule !== null && !vanished) return 'pending';
  if (restored) return 'restored';
  // What one list passed over is not gone by that. What was absent from the plan's is told so as long as proofs may follow, and was never ours to delete.
  if (wasThereForUs) return seen === 'present' || vanished || isTerminal(saga) ? 'unknown' : 'already-gone';
  // A batch-delete of unknown fate may have erased what one before it was refused.
  if (isOpenCall(saga, known)) return 'unknown';
  return erasure === 'none' || erasure === 'refused' || (erasure === 'retry' && isTerminal(saga)) ? 'kept' : 'unknown';
};

const scheduleInWords = ({ schedule }: SecretRecord): string => {
  const by = schedule?.by === 'us' ? 'scheduled by this saga' : 'scheduled by somebody else';
  return schedule?.eraseAt == null ? by : `${by}, erased at ${iso(schedule.eraseAt)}`;
};

const detailOf = (saga: Saga, known: SecretRecord, outcome: SecretOutcome): string | null => {
  const { origin, code, detail, erasure, seen, cancelRefused, expired } = known;
  switch (outcome) {
    case 'deleted':
      if (expired || saga.state === 'restored' || saga.compensation !== null) return detail ?? 'erased before the saga turned back; it cannot be restored';
      return origin === 'unseen' ? 'not visible before' : detail;
    case 'already-gone':
      return detail ?? (origin === 'asked' ? ABSENT : (code ?? 'gone before Probate deleted it'));
    case 'pending':
      return cancelRefused === null ? scheduleInWords(known) : `${scheduleInWords(known)}; not cancelled: ${cancelRefused}`;
    case 'raced':
      return `linked after the last list before batch-delete, and ${code === null ? 'erased with the rest' : `gone (${code})`}`;
    case 'unknown':
      return code ?? (seen === 'present' ? 'still there' : erasure === 'accepted' ? 'deletion accepted, not yet proven' : (detail ?? (origin === 'asked' ? ABSENT : null)));
    case 'kept':
    case 'restored':
      return detail ?? code;
  }
};

const secretResult = (saga: Saga, known: SecretRecord): SecretResult => {
  const { cloud, scope, id, name } = known.target;
  const outcome = outcomeOf(saga, known);
  return { cloud, scope, id, name, outcome, detail: detailOf(saga, known, outcome) };
};

const STAGE_OUTCOMES = { none: 'kept', accepted: 'unknown', deleted: 'deleted', 'already-gone': 'already-gone', refused: 'kept' } as const;

const stageResult = (saga: Saga, key: string, { target, status, code }: StageRecord): StageResult => {
  const open = saga.attempt?.call.op === 'delete-stage' && saga.attempt.call.key === key;
  return { secretName: target.secretName, stage: target.stage, outcome: open ? 'unknown' : STAGE_OUTCOMES[status], detail: code };
};

/** A date further off than a queue can delay is one a run does not wait for. */
const NEAR_MS = 900_000;

export const isFarOff = ({ wait }: Saga, now: number): boolean => wait !== null && (wait.until === null || wait.until - now > NEAR_MS);

/** One saga in the words of interfaces.md, under what people stopped, as of `now`. */
export const sagaResult = (saga: Saga, controls: Controls, now: number): SagaResult => {
  const terminal = isTerminal(saga);
  const hold = holdOf(saga, controls, now);
  const far = !terminal && isFarOff(saga, now);
  return {
    sagaId: saga.sagaId,
    eventIds: saga.events.map(({ id }) => id),
    mode: saga.mode,
    instance: saga.instance,
    state: saga.state,
    dueAt: far ? isoOrNull(saga.wait?.until ?? null) : null,
    undoUntil: isBeforePivot(saga) ? isoOrNull(earliestErasing(saga)) : null,
    reason: terminal ? saga.reason : (whyWaiting(saga, controls, now) ?? saga.reason),
    planDigest: saga.plan?.digest ?? null,
    notes: saga.plan?.notes ?? [],
    hold: hold === null ? null : { ...hold, until: isoOrNull(hold.until) },
    secrets: Object.values(saga.secrets).map((known) => secretResult(saga, known)),
    stages: Object.entries(saga.stages).map(([key, known]) => stageResult(saga, key, known)),
    blockers: saga.blockers,
    calls: saga.calls,
    startedAt: iso(saga.startedAt),
    finishedAt: terminal ? isoOrNull(saga.finishedAt) : null,
  };
};

const countBy = (words: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

export const totalsOf = (sagas: readonly SagaResult[]): { instances: number; byState: Record<string, number>; byOutcome: Record<string, number> } => ({
  instances: sagas.length,
  byState: countBy(sagas.map(({ state }) => state)),
  byOutcome: countBy(sagas.flatMap(({ secrets, stages }) => [...secrets, ...stages].map(({ outcome }) => outcome))),
});
