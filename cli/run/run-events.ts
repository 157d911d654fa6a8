import type { DecommissionEvent } from '../../events/decommission.ts';
import { sendEvents } from '../../lib/workflow/intake/send-events.ts';
import { reportFileProblems, writeReport } from '../report/write-report.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { drive } from './drive.ts';
import { embedOptions } from './embed-options.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { judgedBy } from './judge-events.ts';
import { type OpenedStack, withStack } from './open-stack.ts';
import { optionProblems } from './option-problems.ts';
import { type Place, judgeClouds, openPlace } from './place.ts';
import { showProgress } from './progress.ts';
import { type RunResult, exitCodeOf, outsetOf, resultOf } from './results.ts';
import { runDeployed } from './run-deployed.ts';
import type { RunOptions } from './run-options.ts';
import { startFunctions } from './start-functions.ts';
import { describeRun } from './summary.ts';

/** Runs the workflow in one place until it rests; shared by `run` and `demo`. */
export const runHere = async (
  terminal: Terminal,
  place: Place,
  events: readonly DecommissionEvent[],
  options: Pick<RunOptions, 'approve' | 'fastForward' | 'json'>,
): Promise<RunResult> => {
  const { workflow } = place;
  const outset = await outsetOf(workflow);
  await sendEvents(workflow, events);
  const functions = await startFunctions(workflow, place.stage, terminal);
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
  return resultOf(place, await judgedBy(workflow, events), outset);
};

const runOn = async (terminal: Terminal, stack: OpenedStack, { policy, events, seed }: Inputs, options: RunOptions): Promise<RunResult> => {
  if (stack.functions === 'deployed') return runDeployed(terminal, stack, policy, events, options);
  const effective = (options.approve ?? []).length === 0 ? policy : { ...policy, requireApproval: true };
  const place = await openPlace({ terminal, stack, state: options.state, policy: effective, events, embed: embedOptions(terminal, options, seed) });
  try {
    return await runHere(terminal, place, events, options);
  } finally {
    await place.close();
  }
};

/** `run`: reads everything first, then sends, drives and tells; rejects with BadInput before the first call. */
export const runEvents = async (terminal: Terminal, files: readonly string[], options: RunOptions): Promise<ExitCode> => {
  const work = await readInputs({ ...options, files, problems: [...optionProblems(options), ...reportFileProblems(options.report)] });
  await judgeClouds(terminal, options, work.policy, work.events);
  return withStack(options, 'made if missing', async (stack) => {
    const result = await runOn(terminal, stack, work, options);
    if (options.report !== undefined) await writeReport(stack, options.report, terminal);
    if (options.json === true) writeJson(terminal, result);
    else terminal.out(describeRun(result));
    return terminal.interrupted.aborted ? EXIT.interrupted : exitCodeOf(result);
  });
};
