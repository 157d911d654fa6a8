import { stageKey } from '../../events/decommissioned-instance.ts';
import { batchDelete } from './batch.ts';
import { seenNow } from './confirm.ts';
import { blocked, blockersInSight, outstandingCopies } from './dependants.ts';
import { giveUp } from './failure.ts';
import { freshAfter, lookFor } from './look.ts';
import { type Plan, isUrlName } from './plan.ts';
import { judge } from './planning.ts';
import { BEFORE_TOUCHING, letGo, lookBeforeTouching, noteWhatChanged } from './quarantine.ts';
import type { SecretRecord } from './saga.ts';
import { deleteNextStage } from './stages.ts';
import { type Turn, type TurnOutcome, again, intend, record } from './turn.ts';

/** Looks once more at everything, then passes into the purge; in recoverable mode a secret that is gone already needs nothing of us. */
export const startPurge = (turn: Turn, plan: Plan): TurnOutcome => {
  const recoverable = turn.saga.mode === 'recoverable';
  const hindered = lookBeforeTouching(turn, plan, recoverable);
  if (hindered !== null) return hindered;
  const changed = noteWhatChanged(turn, BEFORE_TOUCHING);
  if ('outcome' in changed) return changed.outcome;
  const noted = changed.turn;
  return letGo(noted, plan) ?? again(record(noted, { type: 'PurgeStarted' }));
};

/** Step 2: the SAE copies, one by one; the first violation stops the rest. */
const deleteNextCopy = (turn: Turn, plan: Plan): TurnOutcome | null => {
  const [next] = outstandingCopies(turn);
  if (next === undefined || next.target.cloud !== 'alibaba') return null;
  const { key, region, scope: namespaceId, id: secretId, name, createTime } = next.target;
  const missing = lookFor(turn, 'before delete-copy', { begunAfter: freshAfter(turn, plan.at), sae: [{ region, namespaceId }] });
  if (missing !== null) return missing;
  const refusal = judge(turn, plan);
  if (refusal !== null) return giveUp(turn, refusal);
  const blockers = blockersInSight(turn);
  if (blockers.length > 0) return blocked(turn, blockers);
  const seen = turn.input.sight.sae[namespaceId]?.secrets.find(({ id }) => id === secretId);
  if (seen === undefined) return again(record(turn, { type: 'SecretVanished', key, detail: 'gone before Probate deleted it' }));
  if (seen.name !== name || seen.createTime !== createTime) return giveUp(turn, `plan-changed: SAE secret ${secretId} is no longer the one planned`);
  return intend(turn, { op: 'delete-copy', key, region, namespaceId, secretId });
};

const isNamedToDelete = ({ target, origin, erasure, schedule, vanished }: SecretRecord): boolean =>
  target.cloud === 'huawei' && target.step === 'delete-named' && origin === 'planned' && (erasure === 'none' || erasure === 'unknown') && schedule === null && !vanished;

/** Step 5: secrets without an instance link, by name, each compared with the plan right before. */
const deleteNextNamed = (turn: Turn, plan: Plan): TurnOutcome | null => {
  const next = Object.values(turn.saga.secrets).find(isNamedToDelete);
  if (next === undefined) return null;
  const { key, name, createTime } = next.target;
  const purpose = 'before delete-named';
  const missing = lookFor(turn, purpose, { begunAfter: freshAfter(turn, plan.at), csms: true });
  if (missing !== null) return missing;
  const refusal = judge(turn, plan);
  if (refusal !== null) return giveUp(turn, refusal);
  const changed = noteWhatChanged(turn, purpose);
  if ('outcome' in changed) return changed.outcome;
  const noted = changed.turn;
  const known = noted.saga.secrets[key];
  if (known === undefined || !isNamedToDelete(known)) return again(noted);
  const now = seenNow(noted, purpose, known);
  if ('outcome' in now) return now.outcome;
  const seen = now.secret;
  if (seen?.createTime !== createTime || seen.name !== name || !isUrlName(name)) {
    const detail = 'no longer the secret that was planned';
    return again(record(noted, { type: 'SecretSpared', key, detail }, { type: 'AlarmRaised', reason: `plan-changed: ${name} is ${detail}` }));
  }
  return intend(noted, { op: 'delete-named', key, name });
};

const refusedByTheCloud = ({ saga }: Turn): string | null => {
  const secret = Object.values(saga.secrets).find(({ erasure }) => erasure === 'refused');
  if (secret !== undefined) return `not-deleted: ${secret.target.name}: ${secret.code ?? secret.detail ?? 'refused'}`;
  const stage = Object.values(saga.stages).find(({ status }) => status === 'refused');
  return stage === undefined ? null : `not-deleted: stage ${stageKey(stage.target)}: ${stage.code ?? 'refused'}`;
};

/** What may still be refused comes before what cannot be undone: copies, stages, the instance's secrets, named secrets. */
export const purge = (turn: Turn, plan: Plan): TurnOutcome =>
  deleteNextCopy(turn, plan) ??
  deleteNextStage(turn, plan) ??
  batchDelete(turn, plan) ??
  deleteNextNamed(turn, plan) ??
  again(record(turn, { type: 'VerifyingStarted', parkAfterwards: refusedByTheCloud(turn) }));
