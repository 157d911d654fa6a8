import { takeIn } from '../../lib/workflow/intake/intake.ts';
import type { CommonOptions } from '../commands/options.ts';
import type { ExitCode } from '../terminal/exit.ts';
import { type Terminal, writeJson } from '../terminal/terminal.ts';
import { embedOptions } from './embed-options.ts';
import { readInputs } from './inputs.ts';
import { type JudgedEvent, leftToNewer } from './judge-events.ts';
import { withStack } from './open-stack.ts';
import { optionProblems } from './option-problems.ts';
import { judgeClouds, openPlace } from './place.ts';
import { driveAlone } from './private-drive.ts';
import { exitCodeOf, outsetOf, resultOf } from './results.ts';
import { describeRun } from './summary.ts';

/** Options of `plan`. */
export interface PlanOptions extends CommonOptions {
  readonly embed?: true;
  readonly seed?: string;
}

/** `plan`: every event in plan mode whatever it asks for, worked on aside from the queues; rejects with BadInput before the first call. */
export const planEvents = async (terminal: Terminal, files: readonly string[], options: PlanOptions): Promise<ExitCode> => {
  const { policy, events, seed } = await readInputs({ ...options, files, problems: optionProblems(options) });
  await judgeClouds(terminal, options, policy, events);
  return withStack(options, 'made if missing', async (stack) => {
    const place = await openPlace({ terminal, stack, state: options.state, policy, events, embed: embedOptions(terminal, options, seed) });
    try {
      const outset = await outsetOf(place.workflow);
      const scope = { readOnly: true, mayWorkOn: ({ mode }: { mode: string }) => mode === 'plan', interrupted: terminal.interrupted };
      const judged: JudgedEvent[] = [];
      await driveAlone(place.workflow, scope, async (workflow) => {
        for (const event of events) judged.push({ event, judgement: await takeIn(workflow, event, { planOnly: true }).catch(leftToNewer) });
      });
      const result = await resultOf(place, judged, outset);
      if (options.json === true) writeJson(terminal, result);
      else terminal.out(describeRun(result));
      return exitCodeOf(result);
    } finally {
      await place.close();
    }
  });
};
