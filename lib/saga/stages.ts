import { stageKey } from '../../events/decommissioned-instance.ts';
import type { SecretName } from '../../events/ids.ts';
import { byName } from './csms-list.ts';
import { callFailed, giveUp } from './failure.ts';
import { freshAfter, listed, lookFor } from './look.ts';
import type { Plan, PlannedStage } from './plan.ts';
import { judge } from './planning.ts';
import type { CsmsSecret } from './seen.ts';
import { type Turn, type TurnOutcome, again, intend, record } from './turn.ts';

const BEFORE = 'before delete-stage';

/** Whatever has a name right now, by list or else by the name itself: one list may pass over it (H45). */
const underName = (turn: Turn, name: SecretName, begunAfter: number): { readonly secret: CsmsSecret | undefined } | { readonly outcome: TurnOutcome } => {
  const missing = lookFor(turn, BEFORE, { begunAfter, csms: true });
  if (missing !== null) return { outcome: missing };
  const secret = byName(listed(turn), name);
  if (secret !== undefined) return { secret };
  const unshown = lookFor(turn, BEFORE, { begunAfter, show: [name] });
  if (unshown !== null) return { outcome: unshown };
  const answer = turn.input.sight.shown[name]?.answer;
  return { secret: answer === 'not-found' ? undefined : answer };
};

/** A stage goes by its secret's name: the secret is compared with the plan right before, since the name may be another's by now (H6). */
const removeStage = (turn: Turn, plan: Plan, { secretName: name, stage, id, createTime }: PlannedStage): TurnOutcome => {
  const key = stageKey({ secretName: name, stage });
  const found = underName(turn, name, freshAfter(turn, plan.at));
  if ('outcome' in found) return found.outcome;
  const refusal = judge(turn, plan);
  if (refusal !== null) return giveUp(turn, refusal);
  const { secret } = found;
  return secret?.id === id && secret.createTime === createTime
    ? intend(turn, { op: 'delete-stage', key, name, stage })
    : again(record(turn, { type: 'StageSpared', key, isGone: secret === undefined }));
};

/** The purge's step 3: custom version stages; each counts only once a read confirms it (contracts/huawei-csms.md, section 8). */
export const deleteNextStage = (turn: Turn, plan: Plan): TurnOutcome | null => {
  const { saga } = turn;
  const next = Object.values(saga.stages).find(({ status }) => status === 'none' || status === 'accepted');
  if (next === undefined) return null;
  if (next.status === 'none') return removeStage(turn, plan, next.target);
  const key = stageKey(next.target);
  // What an earlier life removed has no reply in this one.
  const begunAfter = saga.lastReplyAt === null ? freshAfter(turn, plan.at) : saga.lastReplyAt - 1;
  const missing = lookFor(turn, 'after delete-stage', { begunAfter, stages: [next.target] });
  if (missing !== null) return missing;
  const present = turn.input.sight.stages[key]?.present ?? true;
  const seen = record(turn, { type: 'StageSeen', key, present });
  return present ? callFailed(seen, { op: 'delete-stage', key }, { kind: 'retryable', code: 'stage-still-there' }) : again(seen);
};
