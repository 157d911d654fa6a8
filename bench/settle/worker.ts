import { readFileSync } from 'node:fs';
import { Policy } from '../../lib/saga/policy.ts';
import { answerAsks } from '../child.ts';
import type { Slice } from '../slices.ts';
import { type Workload, oneEvent } from '../workload.ts';
import { type Profile, beginProfile } from './profile.ts';
import { endings, openStack } from './stack.ts';

/** One process of the embedded stack, with nothing of the measuring between its parts. */
const stack = await openStack(Policy.parse(JSON.parse(readFileSync(process.env['PROBATE_POLICY'] ?? '', 'utf8'))));
const { clock } = stack.state;
let profile: Profile | null = null;

/** One event from its sending until nothing of it is left to do. */
export interface Settled extends Slice {
  /** Of the seconds, those that were not waited for but skipped: the state's clock was moved to the next date. */
  readonly skippedSeconds: number;
  /** It was not waited for any longer: what is open by then was not done, though time and CPU went into it. */
  readonly cutOff: boolean;
  /** The most memory this process has had so far. */
  readonly peakBytes: number;
  readonly endings: Readonly<Record<string, number>>;
}

/** A run that takes longer hangs. */
const LONGEST_MS = 240_000;

const asks = {
  /** The count is of sagas proven gone: what ended otherwise, or did not end, was not done. */
  settle: async (workload: Workload, limitMs = LONGEST_MS): Promise<Settled> => {
    const event = oneEvent(workload);
    stack.age();
    const since = clock.now();
    const [began, walled, used] = [clock.monotonic(), performance.now(), process.cpuUsage()];
    await stack.send([event]);
    const limit = AbortSignal.timeout(limitMs);
    await stack.rest(limit);
    const seconds = (clock.monotonic() - began) / 1_000;
    const { user, system } = process.cpuUsage(used);
    const skippedSeconds = seconds - (performance.now() - walled) / 1_000;
    // Counting how they ended reads them all, and is not what is measured.
    const peakBytes = process.resourceUsage().maxRSS * 1_024;
    const ended = await endings(stack.state, since);
    return { count: ended['gone'] ?? 0, seconds, skippedSeconds, cutOff: limit.aborted, cpuMicros: user + system, peakBytes, endings: ended };
  },
  send: async (workload: Workload): Promise<void> => stack.send([oneEvent(workload)]),
  rssBytes: async (): Promise<number> => process.memoryUsage.rss(),
  beginProfile: async (): Promise<void> => {
    profile = await beginProfile();
  },
  endProfile: async (file: string): Promise<void> => profile?.end(file),
};
export type SettleAsks = typeof asks;
answerAsks(asks);
