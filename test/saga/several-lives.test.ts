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

/** All that is wrong, as it comes up. */
class Lives {
  readonly faults: string[] = [];
  readonly held: ModelClouds;
  private readonly truth: Truth = { scheduled: new Map(), erasedBy: new Map() };
  private readonly sagas: Saga[] = [];
  private now = OPENED;
  private controls: Controls = NO_CONTROLS;
  private events = 0;
  private made = 0;
  private policy: Policy;
  private readonly type: 'RDS' | 'APIG';
  private readonly fates: readonly Fate[];
  private calls = 0;
  private isStopped = false;
  private looks = 0;
  private readonly late: { readonly at: number; readonly saga: Saga; readonly call: Call }[] = [];
  private readonly missing: ReadonlyMap<number, string>;

  constructor(type: 'RDS' | 'APIG', policy: Policy, fates: readonly Fate[], missing: readonly (readonly [number, string])[]) {
    this.missing = new Map(missing.flatMap(([look, name]) => [[look, name], [look + 1, name]] as const));
    this.type = type;
    this.policy = policy;
    this.fates = fates;
    this.held = clouds({
      csms: [aCsmsSecret('db-1'), aCsmsSecret('db-2'), anUnlinkedSecret('app-db'), anUnlinkedSecret('gw-1'), anUnlinkedSecret('shared'), anUnlinkedSecret('stranger')],
      sae: [anSaeSecret('16'), anSaeSecret('17')],
      stages: ['shared/reader-7'],
      hidden: type === 'APIG' ? ['gw-1'] : [],
    });
  }

  private wrong(what: string): void {
    this.faults.push(`${Math.round((this.now - OPENED) / MINUTE)} min: ${what}`);
  }

  private admitEvent(id: string, names: readonly string[], planOnly: boolean): void {
    const arrival = { named: named(this.type, names), event: { source: 'urn:cmdb', id, part: 1, time: this.now }, askedMode: undefined, planOnly, generations: this.sagas };
    const admission = admit(arrival, this.policy, this.now);
    if (admission.kind === 'opened') this.sagas.push(openedSaga(admission.fact));
    if (admission.kind === 'reopened' || admission.kind === 'joined') this.put(evolve(admission.saga, admission.fact));
    this.work(this.now);
  }

  private put(saga: Saga): void {
    this.sagas[this.sagas.findIndex(({ sagaId }) => sagaId === saga.sagaId)] = saga;
  }

  private seize(saga: Saga, call: Call): void {
    const targets = this.held.csms.filter(({ name, link }) => (call.op === 'batch-delete' ? link?.instanceId === call.instanceId || this.held.hidden.includes(name) : 'name' in call && call.name === name));
    for (const { id, name, eraseAt } of targets) {
      // What the plan's list and the last one both passed over is erased with the rest, and told as raced.
      if (call.op === 'batch-delete' && this.isMissedOfLate(name)) continue;
      const isPlanned = saga.plan?.secrets.some((secret) => secret.id === id) ?? false;
      if (call.op !== 'cancel' && call.op !== 'delete-stage' && !isPlanned && !this.held.hidden.includes(name)) this.wrong(`${call.op} of ${name} (${id}), which the plan that stands does not name`);
      if (call.op !== 'cancel' && this.policy.protect.secretNames.some((glob) => name.startsWith(glob.replace('*', '')))) this.wrong(`${call.op} of ${name}, which is protected`);
      if (call.op === 'delete-stage' && !saga.plan?.stages.some((stage) => stage.id === id)) this.wrong(`a stage of ${name} (${id}), which is not the plan's`);
      // Nobody can tell another's schedule from a lost one of the same date (docs/safety.md).
      const looksLikeOurs = saga.unanswered.some((intended) => call.key.startsWith(intended.key) && fitsOurSchedule(eraseAt, intended));
      if (call.op === 'cancel' && this.truth.scheduled.get(id) !== saga.sagaId && !looksLikeOurs) this.wrong(`cancels ${name}, which ${this.truth.scheduled.get(id) ?? 'nobody'} scheduled`);
    }
    if (call.op !== 'cancel' && this.isStopped) this.wrong(`${call.op} though it is stopped`);
    if (call.op !== 'cancel' && saga.mode === 'plan') this.wrong(`${call.op} in plan mode`);
    if (call.op !== 'cancel' && this.policy.requireApproval && saga.approvedDigest !== saga.plan?.digest && saga.purgeStartedAt === null) this.wrong(`${call.op} without the approval that is asked`);
    if (call.op === 'batch-delete' && this.type === 'APIG' && !this.policy.unseenTypes.includes('APIG')) this.wrong('a batch-delete of an unseen type that is not allowed');
  }

  private took(saga: Saga, call: Call, before: readonly CsmsSecret[]): void {
    for (const secret of before) {
      const after = this.held.csms.find(({ id }) => id === secret.id);
      if (after === undefined) this.truth.erasedBy.set(secret.id, saga.sagaId);
      else if (secret.state !== 'PENDING_DELETE' && after.state === 'PENDING_DELETE') this.truth.scheduled.set(secret.id, saga.sagaId);
      else if (secret.state === 'PENDING_DELETE' && after.state === 'ENABLED') this.truth.scheduled.delete(secret.id);
    }
    if (call.op === 'delete-copy' && !this.held.sae.some(({ id }) => id === call.secretId)) this.truth.erasedBy.set(call.secretId, saga.sagaId);
  }

  /** Schedules that were given up long ago arrive. */
  private arrive(now: number): void {
    for (const { at, saga, call } of this.late.splice(0)) {
      if (at > now) this.late.push({ at, saga, call });
      else {
        const before = this.held.csms;
        obey(this.held, call, at);
        this.took(saga, call, before);
      }
    }
  }

  private isMissedOfLate(name: string): boolean {
    return [0, 1, 2, 3, 4, 5].some((ago) => this.missing.get(this.looks - ago) === name);
  }

  private shows(secrets: readonly CsmsSecret[]): readonly CsmsSecret[] {
    const missed = this.missing.get((this.looks += 1));
    return secrets.filter(({ name }) => name !== missed);
  }

  /** Works on every saga, the first generation first, until all of them sleep beyond that moment. */
  private work(until: number): void {
    this.arrive(this.now);
    for (const [index, begun] of this.sagas.entries()) {
      const previous = this.sagas.find(({ sagaId }) => sagaId === begun.after);
      let saga = begun;
      const answer = (call: Call, at: number): Reply => {
        this.seize(saga, call);
        const fate = this.fates[(this.calls += 1)] ?? 'obeyed';
        const before = this.held.csms;
        const reply: Reply = fate === 'obeyed' || fate === 'reply lost' ? obey(this.held, call, at) : { verdict: { kind: 'unknown', code: 'deadline' }, told: {} };
        this.took(saga, call, before);
        if (fate === 'late' && call.op === 'schedule') this.late.push({ at: at + LATE_MS, saga, call });
        if (fate === 'failed') return { verdict: { kind: 'retryable', code: 'CSMS.0001' }, told: {} };
        if (fate === 'denied') return { verdict: { kind: 'terminal', code: 'CSMS.0401' }, told: {} };
        return fate === 'reply lost' ? { verdict: { kind: 'unknown', code: 'deadline' }, told: {} } : reply;
      };
      const written = (facts: readonly Dated[]): void => {
        saga = evolveAll(saga, facts);
      };
      const meanwhile = (now: number): void => this.arrive(now);
      const shows = (secrets: readonly CsmsSecret[]): readonly CsmsSecret[] => this.shows(secrets);
      const played = play(begun, { held: this.held, policy: this.policy, from: this.now, until, answer, written, meanwhile, shows, controlsAt: () => this.controls, previousOpen: previous !== undefined && !isTerminal(previous) });
      this.sagas[index] = played.saga;
      this.judge(played.saga);
    }
    this.now = Math.max(this.now, until);
    this.held.csms = this.held.csms.filter(({ eraseAt }) => eraseAt === null || eraseAt > this.now);
  }

  private judge(saga: Saga): void {
    if (!isTerminal(saga)) return;
    const { state, sagaId } = saga;
    const at = `${sagaId.slice(-2)} is ${state}`;
    const pending = this.held.csms.filter((secret) => secret.state === 'PENDING_DELETE' && this.truth.scheduled.get(secret.id) === sagaId);
    if (pending.length > 0 && state !== 'compensation-failed' && !this.mayYetTell(saga)) this.wrong(`${at}, and its schedule runs on ${pending.map(({ name }) => name).join(', ')}`);
    const undo = undoOf(saga, 'a person', this.now).kind;
    if (undo === 'nothing-to-cancel' && pending.length > 0 && !this.mayYetTell(saga)) this.wrong(`${at}, has nothing to cancel, and its schedule runs`);
    const mine = [...this.truth.erasedBy].filter(([, by]) => by === sagaId).map(([id]) => id);
    if (isUndone(saga) && state === 'restored' && mine.length > 0) this.wrong(`${at}, told undone, and erased ${mine.join(', ')}`);
    for (const { id, name, outcome } of sagaResult(saga, this.controls, this.now).secrets) {
      const isThere = [...this.held.csms, ...this.held.sae].some((secret) => secret.id === id);
      if (state !== 'planned' && isThere && (outcome === 'deleted' || outcome === 'already-gone' || outcome === 'raced')) this.wrong(`${at}, tells ${outcome} of ${name}, which is there`);
      if (mine.includes(id) && (outcome === 'kept' || outcome === 'restored' || outcome === 'already-gone')) this.wrong(`${at}, tells ${outcome} of ${name}, which it erased`);
    }
    if (state === 'gone') {
      for (const { id, name } of saga.plan?.secrets ?? []) if ([...this.held.csms, ...this.held.sae].some((secret) => secret.id === id)) this.wrong(`${at}, and ${name} is there`);
    }
  }

  /** A schedule without a reply is looked for after the end. */
  private mayYetTell({ wait, unanswered }: Saga): boolean {
    return unanswered.length > 0 && wait?.why === 'watch';
  }

  private somebody(act: Extract<Step, { does: 'somebody' }>['act']): void {
    const change = (name: string, to: (secret: CsmsSecret) => CsmsSecret): void => {
      this.held.csms = this.held.csms.map((secret) => (secret.name === name ? to(secret) : secret));
    };
    switch (act) {
      case 'unlinks':
        return change('db-1', (secret) => ({ ...secret, link: null }));
      case 'links':
        this.held.csms = [...this.held.csms, aCsmsSecret(`late-${(this.made += 1)}`)];
        return undefined;
      case 'cancels':
        for (const secret of this.held.csms) this.truth.scheduled.delete(secret.id);
        this.held.csms = this.held.csms.map((secret) => ({ ...secret, state: 'ENABLED', eraseAt: null }));
        return undefined;
      case 'schedules':
        return change('db-2', (secret) => (secret.state === 'ENABLED' ? pendingUntil(secret, this.now + 9 * DAY + HOUR) : secret));
      case 'remakes':
        for (const name of ['db-1', 'app-db', 'shared']) change(name, (secret) => (secret.state === 'ENABLED' ? { ...secret, id: `${secret.id}-${(this.made += 1)}`, createTime: this.now } : secret));
        return undefined;
    }
  }

  private undo(): void {
    const saga = this.sagas.at(-1);
    if (saga === undefined) return;
    const undo = undoOf(saga, 'a person', this.now);
    if (undo.kind !== 'begins') return;
    this.put(evolve(saga, undo.fact));
    this.work(this.now);
  }

  step(step: Step): void {
    const last = this.sagas.at(-1);
    switch (step.does) {
      case 'event':
        return this.admitEvent(`evt-${(this.events += 1)}`, ['app-db'], false);
      case 'same event':
        return this.admitEvent(`evt-${Math.max(1, this.events)}`, ['app-db'], false);
      case 'event that names more':
        return this.admitEvent(`evt-${(this.events += 1)}`, ['app-db', 'db-1', 'absent'], false);
      case 'plan run':
        return this.admitEvent(`evt-${(this.events += 1)}`, ['app-db'], true);
      case 'replay': {
        if (last === undefined) return undefined;
        const reopening = reopeningOf(last, this.policy, 'a person', this.now);
        if (reopening.kind !== 'reopens') return undefined;
        this.put(evolve(last, reopening.fact));
        return this.work(this.now);
      }
      case 'undo':
        return this.undo();
      case 'approve':
        if (last?.wait?.why === 'approval' && last.plan !== null) this.put(evolve(last, { type: 'Approved', at: this.now, digest: last.plan.digest, by: 'a person' }));
        return this.work(this.now);
      case 'hold':
      case 'pause':
        this.isStopped = true;
        this.controls = step.does === 'pause' ? { ...this.controls, pause: aHold() } : { ...this.controls, holds: { [this.type === 'RDS' ? DATABASE : GATEWAY_ID]: aHold() } };
        return undefined;
      case 'release':
      case 'resume':
        this.controls = step.does === 'resume' ? { ...this.controls, pause: null } : { ...this.controls, holds: {} };
        this.isStopped = this.controls.pause !== null || Object.keys(this.controls.holds).length > 0;
        return this.work(this.now);
      case 'policy':
        this.policy = step.policy;
        return undefined;
      case 'somebody':
        return this.somebody(step.act);
      case 'time':
        return this.work(this.now + step.ms);
    }
  }

  /** Everybody lets go; then nothing may be left to wait for. */
  end(): void {
    this.controls = NO_CONTROLS;
    this.isStopped = false;
    for (let round = 0; round < 4 * this.sagas.length + 4; round += 1) {
      this.sagas.forEach((saga) => {
        if (saga.wait?.why === 'approval' && saga.plan !== null) this.put(evolve(saga, { type: 'Approved', at: this.now, digest: saga.plan.digest, by: 'a person' }));
      });
      this.work(this.now + 35 * DAY);
    }
    for (const saga of this.sagas) if (!isTerminal(saga) || saga.wait !== null) this.wrong(`${saga.sagaId.slice(-2)} is ${saga.state} for ever: ${JSON.stringify(saga.wait)}`);
  }
}

it.each(['RDS', 'APIG'] as const)('whatever people, events and policies do between the lives of a saga of %s, it deletes what its plan names, tells what is so, and ends', (type) => {
  fc.assert(
    fc.property(policies, fc.array(steps, { minLength: 3, maxLength: 14 }), fc.array(fc.constantFrom<Fate>(...FATES), { maxLength: 16 }), misses, (policy, course, fates, missing) => {
      const lives = new Lives(type, policy, fates, missing);
      lives.step({ does: 'event' });
      for (const step of course) lives.step(step);
      lives.end();
      expect(lives.faults).toEqual([]);
    }),
    { seed: 20261126, numRuns: 1500 },
  );
}, 120_000);
