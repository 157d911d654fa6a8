import { compensate } from './failure.ts';
import type { Blocker, SecretRecord } from './saga.ts';
import { type Turn, type TurnOutcome, atLeastFloor, record, wait } from './turn.ts';

/** SAE copies that are still to be deleted. */
export const outstandingCopies = ({ saga }: Turn): SecretRecord[] =>
  Object.values(saga.secrets).filter(
    ({ target, origin, erasure, vanished }) => target.cloud === 'alibaba' && origin === 'planned' && (erasure === 'none' || erasure === 'unknown') && !vanished,
  );

/** The applications that RelateApps shows to depend on copies still to be deleted; jobs show only in a delete's own answer. */
export const blockersInSight = (turn: Turn): Blocker[] =>
  outstandingCopies(turn).flatMap(({ target }) => {
    if (target.cloud !== 'alibaba') return [];
    const seen = turn.input.sight.sae[target.scope]?.secrets.find(({ id }) => id === target.id);
    return (seen?.applications ?? []).map(({ name }): Blocker => ({ secretId: target.id, kind: 'application', name, code: null, seenBy: 'RelateApps' }));
  });

/** Many violations pass by themselves, since deleting an application takes a while: the saga waits, and turns back when they do not pass. */
export const blocked = (turn: Turn, blockers: readonly Blocker[]): TurnOutcome => {
  const { retryAfterSeconds, giveUpAfterSeconds } = turn.policy.dependency;
  const seen = record(turn, { type: 'Blocked', blockers });
  const giveUpAt = (seen.saga.blockedSince ?? turn.now) + giveUpAfterSeconds * 1_000;
  const [first] = blockers;
  const what = first === undefined ? '' : `: ${first.code ?? 'RelateApps'}: ${first.kind} ${first.name} uses secret ${first.secretId}`;
  if (turn.now >= giveUpAt) return compensate(seen, `dependency-violation${what}`, 'restored');
  return wait(seen, Math.min(turn.now + atLeastFloor(retryAfterSeconds * 1_000), giveUpAt), `blocked${what}`);
};
