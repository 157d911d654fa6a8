import type { DecommissionEvent } from '../../events/decommission.ts';
import type { QueueName } from '../../events/messages.ts';
import { eventMessage } from '../../events/split.ts';
import type { Policy } from '../../lib/saga/policy.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { sendDue } from '../../lib/workflow/sweep/due.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import type { AuditParts } from './audit-parts.ts';
import { callAudit } from './call-audit.ts';
import { type CsmsModel, createCsmsModel } from './csms-model.ts';
import { type ErasureAudit, erasureAudit } from './erasure-audit.ts';
import { auditTheEnd } from './final-audit.ts';
import { type Finding, createFindings } from './findings.ts';
import { ledgerAudit } from './ledger-audit.ts';
import type { Blow, Life, Ports } from './life.ts';
import type { Prng } from './prng.ts';
import { createRecords } from './records.ts';
import { type SaeModel, createSaeModel } from './sae-model.ts';
import { NAMESPACE, PROJECT } from './scenario.ts';
import { simulatedClock, wallTime } from './simulated-clock.ts';
import { simulatedClouds } from './simulated-clouds.ts';
import { createLedgerStore } from './simulated-ledger.ts';
import { createQueueStore } from './simulated-queue.ts';
import { type Timeline, createTimeline } from './timeline.ts';
import { type Trace, createTrace } from './trace.ts';
import { CALM, type Weather } from './weather.ts';
import { type Worker, createWorker } from './worker.ts';

export interface WorldParts {
  readonly prng: Prng;
  readonly policy: Policy;
  readonly weather: Weather;
  readonly workers: number;
  /** A blow at one operation of a port; without it, blows come with the weather. */
  readonly strike?: (life: Life, what: string) => Blow;
  /** What somebody else does at such a moment. */
  readonly act?: () => void;
}

/** A whole simulated installation: workers, queue, ledger, both clouds, and auditors that see everything. */
export interface World {
  readonly timeline: Timeline;
  readonly trace: Trace;
  readonly csms: CsmsModel;
  readonly sae: SaeModel;
  readonly findings: readonly Finding[];
  readonly store: Pick<Workflow, 'ledger' | 'queue' | 'clock'>;
  sagas(): readonly Saga[];
  send(event: DecommissionEvent): Promise<void>;
  /** Runs until that true time; answers how many steps it took. */
  runUntil(moment: number): Promise<number>;
  /** Runs until nothing is left to happen, faults off; false when it would not come to rest. */
  settle(longestMs: number, tidyUp: () => Promise<void>): Promise<boolean>;
  jump(): void;
  loseQueue(): void;
  auditTheEnd(): Promise<void>;
  readonly steps: number;
}

const MINUTE_MS = 60_000;
/** Many times what the busiest seed takes; beyond it something goes round in circles. */
const MOST_STEPS = 300_000;
/** As the deployed sweep does: every minute, two of them ahead. */
const SWEEP_AHEAD_SECONDS = 120;
const SWEEP_BUDGET = { remainingMs: () => MINUTE_MS };
const LONGEST_FREEZE_MS = 120_000;
/** Within this of a wall jump an open call's deadline could not be told; the design rests on timing there and says so. */
const LARGEST_OFFSET_MS = 100_000;

export const createWorld = ({ prng, policy, weather: drawn, workers: slots, strike, act = () => undefined }: WorldParts): World => {
  const timeline = createTimeline();
  const trace = createTrace(timeline);
  const wall = { offsetMs: 0 };
  const wallNow = (): number => wallTime(timeline, wall);
  const findings = createFindings(() => timeline.now());
  const records = createRecords();
  let weather = drawn;
  let lives = 0;
  let tokens = 0;
  let steps = 0;
  const events: DecommissionEvent[] = [];
  const workers: Worker[] = [];

  const crash = (life: Life): void => {
    if (!life.isAlive) return;
    life.isAlive = false;
    trace.line(life.name, 'crashes');
    workers.splice(workers.findIndex((worker) => worker.life === life), 1);
    timeline.at(timeline.now() + prng.between(100, 20_000), start);
  };
  const chance = prng.fork();
  /** Trouble comes where the work is: at the operations of the workers' ports. */
  const strikeInWeather = (life: Life): Blow => {
    if (!life.name.startsWith('worker')) return 'none';
    if (chance.chance(weather.acts)) timeline.at(timeline.now() + chance.between(0, 20), act);
    if (chance.chance(weather.freezes)) life.frozenUntil = timeline.now() + chance.between(1_000, LONGEST_FREEZE_MS);
    return chance.chance(weather.crashes) ? chance.pick(['crash-before', 'crash-after'] as const) : 'none';
  };
  const ports: Ports = { timeline, prng: prng.fork(), strike: strike ?? strikeInWeather, crash };

  const late: { audit: ErasureAudit | null } = { audit: null };
  const auditor = (): ErasureAudit => {
    if (late.audit === null) throw new Error('the clouds were used before they were watched');
    return late.audit;
  };
  const csms = createCsmsModel(timeline, PROJECT, {
    erased: (secret) => auditor().erased(secret),
    scheduled: (secret, by) => auditor().scheduled(secret, by),
    cancelling: (secret, by) => auditor().cancelling(secret, by),
    stageRemoved: (secret, by) => auditor().stageRemoved(secret, by),
  });
  const sae = createSaeModel(timeline, NAMESPACE, (secret) => auditor().copyErased(secret));
  const parts: AuditParts = { timeline, wallNow, records, findings, trace, truth: { csms, sae } };
  late.audit = erasureAudit(parts, policy);
  const cloudParts = { ports, weather: () => weather, csms: new Map([[PROJECT, csms]]), sae: new Map<string, SaeModel>([[NAMESPACE, sae]]), watch: callAudit(parts, policy), proofs: policy.verify.proofs, missedCopies: new Map<string, number>() };

  const ring = (queue: QueueName): void => {
    const awake = workers.filter(({ life }) => life.frozenUntil <= timeline.now());
    if (awake.length > 0) prng.pick(awake).poll(queue, prng.between(1, 4)).catch((error: unknown) => findings.add('wrong', `a poll failed: ${String(error)}`));
  };
  const ledgerStore = createLedgerStore(ports, () => weather.ledgerFault, ledgerAudit(parts));
  const queueStore = createQueueStore(ports, () => weather, ring);

  function start(): void {
    const life: Life = { name: `worker-${(lives += 1)}`, isAlive: true, frozenUntil: 0 };
    const clouds = simulatedClouds(cloudParts, life);
    const workflowParts = {
      ledger: ledgerStore.as(life),
      queue: queueStore.as(life),
      clock: simulatedClock(timeline, wall, life),
      clouds,
      writers: policy.mode === 'plan' ? null : clouds,
      policy,
      newToken: () => `token-${(tokens += 1)}`,
    };
    workers.push(createWorker(life, workflowParts, timeline, findings));
  }
  for (let slot = 0; slot < slots; slot += 1) start();

  const person: Life = { name: 'person', isAlive: true, frozenUntil: 0 };
  const sweeper: Life = { name: 'sweeper', isAlive: true, frozenUntil: 0 };
  const deskOf = (life: Life): World['store'] => ({ ledger: ledgerStore.as(life), queue: queueStore.as(life), clock: simulatedClock(timeline, wall, life) });
  const broom = deskOf(sweeper);

  /** The schedule rings every minute; minutes in which nothing can fall due are passed over. */
  const sweepNext = (): void => {
    const wakes = [...ledgerStore.items.values()].flatMap(({ kind, wakeAt }) => (kind === 'saga' && wakeAt !== null ? [wakeAt] : []));
    const soonest = wakes.length === 0 ? 15 * MINUTE_MS : Math.max(0, Math.min(...wakes) - wallNow() - SWEEP_AHEAD_SECONDS * 1_000);
    timeline.at(timeline.now() + Math.min(15 * MINUTE_MS, Math.max(MINUTE_MS, soonest)), () => {
      sendDue(broom, SWEEP_AHEAD_SECONDS, SWEEP_BUDGET).then(sweepNext, sweepNext);
    });
  };
  timeline.at(MINUTE_MS, sweepNext);

  const runUntil = async (moment: number): Promise<number> => {
    const before = steps;
    while (steps < MOST_STEPS && (await timeline.step(moment))) steps += 1;
    if (steps === MOST_STEPS) findings.add('stuck', `still at it after ${MOST_STEPS} steps`);
    return steps - before;
  };

  const isQuiet = (): boolean => {
    const awaited = [...ledgerStore.items.values()].some(({ kind, wakeAt }) => kind === 'saga' && wakeAt !== null);
    return !awaited && queueStore.waiting === 0;
  };

  const openCall = (): boolean => [...records.sagas.values()].some(({ saga }) => saga.attempt !== null && wallNow() < saga.attempt.settledAt);

  const jump = (): void => {
    if (openCall()) {
      timeline.at(timeline.now() + 5_000, jump);
      return;
    }
    wall.offsetMs = prng.between(-LARGEST_OFFSET_MS, LARGEST_OFFSET_MS);
    trace.line('clock', `set to ${wall.offsetMs} ms off`);
  };

  return {
    timeline,
    trace,
    csms,
    sae,
    findings: findings.all,
    store: deskOf(person),
    get steps() {
      return steps;
    },
    sagas: () => [...records.sagas.values()].map(({ saga }) => saga),
    send: async (event) => {
      if (!events.some(({ id }) => id === event.id)) events.push(event);
      await deskOf(person).queue.send('decommissions', [{ body: eventMessage(event), delaySeconds: 0 }]);
    },
    runUntil,
    settle: async (longestMs, tidyUp) => {
      weather = CALM;
      const end = timeline.now() + longestMs;
      const HOUR_MS = 3_600_000;
      let tidied = Promise.resolve();
      for (let until = timeline.now() + HOUR_MS; timeline.now() < end; until += 24 * HOUR_MS) {
        tidied = tidyUp();
        await runUntil(until);
        if (steps >= MOST_STEPS) return false;
        await tidied;
        if (isQuiet()) return true;
      }
      return false;
    },
    jump,
    loseQueue: () => trace.line('queue', `loses ${queueStore.lose()} messages`),
    auditTheEnd: () => auditTheEnd({ ledger: ledgerStore.as(sweeper), records, findings, truth: { csms, sae }, wallNow }, events, policy.mode === 'plan'),
  };
};
