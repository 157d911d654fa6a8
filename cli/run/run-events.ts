import type { DecommissionEvent } from '../../events/decommission.ts';
import type { Problem } from '../../events/problems.ts';
import { sendEvents } from '../../lib/workflow/send-events.ts';
import type { RunOptions } from '../commands/run.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { drive } from './drive.ts';
import { readInputs } from './inputs.ts';
import { type Place, openPlace } from './place.ts';
import { showProgress } from './progress.ts';
import { type RunResult, exitCodeOf, resultOf } from './results.ts';
import { startFunctions } from './stack.ts';
import { describeRun } from './summary.ts';

const onCommandLine = (path: string, message: string, remedy: string): Problem => ({ file: 'command line', path, message, remedy });

const optionProblems = ({ embed, seed, fastForward, stack, approve = [] }: RunOptions): Problem[] => [
  ...(stack === 'aws' ? [onCommandLine('--stack', 'is aws', 'run it with embedded: this version works on one machine only')] : []),
  ...(embed === undefined && seed !== undefined ? [onCommandLine('--seed', 'is given without --embed', 'add --embed: only emulated clouds can be seeded')] : []),
  ...(embed === undefined && fastForward !== undefined
    ? [onCommandLine('--fast-forward', 'is given without --embed', 'add --embed: only an embedded clock can be moved')]
    : []),
  ...approve
    .filter((digest) => !/^sha256:[0-9a-f]{64}$/.test(digest))
    .map((digest) => onCommandLine('--approve', `is ${JSON.stringify(digest)}`, 'give a digest as plan prints it: sha256: and 64 hex digits')),
];

/** Runs the workflow in one place until it rests; shared by `run` and `demo`. */
export const runHere = async (
  terminal: Terminal,
  place: Place,
  events: readonly DecommissionEvent[],
  options: Pick<RunOptions, 'approve' | 'fastForward' | 'json'>,
): Promise<RunResult> => {
  const { workflow } = place;
  const since = workflow.clock.now();
  const sent = await sendEvents(workflow, events);
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
  return resultOf(place, sent, since);
};

/** `run`: reads everything first, then sends, drives and tells; rejects with BadInput before the first call. */
export const runEvents = async (terminal: Terminal, files: readonly string[], options: RunOptions): Promise<ExitCode> => {
  const { policy, events, seed } = await readInputs({ ...options, files, problems: optionProblems(options) });
  const effective = (options.approve ?? []).length === 0 ? policy : { ...policy, requireApproval: true };
  const embed = options.embed === undefined ? null : seed === undefined ? {} : { seed };
  const place = await openPlace({ state: options.state, policy: effective, events, embed });
  try {
    const result = await runHere(terminal, place, events, options);
    if (options.json === true) writeJson(terminal, result);
    else terminal.out(describeRun(result));
    return terminal.interrupted.aborted ? EXIT.interrupted : exitCodeOf(result);
  } finally {
    await place.close();
  }
};
