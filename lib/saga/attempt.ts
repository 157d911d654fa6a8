import { confirmByName, namesakeOf } from './confirm.ts';
import { byId } from './csms-list.ts';
import type { Fact } from './facts.ts';
import { callFailed } from './failure.ts';
import { listed, lookFor } from './look.ts';
import { missed } from './missed.ts';
import { showsLinks } from './plan.ts';
import { isDeletable } from './rails.ts';
import type { Attempt, Call, Saga, SecretRecord } from './saga.ts';
import { fitsOurSchedule, isLateEffect, scheduleOf, scheduleShownBy } from './schedules.ts';
import type { BatchReply, CsmsSecret } from './seen.ts';
import { strayed, turnBackFromStray } from './stray.ts';
import { type Turn, type TurnOutcome, again, record, wait } from './turn.ts';

const isOurs = (saga: Saga, attempt: Attempt, eraseAt: number | null): boolean =>
  scheduleOf(attempt).some((intended) => fitsOurSchedule(eraseAt, intended)) || isLateEffect(saga, attempt.call.key, eraseAt);

const find = (turn: Turn, key: string): CsmsSecret | undefined => {
  const id = turn.saga.secrets[key]?.target.id;
  return id === undefined ? undefined : byId(listed(turn), id);
};

const sawEffect = (number: number, told: Extract<Fact, { type: 'EffectSeen' }>['told'] = {}): Fact => ({ type: 'EffectSeen', number, happened: true, told });
const sawNoEffect = (number: number): Fact => ({ type: 'EffectSeen', number, happened: false, told: {} });

/** The attempt did nothing: that is one failure of its step, and whether to try again is for the saga to decide. */
const failedWithout = (turn: Turn, { number, call, unknownBecause }: Attempt): TurnOutcome =>
  callFailed(record(turn, sawNoEffect(number)), call, { kind: 'retryable', code: unknownBecause ?? 'no-reply' });

/** Whether what the list shows can only be this call's effect, however old the list is; anything else may be how it was before. */
const tellsEffect = (op: 'schedule' | 'cancel' | 'delete-named', found: CsmsSecret | undefined): boolean => {
  switch (op) {
    case 'schedule':
      return found?.state === 'PENDING_DELETE';
    case 'cancel':
      return false;
    case 'delete-named':
      return found === undefined;
  }
};

/** The secret is not there to be scheduled; a namesake may have got the schedule in its place. */
const scheduleMissed = (turn: Turn, attempt: Attempt, known: SecretRecord | undefined): TurnOutcome => {
  const { number, call } = attempt;
  const noted = record(turn, sawNoEffect(number), { type: 'SecretVanished', key: call.key, detail: 'gone before it was scheduled' });
  const namesake = known === undefined ? undefined : namesakeOf(turn, known);
  if (known === undefined || namesake?.state !== 'PENDING_DELETE' || !isOurs(turn.saga, attempt, namesake.eraseAt)) return again(noted);
  const astray = record(noted, ...strayed(known, namesake));
  return turnBackFromStray(astray) ?? again(astray);
};

const csmsEffect = (turn: Turn, attempt: Attempt, call: Extract<Call, { op: 'schedule' | 'cancel' | 'delete-named' }>): TurnOutcome => {
  const { number } = attempt;
  const known = turn.saga.secrets[call.key];
  const found = find(turn, call.key);
  const confirmed = known === undefined || tellsEffect(call.op, found) ? { secret: found } : confirmByName(turn, `after ${call.op}`, known, attempt.settledAt - 1);
  if ('outcome' in confirmed) return confirmed.outcome;
  const { secret } = confirmed;
  const pending = secret?.state === 'PENDING_DELETE';
  switch (call.op) {
    case 'schedule':
      if (secret === undefined) return scheduleMissed(turn, attempt, known);
      // A state we do not know may hide our schedule: it counts as ours until a look tells (H50).
      if (!isDeletable(secret.state)) return again(record(turn, sawNoEffect(number), { type: 'ScheduleSeen', key: call.key, by: 'us', eraseAt: null }));
      if (!pending) return failedWithout(turn, attempt);
      return isOurs(turn.saga, attempt, secret.eraseAt)
        ? again(record(turn, sawEffect(number, { eraseAt: secret.eraseAt })))
        : again(record(turn, sawNoEffect(number), { type: 'ScheduleSeen', key: call.key, by: 'somebody else', eraseAt: secret.eraseAt }));
    case 'cancel':
      if (secret === undefined) return again(record(turn, sawNoEffect(number), ...(known === undefined ? [] : [missed(turn, known)])));
      return scheduleShownBy(secret) === 'ended' ? again(record(turn, sawEffect(number))) : failedWithout(turn, attempt);
    case 'delete-named':
      if (secret === undefined) return again(record(turn, sawEffect(number)));
      return pending
        ? again(record(turn, sawNoEffect(number), { type: 'ScheduleSeen', key: call.key, by: 'somebody else', eraseAt: secret.eraseAt }))
        : failedWithout(turn, attempt);
  }
};

/** Which planned names are gone from the list tells a lost batch-delete's effect; types without links tell nothing. */
const batchEffect = (turn: Turn, attempt: Attempt): TurnOutcome => {
  const { saga } = turn;
  if (saga.instance.cloud !== 'huawei' || !showsLinks(saga.instance.instanceType)) return failedWithout(turn, attempt);
  const outstanding = Object.values(saga.secrets).filter(({ target, erasure }) => target.cloud === 'huawei' && target.step === 'batch-delete' && erasure !== 'accepted');
  const erased: string[] = [];
  const stillRefused: BatchReply['failed'][number][] = [];
  for (const known of outstanding) {
    const found = find(turn, known.target.key);
    const confirmed = found === undefined ? { secret: found } : confirmByName(turn, 'after batch-delete', known, attempt.settledAt - 1);
    if ('outcome' in confirmed) return confirmed.outcome;
    if (confirmed.secret === undefined) erased.push(known.target.name);
    // What an earlier reply refused and is there still was refused again.
    else if (known.erasure === 'refused') stillRefused.push({ name: known.target.name, verdict: { kind: 'terminal', code: known.code ?? 'refused' } });
  }
  if (erased.length === 0) return failedWithout(turn, attempt);
  return again(record(turn, sawEffect(attempt.number, { batch: { total: null, succeeded: erased, failed: stillRefused } })));
};

/** Finds out what an attempt without a telling reply did: waits until nothing of it can still be on its way, reads, and only then decides. */
export const resolveAttempt = (turn: Turn, attempt: Attempt): TurnOutcome => {
  const { call, number, settledAt } = attempt;
  if (turn.now < settledAt) return wait(turn, settledAt, `unknown-outcome: ${attempt.unknownBecause ?? 'no reply'}`);
  const purpose = `after ${call.op}`;
  const begunAfter = settledAt - 1;
  switch (call.op) {
    case 'schedule':
    case 'cancel':
    case 'delete-named':
      return lookFor(turn, purpose, { begunAfter, csms: true }) ?? csmsEffect(turn, attempt, call);
    case 'batch-delete':
      return lookFor(turn, purpose, { begunAfter, csms: true }) ?? batchEffect(turn, attempt);
    case 'delete-copy': {
      // Its proof comes at the end; schedules that are to be cancelled have a date, and need nothing of SAE.
      if (turn.saga.state === 'compensating') return again(record(turn, { type: 'AttemptSetAside', number, code: attempt.unknownBecause ?? 'no-reply' }));
      const { region, namespaceId } = call;
      const missing = lookFor(turn, purpose, { begunAfter, sae: [{ region, namespaceId }] });
      if (missing !== null) return missing;
      const present = turn.input.sight.sae[namespaceId]?.secrets.some(({ id }) => id === call.secretId) ?? true;
      return present ? failedWithout(turn, attempt) : again(record(turn, sawEffect(number)));
    }
    case 'delete-stage': {
      const stage = { secretName: call.name, stage: call.stage };
      const missing = lookFor(turn, purpose, { begunAfter, stages: [stage] });
      if (missing !== null) return missing;
      const present = turn.input.sight.stages[call.key]?.present ?? true;
      return present ? failedWithout(turn, attempt) : again(record(turn, sawEffect(number)));
    }
  }
};
