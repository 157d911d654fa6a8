import type { Policy } from '../../lib/saga/policy.ts';
import { isTerminal } from '../../lib/saga/saga.ts';
import type { CsmsWitness } from './csms-model.ts';
import type { AuditParts } from './audit-parts.ts';
import { type Intent, intentKey, shownAsOf } from './records.ts';
import { isStopped } from './stops.ts';
import type { Actor, TrueCsmsSecret, TrueSaeSecret, TrueSecret } from './truth.ts';

/** A stop set longer before a date than this must have saved the secret: a look an hour, a lost message, and the time to cancel. */
const LAST_HOURS_MS = 2 * 3_600_000;

/** Right before something is touched a list must have begun within so long (design, Where it bites). */
const LIST_AGE_MS = 10_000;

type OwnAct = Extract<Actor, { kind: 'saga' }>;

export interface ErasureAudit extends CsmsWitness {
  copyErased(secret: TrueSaeSecret): void;
}

/** Watches what the clouds do to secrets: nothing is erased or scheduled that no plan named, that is guarded, or that was left undecided. */
export const erasureAudit = ({ timeline, wallNow, records, findings, trace }: AuditParts, policy: Policy): ErasureAudit => {
  const intentOf = ({ sagaId, number }: OwnAct): Intent | null => records.intents.get(intentKey(sagaId, number)) ?? null;
  const wrong = (what: string): void => findings.add('wrong', what);

  /** What nobody could have known: it came to be what it is after the last look. */
  const cameLate = (secret: TrueSecret, intent: Intent): boolean =>
    secret.cloud === 'huawei' && (intent.lastList === null || secret.linkedAt > (shownAsOf(intent.lastList, secret.id) ?? -Infinity));

  /** What a list of the age that is allowed before a touch could not show. */
  const cameTooLateForAList = ({ id, linkedAt }: TrueCsmsSecret, intent: Intent): boolean =>
    intent.lastList === null || linkedAt > Math.min(shownAsOf(intent.lastList, id) ?? -Infinity, intent.writtenAt - LIST_AGE_MS);

  const isUnseenType = (secret: TrueSecret): boolean =>
    secret.cloud === 'huawei' && secret.unseenLink !== null && policy.unseenTypes.some((type) => type === secret.unseenLink?.instanceType);

  const touched = (secret: TrueSecret, by: OwnAct, what: string): void => {
    const intent = intentOf(by);
    if (intent === null) return wrong(`${secret.name} was ${what} by a call nobody intended`);
    const { saga, sagaId, attempt } = intent;
    const isPlanned = records.planned.get(sagaId)?.has(secret.id) ?? false;
    if (!isPlanned && attempt.call.op === 'batch-delete' && isUnseenType(secret)) return undefined;
    // A schedule of it is still to be cancelled in time: `ranOut` and the final audit see to that.
    if (!isPlanned && cameLate(secret, intent)) return what === 'scheduled' ? undefined : findings.add('raced', `${sagaId} ${what} ${secret.name} (${secret.id})`);
    if (!isPlanned) wrong(`${sagaId} ${what} ${secret.name} (${secret.id}), which no plan of it names`);
    if (secret.name.startsWith('prod-')) wrong(`${sagaId} ${what} ${secret.name}, which is protected`);
    const isShared = secret.cloud === 'huawei' && secret.link !== null && saga.instance.cloud === 'huawei' && secret.link.instanceId !== saga.instance.instanceId;
    if (isShared && !cameTooLateForAList(secret, intent)) wrong(`${sagaId} ${what} ${secret.name}, which is linked to another instance`);
    // A link binds a secret to its one instance: whoever else named it refuses it at the next look.
    const isLinkedHere = secret.cloud === 'huawei' && secret.link !== null && !isShared;
    if (isLinkedHere) return undefined;
    // An effect that comes this late was ruled out by the design, which says so: another saga may have planned meanwhile.
    if (timeline.now() > intent.settledAt) return undefined;
    for (const other of records.sagas.values()) {
      const inPlan = other.saga.plan?.secrets.some(({ id, cloud }) => id === secret.id && cloud === secret.cloud) ?? false;
      // A saga that turns back deletes nothing any more, whatever its plan names.
      const mayStillDelete = !isTerminal(other.saga) && other.saga.state !== 'compensating' && other.saga.mode !== 'plan';
      if (inPlan && other.saga.sagaId !== sagaId && mayStillDelete) wrong(`${sagaId} ${what} ${secret.name}, which stands in the open plan of ${other.saga.sagaId}`);
    }
    return undefined;
  };

  /** The cloud erased what we had scheduled: the saga must have gone through its purge by then, or have failed to cancel. */
  const ranOut = (secret: TrueCsmsSecret, by: OwnAct): void => {
    const saga = records.sagas.get(by.sagaId)?.saga;
    if (saga === undefined) return wrong(`${secret.name} was erased by a schedule of an unknown saga`);
    trace.line('cloud', `date of ${secret.name} came while ${saga.sagaId} is ${saga.state}`);
    // Past the pivot it only goes forward, whatever stops it; what its earlier life decided so stands.
    const decidedBefore = by.number <= (records.decidedUpTo.get(by.sagaId) ?? 0);
    const decided = (decidedBefore || saga.verifyingSince !== null || saga.pivotAt !== null) && saga.compensation === null;
    const compensating = saga.compensation !== null && (saga.state === 'compensating' || saga.state === 'compensation-failed');
    const isPlanned = records.planned.get(by.sagaId)?.has(secret.id) ?? false;
    // What no plan names is to be cancelled whatever the saga has decided; only the highest alarm may outlast its date.
    if (!isPlanned && !compensating) return wrong(`${saga.sagaId} was ${saga.state} when the cloud erased ${secret.name} (${secret.id}) by a schedule of its own: no plan of it names that`);
    if (!decided && !compensating) return wrong(`${saga.sagaId} was ${saga.state} when the cloud erased ${secret.name}: nobody had decided that`);
    const keys = Object.keys(saga.secrets);
    const isStoppedForLong = timeline.now() - records.controlsSince > LAST_HOURS_MS && isStopped(saga, keys, records.controls, wallNow()) && isStopped(saga, keys, records.controls, wallNow() - LAST_HOURS_MS);
    if (decided && saga.pivotAt === null && isStoppedForLong) findings.add('wrong', `${saga.sagaId} was held when the cloud erased ${secret.name}`);
    return undefined;
  };

  const erased = (secret: TrueSecret): void => {
    const by = secret.erased?.by;
    trace.line('cloud', `erased ${secret.name} ${secret.id} by ${JSON.stringify(by)}`);
    if (by === undefined || by.kind === 'person') return;
    if (by.kind === 'saga') touched(secret, by, 'erased');
    else if (by.scheduledBy.kind === 'saga' && secret.cloud === 'huawei') ranOut(secret, by.scheduledBy);
  };

  /** A stage goes by name: of a secret made anew since the last look nobody could know. */
  const stageRemoved = (secret: TrueCsmsSecret, by: Actor): void => {
    const intent = by.kind === 'saga' ? intentOf(by) : null;
    if (intent === null) return;
    const isPlanned = intent.saga.plan?.stages.some(({ id }) => id === secret.id) ?? false;
    if (!isPlanned) findings.add(cameLate(secret, intent) ? 'raced' : 'wrong', `${intent.sagaId} removed a stage of ${secret.name} (${secret.id}), which is not the secret of its plan`);
  };

  return {
    erased,
    copyErased: erased,
    stageRemoved,
    scheduled: (secret, by) => {
      trace.line('cloud', `scheduled ${secret.name} ${secret.id} by ${JSON.stringify(by)} for ${secret.eraseAt}`);
      if (by.kind === 'saga') touched(secret, by, 'scheduled');
    },
    cancelling: (secret, by) => {
      trace.line('cloud', `cancels ${secret.name} by ${JSON.stringify(by)}`);
      if (by.kind !== 'saga' || policy.restoreForeignSchedules) return;
      const made = secret.scheduled;
      const isOurs = made?.by.kind === 'saga' && made.by.sagaId === by.sagaId;
      const lastList = intentOf(by)?.lastList ?? null;
      const asOf = lastList === null ? timeline.now() : (shownAsOf(lastList, secret.id) ?? lastList.asOf);
      if (!isOurs && (made === null || made.at <= asOf) && !looksLikeOurs(secret, by)) wrong(`${by.sagaId} cancelled a schedule of ${secret.name} that it had not made`);
    },
  };

  /** Another's schedule that nobody could tell from a lost one of ours: same window, within five minutes of the intent. */
  function looksLikeOurs({ id, eraseAt }: TrueCsmsSecret, { sagaId }: OwnAct): boolean {
    return [...records.intents.values()].some(({ sagaId: of, attempt, saga }) => {
      if (of !== sagaId || attempt.call.op !== 'schedule' || eraseAt === null) return false;
      const isIt = saga.secrets[attempt.call.key]?.target.id === id;
      const date = attempt.at + attempt.call.recoveryWindowDays * 86_400_000;
      return isIt && Math.abs(eraseAt - date) < 6 * 60_000;
    });
  }
};
