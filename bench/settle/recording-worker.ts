import { readFileSync, writeFileSync } from 'node:fs';
import { Policy } from '../../lib/saga/policy.ts';
import { answerAsks } from '../child.ts';
import type { Trace } from '../skeleton/trace.ts';
import { type Workload, oneEvent } from '../workload.ts';
import { makeRecorder } from './recorder.ts';
import { MAPPINGS, endings, openStack } from './stack.ts';

/** The same process as worker.ts, with a recorder at its ports; it is slower for that and not timed. */
const recorder = makeRecorder();
const policy = Policy.parse(JSON.parse(readFileSync(process.env['PROBATE_POLICY'] ?? '', 'utf8')));
const stack = await openStack(policy, recorder.watched, recorder.watch);
/** A run that takes longer hangs. */
const LONGEST_MS = 240_000;
const SENDING = 'sending';

const settle = async (workload: Workload): Promise<void> => {
  stack.age();
  recorder.clear();
  await recorder.during(SENDING, () => stack.send([oneEvent(workload)]));
  await stack.rest(AbortSignal.timeout(LONGEST_MS));
};

const asks = {
  warm: settle,
  /** Writes the trace of one event's whole life into a file; answers how its sagas ended. */
  record: async ({ workload, file }: { readonly workload: Workload; readonly file: string }): Promise<Readonly<Record<string, number>>> => {
    const since = stack.state.clock.now();
    await settle(workload);
    const { messages: recorded, origin, connections } = recorder.recorded();
    const { [SENDING]: sending = [], ...messages } = recorded;
    const trace: Trace = {
      instances: workload.instances,
      origin,
      connections,
      sending,
      messages,
      queues: MAPPINGS.map(({ queue, batchSize, maximumConcurrency, visibilitySeconds }) => ({ queue, batchSize, maximumConcurrency, visibilitySeconds })),
    };
    writeFileSync(file, JSON.stringify(trace));
    return endings(stack.state, since);
  },
};
export type RecordAsks = typeof asks;
answerAsks(asks);
