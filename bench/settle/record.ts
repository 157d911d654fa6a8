import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmulatedCsms } from '../emulator/csms.ts';
import { type Trace, stepsOf } from '../skeleton/trace.ts';
import { type Workload, seedOf, unhindered } from '../workload.ts';
import type { RecordAsks } from './recording-worker.ts';
import { RECORD, startWorker } from './start.ts';

/**
 * Settles that many instances in a process with a recorder at its ports, warmed up like those that are timed; the trace goes
 * into `file`. Throws unless it holds every call that the emulator answered.
 */
export const record = async (csms: EmulatedCsms, directory: string, instances: number, file: string): Promise<Trace> => {
  const workload = (salt: string): Workload => ({ salt, instances });
  const recording = await startWorker<RecordAsks>(RECORD, join(directory, 'recorded'), csms, unhindered());
  await csms.hold(seedOf(workload('warm')));
  await recording.ask('warm', workload('warm'));
  await csms.hold(seedOf(workload('trace')));
  await recording.ask('record', { workload: workload('trace'), file });
  await recording.stop();
  const trace: Trace = JSON.parse(readFileSync(file, 'utf8'));
  const calls = stepsOf(trace).filter(({ op }) => op === 'call').length;
  const answered = (await csms.journal()).length;
  if (calls === 0 || calls !== answered) throw new Error(`the recording holds ${calls} calls, the emulator answered ${answered}`);
  return trace;
};
