import type { Clock } from '../ports/clock.ts';
import type { Api } from '../ports/clouds.ts';
import { stopOfCall } from '../saga/controls.ts';
import { decide } from '../saga/decide.ts';
import { evolveAll } from '../saga/evolve.ts';
import type { Dated } from '../saga/facts.ts';
import { type Decision, NOTHING_SEEN, type Occurrence, type Sight } from '../saga/input.ts';
import type { Attempt, Saga } from '../saga/saga.ts';
import { MOST_URGENT } from './budget.ts';
import { apiOf, carryOut, replyOf } from './calls.ts';
import { readControls } from './controls.ts';
import { withDeadline } from './deadline.ts';
import { type Calls, lookAround } from './looks.ts';
import { type Admitted, urgencyOf } from './pace.ts';
import { type Lease, type StoredSaga, readSaga, withFacts, writeSaga } from './saga-store.ts';
import { tellCall, tellFacts, tellOpened } from './telling.ts';
import type { TimeLeft } from './time-left.ts';
import { turnPace } from './turn-pace.ts';
import type { Workflow } from './workflow.ts';

/** What is left of a lease after the longest call of it, so that a slow write of the reply still falls inside. */
const LEASE_MARGIN_MS = 30_000;
/** A worker that has less time than a call and this starts none (H26). */
const TIME_MARGIN_MS = 5_000;
/** Apart from being set, a wall clock stays this close to the monotonic one over a turn. */
const CLOCK_SET_MS = 1_000;
/** More decisions than this in one invocation are a loop of our own making; the saga goes on with a new message. */
const LONGEST_TURN = 1_000;
/** A call that the pace let go goes within this time or asks anew: held up longer, several would go in one burst. */
const ADMITTED_FOR_MS = 1_000;

/** How far a turn may go: as far as there is something to do, or until the plan stands and not a step further. */
export type Reach = 'rest' | 'plan';

/** How a turn of work on one saga ended: it waits or is over, somebody else has it, or there was no time left. */
export type Advanced =
  | { readonly kind: 'rests'; readonly stored: StoredSaga }
  | { readonly kind: 'taken'; readonly until: number }
  | { readonly kind: 'unfinished'; readonly stored: StoredSaga };

/** The saga as this worker has it: what the ledger holds, plus facts not written yet. */
interface Work {
  readonly stored: StoredSaga;
  readonly facts: readonly Dated[];
  /** As it stands with those facts. */
  readonly saga: Saga;
  readonly calls: Calls;
  readonly sight: Sight;
  readonly occurrence: Occurrence;
  /** A reply that is not in the ledger yet: it must survive a write of somebody else's coming in between. */
  readonly unwrittenReply: Occurrence | null;
  /** How far the wall clock was from the monotonic one when this was seen. */
  readonly drift: number;
  /** Whose pace let the next call go, and when (monotonic ms); null when none did. */
  readonly admitted: { readonly api: Api; readonly at: number } | null;
  /** Whether the call's place went to a list that it turned out to need first. */
  readonly gaveItsPlace: boolean;
}

const driftOf = (clock: Clock): number => clock.now() - clock.monotonic();

const begin = (stored: StoredSaga, clock: Clock): Work => ({
  stored,
  facts: [],
  saga: stored.saga,
  calls: { csms: 0, sae: 0 },
  sight: NOTHING_SEEN,
  occurrence: { kind: 'woken' },
  unwrittenReply: null,
  drift: driftOf(clock),
  admitted: null,
  gaveItsPlace: false,
});

const TOO_LATE = { verdict: { kind: 'retryable', code: 'too-late-to-call' }, requests: 0 } as const;

const plus = (a: Calls, b: Calls): Calls => ({ csms: a.csms + b.csms, sae: a.sae + b.sae });

/**
 * Works on one saga until it has to wait, is over, or time runs out: asks the core, carries out what it decided, and
 * writes intents before and replies after every call that changes something (design.md, Every step).
 */
export const advance = async (workflow: Workflow, opened: StoredSaga, timeLeft: TimeLeft, previousOpen: boolean, reach: Reach = 'rest'): Promise<Advanced> => {
  const { ledger, clouds, writers, clock, policy, pace, gate, telemetry } = workflow;
  const token = workflow.newToken();
  const deadlineMs = policy.retry.deadlineSeconds * 1_000;
  const ownTurn = turnPace(pace, opened.saga.wait?.why ?? null);
  let controls = await readControls(ledger);
  let work = begin(opened, clock);

  const write = async (lease: Lease | null): Promise<StoredSaga | null> => {
    const { csms, sae } = work.calls;
    const counted: Dated[] = csms + sae === 0 ? [] : [{ type: 'CallsCounted', at: clock.now(), csms, sae }];
    return writeSaga(ledger, withFacts(work.stored, [...work.facts, ...counted], evolveAll(work.saga, counted)), lease, clock.now());
  };

  /** Writes what is pending; somebody else's write in between sends this worker back to what it then finds. */
  const save = async (keep: boolean): Promise<'saved' | 'again' | Advanced> => {
    const lease = keep ? { token, until: clock.now() + deadlineMs + LEASE_MARGIN_MS } : null;
    const written = await write(lease);
    const isNew = work.stored.version === 0;
    if (written !== null) {
      if (isNew) tellOpened(telemetry, opened.saga);
      tellFacts(telemetry, work.stored.saga, work.facts);
      work = { ...work, stored: written, facts: [], saga: written.saga, calls: { csms: 0, sae: 0 }, unwrittenReply: null };
      return 'saved';
    }
    // Whoever opened it first may have opened it for another event.
    if (isNew) return { kind: 'taken', until: clock.now() };
    const found = await readSaga(ledger, opened.saga.sagaId);
    if (found === null) throw new Error(`${opened.saga.sagaId} vanished from the ledger`);
    if (found.lease !== null && found.lease.token !== token && found.lease.until > clock.now()) return { kind: 'taken', until: found.lease.until };
    controls = await readControls(ledger);
    work = { ...begin(found, clock), calls: work.calls, occurrence: work.unwrittenReply ?? { kind: 'woken' }, unwrittenReply: work.unwrittenReply };
    return 'again';
  };

  const step = (): Decision => {
    // Once the wall clock was set, the age of what was seen before cannot be told from it: that is seen anew.
    if (Math.abs(driftOf(clock) - work.drift) >= CLOCK_SET_MS) work = { ...work, sight: NOTHING_SEEN, drift: driftOf(clock) };
    const { sight, occurrence } = work;
    return decide(work.saga, { occurrence, sight, controls, previousOpen }, policy, clock.now());
  };

  /** Keeps what a decision states, without the intent that it ends in: that call is not going out now. */
  const keepWithoutIntent = ({ facts, saga, next }: Decision, occurrence: Occurrence): void => {
    const stated = next.do === 'call' ? facts.slice(0, -1) : facts;
    work = { ...work, facts: [...work.facts, ...stated], saga: next.do === 'call' ? evolveAll(work.saga, stated) : saga, occurrence };
  };

  const isAdmitted = (api: Api): boolean => work.admitted?.api === api && clock.monotonic() - work.admitted.at < ADMITTED_FOR_MS;

  /** Gives up the place that the next call has come to, if it has. */
  const takePlace = (api: Api): Admitted | null => {
    if (!isAdmitted(api)) return null;
    work = { ...work, admitted: null, gaveItsPlace: true };
    return { kind: 'now', waited: false };
  };

  const look = async (decision: Decision): Promise<void> => {
    if (decision.next.do !== 'look') return;
    keepWithoutIntent(decision, { kind: 'looked' });
    const { sight, calls } = await lookAround({ workflow, turn: ownTurn, spare: takePlace }, work.saga, decision.next.look, work.sight);
    work = { ...work, sight, calls: plus(work.calls, calls) };
  };

  /** Waits for the call's moment in the API's pace; the decision is then taken anew, since time has passed. */
  const keepPace = async (decision: Decision, { call }: Attempt): Promise<boolean> => {
    const api = apiOf(call);
    if (isAdmitted(api)) return true;
    // It was its turn already.
    const admitted = await ownTurn.admit(api, work.gaveItsPlace ? MOST_URGENT : urgencyOf(work.saga.state));
    if (admitted.kind === 'sent-off') {
      keepWithoutIntent(decision, { kind: 'paced', until: Math.ceil(admitted.until) });
      return false;
    }
    work = { ...work, admitted: { api, at: clock.monotonic() }, gaveItsPlace: false };
    if (!admitted.waited) return true;
    keepWithoutIntent(decision, { kind: 'looked' });
    return false;
  };

  /** The intent stands in the ledger; what is left is to look once more at what could stop it, and to call. */
  const call = async (attempt: Attempt, decidedAt: number): Promise<Occurrence> => {
    const { number } = attempt;
    if (writers === null) throw new Error(`a plan run came to intend a ${attempt.call.op}`);
    const api = apiOf(attempt.call);
    const left = (): number => deadlineMs - (clock.monotonic() - decidedAt);
    const found: { stop: string | null } = { stop: null };
    /** The last look before the call: a hold, an undo or another worker that came in since the intent is decided on first. */
    const isBarred = async (): Promise<boolean> => {
      const [standing, standingControls] = await Promise.all([ledger.read('saga', opened.saga.sagaId), readControls(ledger)]);
      controls = standingControls;
      found.stop = standing?.version === work.stored.version ? stopOfCall(work.stored.saga, controls, attempt.call, clock.now()) : 'the saga was written meanwhile';
      return found.stop !== null || controls.closedKeys.includes(clouds.account(api).keyFingerprint);
    };
    // A worker that was frozen since its intent sends nothing late: notAfter is measured by its own monotonic clock.
    if (left() <= 0) return { kind: 'withdrawn', number, why: 'too late to call' };
    const { saga } = work.stored;
    const answer = await gate.pass(api, { isBarred, mayBeRecent: false }, () =>
      left() > 0
        ? tellCall(workflow, { saga, api, operation: attempt.call.op }, () => withDeadline(clock, left(), ({ signal }) => carryOut(writers, saga.instance, attempt.call, { signal })))
        : Promise.resolve(TOO_LATE),
    );
    if (found.stop !== null) return { kind: 'withdrawn', number, why: found.stop };
    if (answer.verdict.kind === 'throttled') await pace.slowDown(api, answer.verdict);
    work = { ...work, calls: plus(work.calls, { csms: 0, sae: 0, [api]: answer.requests }) };
    return { kind: 'replied', number, reply: replyOf(answer) };
  };

  for (let steps = 0; steps < LONGEST_TURN; steps += 1) {
    // The intent's deadline counts from here, however long the ledger or the pace then keep this worker.
    const decidedAt = clock.monotonic();
    const decision = step();
    const { next } = decision;
    const isWork = next.do === 'look' || next.do === 'call';
    if (isWork && timeLeft.remainingMs() < deadlineMs + TIME_MARGIN_MS) {
      keepWithoutIntent(decision, { kind: 'looked' });
      break;
    }
    if (next.do === 'look') {
      await look(decision);
      continue;
    }
    if (next.do === 'call' && !(await keepPace(decision, next.attempt))) continue;
    const rests = next.do === 'wait' || next.do === 'end';
    work = { ...work, facts: [...work.facts, ...decision.facts], saga: decision.saga };
    if (rests && work.facts.length === 0 && work.stored.version > 0) return { kind: 'rests', stored: work.stored };
    const ends = rests || (next.do === 'commit' && reach === 'plan');
    const saved = await save(!ends);
    if (saved === 'again') continue;
    if (saved !== 'saved') return saved;
    if (rests) return { kind: 'rests', stored: work.stored };
    if (ends) return { kind: 'unfinished', stored: work.stored };
    if (next.do === 'commit') work = { ...work, occurrence: { kind: 'committed' } };
    if (next.do === 'call') {
      const occurrence = await call(next.attempt, decidedAt);
      work = { ...work, admitted: null, occurrence, unwrittenReply: occurrence, sight: { ...work.sight, failure: null } };
    }
  }
  const saved = await save(false);
  return saved === 'saved' || saved === 'again' ? { kind: 'unfinished', stored: work.stored } : saved;
};
