import type { DecommissionEvent } from '../../events/decommission.ts';
import { sendEvents } from '../../lib/workflow/send-events.ts';
import type { RunOptions } from '../commands/run.ts';
import { reportFileProblems, writeReport } from '../report/write-report.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { drive } from './drive.ts';
import { readInputs } from './inputs.ts';
import { optionProblems } from './option-problems.ts';
import { type Place, openPlace } from './place.ts';
import { showProgress } from './progress.ts';
import { type RunResult, exitCodeOf, judgedBy, resultOf } from './results.ts';
import { startFunctions } from './stack.ts';
import { describeRun } from './summary.ts';

/** Runs the workflow in one place until it rests; shared by `run` and `demo`. */
export const runHere = async (
  terminal: Terminal,
  place: Place,
  events: readonly DecommissionEvent[],
  options: Pick<RunOptions, 'approve' | 'fastForward' | 'json'>,
): Promise<RunResult> => {
  const { workflow } = place;
  const since = workflow.clock.now();
  await sendEvents(workflow, events);
  const functions = await startFunctions(workflow, terminal);
  const progress = showProgress(workflow, terminal, options.json === true);
  try {
    await drive(place, functions, {
      interrupted: terminal.interrupted,
      fastForward: options.fastForward === true,
      approve: options.approve ?? [],
    });
  } catch (error) {
    // The first Ctrl-C lets calls in flight finish; what has been done so far is told as it stands.
    if (!terminal.interrupted.aborted) throw error;
  } finally {
    await functions.stop();
    await progress.stop();
  }
  return resultOf(place, await judgedBy(workflow, events), since);
};

/** `run`: reads everything first, then sends, drives and tells; rejects with BadInput before the first call. */
export const runEvents = async (terminal: Terminal, files: readonly string[], options: RunOptions): Promise<ExitCode> => {
  const { policy, events, seed } = await readInputs({ ...options, files, problems: [...optionProblems(options), ...reportFileProblems(options.report)] });
  const effective = (options.approve ?? []).length === 0 ? policy : { ...policy, requireApproval: true };
  const embed = options.embed === undefined ? null : seed === undefined ? {} : { seed };
  const place = await openPlace({ state: options.state, policy: effective, events, embed });
  try {
    const result = await runHere(terminal, place, events, options);
    if (options.report !== undefined) await writeReport(place.workflow, options.report, terminal);
    if (options.json === true) writeJson(terminal, result);
    else terminal.out(describeRun(result));
    return terminal.interrupted.aborted ? EXIT.interrupted : exitCodeOf(result);
  } finally {
    await place.close();
  }
};
