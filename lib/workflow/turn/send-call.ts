import { type Controls, stopOfCall } from '../../saga/controls.ts';
import type { Occurrence } from '../../saga/input.ts';
import type { Attempt } from '../../saga/saga.ts';
import { readControls } from '../records/controls.ts';
import { tellCall } from '../telling.ts';
import type { Workflow } from '../workflow.ts';
import { apiOf, carryOut, replyOf } from './calls.ts';
import { withDeadline } from './deadline.ts';
import { type Work, withCalls } from './work.ts';

const TOO_LATE = { verdict: { kind: 'retryable', code: 'too-late-to-call' }, requests: 0 } as const;

/** What was seen right before a call: what people stopped, and why the call must not go; null when it may. */
interface LastLook {
  readonly controls: Controls;
  readonly stop: string | null;
}

/** With what came of the attempt, which is not in the ledger yet. */
const after = (work: Work, occurrence: Occurrence): Work => ({ ...work, admitted: null, occurrence, unwrittenReply: occurrence, sight: { ...work.sight, failure: null } });

/**
 * Makes a call whose intent stands in the ledger, unless a last look finds what stops it: a hold, an undo or another worker
 * that came in since is decided on first. `decidedAt` is when the intent was decided on (monotonic ms).
 */
export const sendCall = async (workflow: Workflow, work: Work, { number, call, notAfter }: Attempt, decidedAt: number): Promise<Work> => {
  const { ledger, clouds, writers, clock, policy, pace, gate } = workflow;
  if (writers === null) throw new Error(`a plan run came to intend a ${call.op}`);
  const { saga } = work.stored;
  const api = apiOf(call);
  const deadlineMs = policy.retry.deadlineSeconds * 1_000;
  // A suspended machine's monotonic clock may have stood still, and a wall clock may have been set back: the less that either leaves counts.
  const left = (): number => Math.min(deadlineMs - (clock.monotonic() - decidedAt), notAfter - clock.now());
  let lastLook: LastLook = { controls: work.controls, stop: null };
  const isBarred = async (): Promise<boolean> => {
    const [standing, controls] = await Promise.all([ledger.read('saga', saga.sagaId), readControls(ledger)]);
    lastLook = { controls, stop: standing?.version === work.stored.version ? stopOfCall(saga, controls, call, clock.now()) : 'the saga was written meanwhile' };
    return lastLook.stop !== null || controls.closedKeys.includes(clouds.account(api).keyFingerprint);
  };
  // A worker that was frozen since its intent sends nothing late.
  if (left() <= 0) return after(work, { kind: 'withdrawn', number, why: 'too late to call' });
  const answer = await gate.pass(api, { isBarred, mayBeRecent: false }, () =>
    left() > 0
      ? tellCall(workflow, { saga, api, operation: call.op }, () => withDeadline(clock, left(), ({ signal }) => carryOut(writers, saga.instance, call, { signal })))
      : Promise.resolve(TOO_LATE),
  );
  const looked = { ...work, controls: lastLook.controls };
  if (lastLook.stop !== null) return after(looked, { kind: 'withdrawn', number, why: lastLook.stop });
  if (answer.verdict.kind === 'throttled') await pace.slowDown(api, answer.verdict);
  return after(withCalls(looked, { csms: 0, sae: 0, [api]: answer.requests }), { kind: 'replied', number, reply: replyOf(answer) });
};
