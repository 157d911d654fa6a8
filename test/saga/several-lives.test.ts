import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DecommissionedInstance } from '../../events/decommissioned-instance.ts';
import { SecretId, SecretName, StageName } from '../../events/ids.ts';
import { admit } from '../../lib/saga/admission.ts';
import { type Controls, NO_CONTROLS } from '../../lib/saga/controls.ts';
import { evolve, evolveAll, openedSaga } from '../../lib/saga/evolve.ts';
import type { Dated } from '../../lib/saga/facts.ts';
import type { Reply } from '../../lib/saga/input.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import { reopeningOf } from '../../lib/saga/reopen.ts';
import { type Call, type Saga, isTerminal } from '../../lib/saga/saga.ts';
import { fitsOurSchedule } from '../../lib/saga/schedules.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';
import { isUndone, undoOf } from '../../lib/saga/undo.ts';
import { sagaResult } from '../../lib/workflow/result.ts';
import { DATABASE, DAY, GATEWAY_ID, HOUR, MINUTE, NAMESPACE, OPENED, PROJECT, REGION, SAE_REGION, SECOND, aCsmsSecret, aHold, aPolicy, anSaeSecret, anUnlinkedSecret, pendingUntil } from './builders.ts';
import { type ModelClouds, clouds, obey, play } from './play.ts';

/** What may happen to an instance's sagas from the outside, one after the other. */
type Step =
  | { readonly does: 'event' | 'same event' | 'event that names more' | 'plan run' | 'replay' | 'undo' | 'approve' | 'hold' | 'release' | 'pause' | 'resume' }
  | { readonly does: 'policy'; readonly policy: Policy }
  | { readonly does: 'somebody'; readonly act: 'unlinks' | 'links' | 'cancels' | 'schedules' | 'remakes' }
  | { readonly does: 'time'; readonly ms: number };

const policies = fc
  .record({
    mode: fc.constantFrom('recoverable', 'recoverable', 'immediate', 'plan'),
    soakDays: fc.constantFrom(0, 1, 6),
    windowDays: fc.constantFrom(7, 30),
    requireApproval: fc.boolean(),
    protects: fc.constantFrom<readonly string[]>([], [], ['app-*'], ['db-2'], ['shared']),
    unseenTypes: fc.constantFrom<readonly string[]>(['APIG'], ['APIG'], []),
  })
  .map(({ mode, soakDays, windowDays, requireApproval, protects, unseenTypes }) =>
    aPolicy({ mode, soakSeconds: soakDays * 86_400, recoveryWindowDays: windowDays, requireApproval, unseenTypes, protect: { secretNames: protects }, retry: { attempts: 3 } }),
  );

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('event', 'same event', 'event that names more', 'plan run', 'replay', 'replay', 'undo', 'approve', 'hold', 'release', 'pause', 'resume').map((does): Step => ({ does })) },
  { weight: 2, arbitrary: policies.map((policy): Step => ({ does: 'policy', policy })) },
  { weight: 2, arbitrary: fc.constantFrom('unlinks', 'links', 'cancels', 'schedules', 'remakes').map((act): Step => ({ does: 'somebody', act })) },
  { weight: 5, arbitrary: fc.constantFrom(5 * SECOND, MINUTE, HOUR, DAY, 5 * DAY, 8 * DAY).map((ms): Step => ({ does: 'time', ms })) },
);

const FATES = ['obeyed', 'obeyed', 'obeyed', 'obeyed', 'reply lost', 'request lost', 'late', 'failed', 'denied'] as const;
type Fate = (typeof FATES)[number];

/** After everybody gave it up, and before its date tells nothing any more. */
const LATE_MS = 3 * MINUTE;

/** At which looks list and name pass over a secret: two in a row, which are fewer than prove it gone. */
const misses = fc.array(fc.tuple(fc.nat({ max: 60 }), fc.constantFrom('db-1', 'db-2', 'app-db')), { maxLength: 3 });

const named = (type: 'RDS' | 'APIG', secretNames: readonly string[]): DecommissionedInstance => ({
  cloud: 'huawei',
  region: REGION,
  projectId: PROJECT,
  instanceId: type === 'RDS' ? DATABASE : GATEWAY_ID,
  instanceType: type,
  secretNames: secretNames.map((name) => SecretName.parse(name)),
  stages: [{ secretName: SecretName.parse('shared'), stage: StageName.parse('reader-7') }],
  copies: [{ cloud: 'alibaba', region: SAE_REGION, namespaceId: NAMESPACE, secretId: SecretId.parse('16') }],
});

/** Whose schedule runs on a secret, and what a saga erased, as only the cloud could know. */
interface Truth {
  readonly scheduled: Map<string, string>;
  readonly erasedBy: Map<string, string>;
}

/** The sagas of one instance and the clouds they work on; `faults` is all that is wrong, as it comes up. */
const livesOf = (type: 'RDS' | 'APIG', firstPolicy: Policy, fates: readonly Fate[], misses: readonly (readonly [number, string])[]) => {
  const faults: string[] = [];
  const held: ModelClouds = clouds({
    csms: [aCsmsSecret('db-1'), aCsmsSecret('db-2'), anUnlinkedSecret('app-db'), anUnlinkedSecret('gw-1'), anUnlinkedSecret('shared'), anUnlinkedSecret('stranger')],
    sae: [anSaeSecret('16'), anSaeSecret('17')],
    stages: ['shared/reader-7'],
    hidden: type === 'APIG' ? ['gw-1'] : [],
  });
  const missing: ReadonlyMap<number, string> = new Map(misses.flatMap(([look, name]) => [[look, name], [look + 1, name]] as const));
  const truth: Truth = { scheduled: new Map(), erasedBy: new Map() };
  const sagas: Saga[] = [];
  const late: { readonly at: number; readonly saga: Saga; readonly call: Call }[] = [];
  let policy = firstPolicy;
  let now = OPENED;
  let controls: Controls = NO_CONTROLS;
  let isStopped = false;
  let [events, made, calls, looks] = [0, 0, 0, 0];

  const wrong = (what: string): void => {
    faults.push(`${Math.round((now - OPENED) / MINUTE)} min: ${what}`);
  };

  const admitEvent = (id: string, names: readonly string[], planOnly: boolean): void => {
    const arrival = { named: named(type, names), event: { source: 'urn:cmdb', id, part: 1, time: now }, askedMode: undefined, planOnly, generations: sagas };
    const admission = admit(arrival, policy, now);
    if (admission.kind === 'opened') sagas.push(openedSaga(admission.fact));
    if (admission.kind === 'reopened' || admission.kind === 'joined') put(evolve(admission.saga, admission.fact));
    work(now);
  };

  const put = (saga: Saga): void => {
    sagas[sagas.findIndex(({ sagaId }) => sagaId === saga.sagaId)] = saga;
  };

  const seize = (saga: Saga, call: Call): void => {
    const targets = held.csms.filter(({ name, link }) => (call.op === 'batch-delete' ? link?.instanceId === call.instanceId || held.hidden.includes(name) : 'name' in call && call.name === name));
    for (const { id, name, eraseAt } of targets) {
      // What the plan's list and the last one both passed over is erased with the rest, and told as raced.
      if (call.op === 'batch-delete' && isMissedOfLate(name)) continue;
      const isPlanned = saga.plan?.secrets.some((secret) => secret.id === id) ?? false;
      if (call.op !== 'cancel' && call.op !== 'delete-stage' && !isPlanned && !held.hidden.includes(name)) wrong(`${call.op} of ${name} (${id}), which the plan that stands does not name`);
      if (call.op !== 'cancel' && policy.protect.secretNames.some((glob) => name.startsWith(glob.replace('*', '')))) wrong(`${call.op} of ${name}, which is protected`);
      if (call.op === 'delete-stage' && !saga.plan?.stages.some((stage) => stage.id === id)) wrong(`a stage of ${name} (${id}), which is not the plan's`);
      // Nobody can tell another's schedule from a lost one of the same date (docs/safety.md).
      const looksLikeOurs = saga.unanswered.some((intended) => call.key.startsWith(intended.key) && fitsOurSchedule(eraseAt, intended));
      if (call.op === 'cancel' && truth.scheduled.get(id) !== saga.sagaId && !looksLikeOurs) wrong(`cancels ${name}, which ${truth.scheduled.get(id) ?? 'nobody'} scheduled`);
    }
    if (call.op !== 'cancel' && isStopped) wrong(`${call.op} though it is stopped`);
    if (call.op !== 'cancel' && saga.mode === 'plan') wrong(`${call.op} in plan mode`);
    if (call.op !== 'cancel' && policy.requireApproval && saga.approvedDigest !== saga.plan?.digest && saga.purgeStartedAt === null) wrong(`${call.op} without the approval that is asked`);
    if (call.op === 'batch-delete' && type === 'APIG' && !policy.unseenTypes.includes('APIG')) wrong('a batch-delete of an unseen type that is not allowed');
  };

  const took = (saga: Saga, call: Call, before: readonly CsmsSecret[]): void => {
    for (const secret of before) {
      const after = held.csms.find(({ id }) => id === secret.id);
      if (after === undefined) truth.erasedBy.set(secret.id, saga.sagaId);
      else if (secret.state !== 'PENDING_DELETE' && after.state === 'PENDING_DELETE') truth.scheduled.set(secret.id, saga.sagaId);
      else if (secret.state === 'PENDING_DELETE' && after.state === 'ENABLED') truth.scheduled.delete(secret.id);
    }
    if (call.op === 'delete-copy' && !held.sae.some(({ id }) => id === call.secretId)) truth.erasedBy.set(call.secretId, saga.sagaId);
  };

  /** Schedules that were given up long ago arrive. */
  const arrive = (now: number): void => {
    for (const { at, saga, call } of late.splice(0)) {
      if (at > now) late.push({ at, saga, call });
      else {
        const before = held.csms;
        obey(held, call, at);
        took(saga, call, before);
      }
    }
  };

  const isMissedOfLate = (name: string): boolean => {
    return [0, 1, 2, 3, 4, 5].some((ago) => missing.get(looks - ago) === name);
  };

  const shows = (secrets: readonly CsmsSecret[]): readonly CsmsSecret[] => {
    const missed = missing.get((looks += 1));
    return secrets.filter(({ name }) => name !== missed);
  };

  /** Works on every saga, the first generation first, until all of them sleep beyond that moment. */
  const work = (until: number): void => {
    arrive(now);
    for (const [index, begun] of sagas.entries()) {
      const previous = sagas.find(({ sagaId }) => sagaId === begun.after);
      let saga = begun;
      const answer = (call: Call, at: number): Reply => {
        seize(saga, call);
        const fate = fates[(calls += 1)] ?? 'obeyed';
        const before = held.csms;
        const reply: Reply = fate === 'obeyed' || fate === 'reply lost' ? obey(held, call, at) : { verdict: { kind: 'unknown', code: 'deadline' }, told: {} };
        took(saga, call, before);
        if (fate === 'late' && call.op === 'schedule') late.push({ at: at + LATE_MS, saga, call });
        if (fate === 'failed') return { verdict: { kind: 'retryable', code: 'CSMS.0001' }, told: {} };
        if (fate === 'denied') return { verdict: { kind: 'terminal', code: 'CSMS.0401' }, told: {} };
        return fate === 'reply lost' ? { verdict: { kind: 'unknown', code: 'deadline' }, told: {} } : reply;
      };
      const written = (facts: readonly Dated[]): void => {
        saga = evolveAll(saga, facts);
      };
      const played = play(begun, { held, policy, from: now, until, answer, written, meanwhile: arrive, shows, controlsAt: () => controls, previousOpen: previous !== undefined && !isTerminal(previous) });
      sagas[index] = played.saga;
      judge(played.saga);
    }
    now = Math.max(now, until);
    held.csms = held.csms.filter(({ eraseAt }) => eraseAt === null || eraseAt > now);
  };

  const judge = (saga: Saga): void => {
    if (!isTerminal(saga)) return;
    const { state, sagaId } = saga;
    const at = `${sagaId.slice(-2)} is ${state}`;
    const pending = held.csms.filter((secret) => secret.state === 'PENDING_DELETE' && truth.scheduled.get(secret.id) === sagaId);
    if (pending.length > 0 && state !== 'compensation-failed' && !mayYetTell(saga)) wrong(`${at}, and its schedule runs on ${pending.map(({ name }) => name).join(', ')}`);
    const undo = undoOf(saga, 'a person', now).kind;
    if (undo === 'nothing-to-cancel' && pending.length > 0 && !mayYetTell(saga)) wrong(`${at}, has nothing to cancel, and its schedule runs`);
    const mine = [...truth.erasedBy].filter(([, by]) => by === sagaId).map(([id]) => id);
    if (isUndone(saga) && state === 'restored' && mine.length > 0) wrong(`${at}, told undone, and erased ${mine.join(', ')}`);
    for (const { id, name, outcome } of sagaResult(saga, controls, now).secrets) {
      const isThere = [...held.csms, ...held.sae].some((secret) => secret.id === id);
      if (state !== 'planned' && isThere && (outcome === 'deleted' || outcome === 'already-gone' || outcome === 'raced')) wrong(`${at}, tells ${outcome} of ${name}, which is there`);
      if (mine.includes(id) && (outcome === 'kept' || outcome === 'restored' || outcome === 'already-gone')) wrong(`${at}, tells ${outcome} of ${name}, which it erased`);
    }
    if (state === 'gone') {
      for (const { id, name } of saga.plan?.secrets ?? []) if ([...held.csms, ...held.sae].some((secret) => secret.id === id)) wrong(`${at}, and ${name} is there`);
    }
  };

  /** A schedule without a reply is looked for after the end. */
  const mayYetTell = ({ wait, unanswered }: Saga): boolean => {
    return unanswered.length > 0 && wait?.why === 'watch';
  };

  const somebody = (act: Extract<Step, { does: 'somebody' }>['act']): void => {
    const change = (name: string, to: (secret: CsmsSecret) => CsmsSecret): void => {
      held.csms = held.csms.map((secret) => (secret.name === name ? to(secret) : secret));
    };
    switch (act) {
      case 'unlinks':
        return change('db-1', (secret) => ({ ...secret, link: null }));
      case 'links':
        held.csms = [...held.csms, aCsmsSecret(`late-${(made += 1)}`)];
        return undefined;
      case 'cancels':
        for (const secret of held.csms) truth.scheduled.delete(secret.id);
        held.csms = held.csms.map((secret) => ({ ...secret, state: 'ENABLED', eraseAt: null }));
        return undefined;
      case 'schedules':
        return change('db-2', (secret) => (secret.state === 'ENABLED' ? pendingUntil(secret, now + 9 * DAY + HOUR) : secret));
      case 'remakes':
        for (const name of ['db-1', 'app-db', 'shared']) change(name, (secret) => (secret.state === 'ENABLED' ? { ...secret, id: `${secret.id}-${(made += 1)}`, createTime: now } : secret));
        return undefined;
    }
  };

  const undo = (): void => {
    const saga = sagas.at(-1);
    if (saga === undefined) return;
    const undo = undoOf(saga, 'a person', now);
    if (undo.kind !== 'begins') return;
    put(evolve(saga, undo.fact));
    work(now);
  };

  const step = (step: Step): void => {
    const last = sagas.at(-1);
    switch (step.does) {
      case 'event':
        return admitEvent(`evt-${(events += 1)}`, ['app-db'], false);
      case 'same event':
        return admitEvent(`evt-${Math.max(1, events)}`, ['app-db'], false);
      case 'event that names more':
        return admitEvent(`evt-${(events += 1)}`, ['app-db', 'db-1', 'absent'], false);
      case 'plan run':
        return admitEvent(`evt-${(events += 1)}`, ['app-db'], true);
      case 'replay': {
        if (last === undefined) return undefined;
        const reopening = reopeningOf(last, policy, 'a person', now);
        if (reopening.kind !== 'reopens') return undefined;
        put(evolve(last, reopening.fact));
        return work(now);
      }
      case 'undo':
        return undo();
      case 'approve':
        if (last?.wait?.why === 'approval' && last.plan !== null) put(evolve(last, { type: 'Approved', at: now, digest: last.plan.digest, by: 'a person' }));
        return work(now);
      case 'hold':
      case 'pause':
        isStopped = true;
        controls = step.does === 'pause' ? { ...controls, pause: aHold() } : { ...controls, holds: { [type === 'RDS' ? DATABASE : GATEWAY_ID]: aHold() } };
        return undefined;
      case 'release':
      case 'resume':
        controls = step.does === 'resume' ? { ...controls, pause: null } : { ...controls, holds: {} };
        isStopped = controls.pause !== null || Object.keys(controls.holds).length > 0;
        return work(now);
      case 'policy':
        policy = step.policy;
        return undefined;
      case 'somebody':
        return somebody(step.act);
      case 'time':
        return work(now + step.ms);
    }
  };

  /** Everybody lets go; then nothing may be left to wait for. */
  const end = (): void => {
    controls = NO_CONTROLS;
    isStopped = false;
    for (let round = 0; round < 4 * sagas.length + 4; round += 1) {
      sagas.forEach((saga) => {
        if (saga.wait?.why === 'approval' && saga.plan !== null) put(evolve(saga, { type: 'Approved', at: now, digest: saga.plan.digest, by: 'a person' }));
      });
      work(now + 35 * DAY);
    }
    for (const saga of sagas) if (!isTerminal(saga) || saga.wait !== null) wrong(`${saga.sagaId.slice(-2)} is ${saga.state} for ever: ${JSON.stringify(saga.wait)}`);
  };

  return { faults, step, end };
};

it.each(['RDS', 'APIG'] as const)('whatever people, events and policies do between the lives of a saga of %s, it deletes what its plan names, tells what is so, and ends', (type) => {
  fc.assert(
    fc.property(policies, fc.array(steps, { minLength: 3, maxLength: 14 }), fc.array(fc.constantFrom<Fate>(...FATES), { maxLength: 16 }), misses, (policy, course, fates, missing) => {
      const lives = livesOf(type, policy, fates, missing);
      lives.step({ does: 'event' });
      for (const step of course) lives.step(step);
      lives.end();
      expect(lives.faults).toEqual([]);
    }),
    { seed: 20261126, numRuns: 1500 },
  );
}, 120_000);
