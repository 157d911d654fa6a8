import type { Clock } from '../../ports/clock.ts';
import type { Api } from '../../ports/clouds.ts';
import { decide } from '../../saga/decide.ts';
import type { Decision, LookRequest } from '../../saga/input.ts';
import type { Call } from '../../saga/saga.ts';
import { MOST_URGENT } from '../pace/budget.ts';
import { type Admitted, urgencyOf } from '../pace/pace.ts';
import { turnPace } from '../pace/turn-pace.ts';
import { readControls } from '../records/controls.ts';
import type { StoredSaga } from '../records/saga-store.ts';
import type { TimeLeft } from '../time-left.ts';
import type { Workflow } from '../workflow.ts';
import { apiOf } from './calls.ts';
import { lookAround } from './looks.ts';
import { type Taken, saveWork } from './save-work.ts';
import { sendCall } from './send-call.ts';
import { type Work, type Worker, begin, withCalls, withDecision, withTrustedSight, withoutIntent } from './work.ts';

/** A worker that has less time than a call and this starts none (H26). */
const TIME_MARGIN_MS = 5_000;
/** More decisions than this in one invocation are a loop of our own making; the saga goes on with a new message. */
const LONGEST_TURN = 1_000;
/** A call that the pace let go goes within this time or asks anew: held up longer, several would go in one burst. */
const ADMITTED_FOR_MS = 1_000;

/** How far a turn may go: as far as there is something to do, or until the plan stands and not a step further. */
export type Reach = 'rest' | 'plan';

/** How a turn of work on one saga ended: it waits or is over, somebody else has it, or there was no time left. */
export type Advanced = { readonly kind: 'rests' | 'unfinished'; readonly stored: StoredSaga } | Taken;

const isAdmitted = (admitted: Work['admitted'], api: Api, clock: Clock): boolean => admitted?.api === api && clock.monotonic() - admitted.at < ADMITTED_FOR_MS;

/** Looks for what the decision wants to see; a list among it may go in the place that the next call has come to. */
const look = async ({ workflow, pace }: Worker, before: Work, decision: Decision, request: LookRequest): Promise<Work> => {
  const work = withoutIntent(before, decision, { kind: 'looked' });
  let { admitted } = work;
  const spare = (api: Api): Admitted | null => {
    if (!isAdmitted(admitted, api, workflow.clock)) return null;
    admitted = null;
    return { kind: 'now', waited: false };
  };
  const { sight, calls } = await lookAround({ workflow, turn: pace, spare }, work.saga, request, work.sight);
  return withCalls({ ...work, sight, admitted, gaveItsPlace: work.gaveItsPlace || admitted !== work.admitted }, calls);
};

/** Waits for the call's moment in the API's pace. Where it does not go now the decision is taken anew, since time has passed. */
const keepPace = async ({ workflow: { clock }, pace }: Worker, work: Work, decision: Decision, call: Call): Promise<{ readonly goes: boolean; readonly work: Work }> => {
  const api = apiOf(call);
  if (isAdmitted(work.admitted, api, clock)) return { goes: true, work };
  // A call that gave its place to a list had come to its turn already: it asks again as the most urgent.
  const admitted = await pace.admit(api, work.gaveItsPlace ? MOST_URGENT : urgencyOf(work.saga.state));
  if (admitted.kind === 'sent-off') return { goes: false, work: withoutIntent(work, decision, { kind: 'paced', until: Math.ceil(admitted.until) }) };
  const placed: Work = { ...work, admitted: { api, at: clock.monotonic() }, gaveItsPlace: false };
  return admitted.waited ? { goes: false, work: withoutIntent(placed, decision, { kind: 'looked' }) } : { goes: true, work: placed };
};

/**
 * Works on one saga until it has to wait, is over, or time runs out: asks the core, carries out what it decided, and
 * writes intents before and replies after every call that changes something (design.md, Every step).
 */
export const advance = async (workflow: Workflow, opened: StoredSaga, timeLeft: TimeLeft, previousOpen: boolean, reach: Reach = 'rest'): Promise<Advanced> => {
  const { ledger, clock, policy } = workflow;
  const worker: Worker = { workflow, token: workflow.newToken(), pace: turnPace(workflow.pace, opened.saga.wait?.why ?? null) };
  let work = begin(opened, await readControls(ledger), clock);
  for (let steps = 0; steps < LONGEST_TURN; steps += 1) {
    // The intent's deadline counts from here, however long the ledger or the pace then keep this worker.
    const decidedAt = clock.monotonic();
    work = withTrustedSight(work, clock);
    const { occurrence, sight, controls } = work;
    const decision = decide(work.saga, { occurrence, sight, controls, previousOpen }, policy, clock.now());
    const { next } = decision;
    const isWork = next.do === 'look' || next.do === 'call';
    if (isWork && timeLeft.remainingMs() < policy.retry.deadlineSeconds * 1_000 + TIME_MARGIN_MS) {
      work = withoutIntent(work, decision, { kind: 'looked' });
      break;
    }
    if (next.do === 'look') {
      work = await look(worker, work, decision, next.look);
      continue;
    }
    if (next.do === 'call') {
      const paced = await keepPace(worker, work, decision, next.attempt.call);
      ({ work } = paced);
      if (!paced.goes) continue;
    }
    const rests = next.do === 'wait' || next.do === 'end';
    work = withDecision(work, decision);
    if (rests && work.facts.length === 0 && work.stored.version > 0) return { kind: 'rests', stored: work.stored };
    const ends = rests || (next.do === 'commit' && reach === 'plan');
    const saved = await saveWork(worker, work, !ends);
    if (saved.kind === 'taken') return saved;
    ({ work } = saved);
    if (saved.kind === 'overtaken') continue;
    if (ends) return { kind: rests ? 'rests' : 'unfinished', stored: work.stored };
    if (next.do === 'commit') work = { ...work, occurrence: { kind: 'committed' } };
    if (next.do === 'call') work = await sendCall(workflow, work, next.attempt, decidedAt);
  }
  const saved = await saveWork(worker, work, false);
  return saved.kind === 'taken' ? saved : { kind: 'unfinished', stored: saved.work.stored };
};
