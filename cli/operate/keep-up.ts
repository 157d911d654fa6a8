import { lineNotifier } from '../../lib/adapters/notices/line-notifier.ts';
import { drainDeadLetters } from '../../lib/workflow/replay/dead-letters.ts';
import { SWEEP_INTERVAL_SECONDS, sweep } from '../../lib/workflow/sweep/sweep.ts';
import { UNBOUNDED } from '../../lib/workflow/time-left.ts';
import type { Workflow } from '../../lib/workflow/workflow.ts';
import type { CommonOptions } from '../commands/options.ts';
import { embedOptions } from '../run/embed-options.ts';
import { readInputs } from '../run/inputs.ts';
import { withStack } from '../run/open-stack.ts';
import { type Place, openPlace } from '../run/place.ts';
import { startFunctions } from '../run/start-functions.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Options of `dev`. */
export interface DevOptions extends CommonOptions {
  readonly seed?: string;
}

/** One sweep at once, to catch up, and then one an interval; a sweep that fails is told and does not end it. */
const sweepUntil = async (workflow: Workflow, { interrupted, err }: Terminal): Promise<void> => {
  const notifier = lineNotifier(err);
  while (!interrupted.aborted) {
    try {
      await drainDeadLetters(workflow, UNBOUNDED);
      await sweep(workflow, { intervalSeconds: SWEEP_INTERVAL_SECONDS, timeLeft: UNBOUNDED, look: { when: 'due', acceptShrink: false }, notifier });
    } catch (error) {
      err(`${JSON.stringify({ level: 'error', message: 'a sweep failed and will be tried again', cause: error instanceof Error ? error.message : String(error) })}\n`);
    }
    await workflow.clock.sleep(SWEEP_INTERVAL_SECONDS * 1_000, interrupted).catch(() => undefined);
  }
};

const endpointsOf = ({ embedded, stage }: Place, state: string): Record<string, string | undefined> => ({
  csms: embedded?.environment['HUAWEICLOUD_CSMS_ENDPOINT'],
  iam: embedded?.environment['HUAWEICLOUD_IAM_ENDPOINT'],
  sae: embedded?.environment['ALIBABA_CLOUD_SAE_ENDPOINT'],
  state,
  stage,
});

/** `dev`: emulators, functions and schedule of one machine until Ctrl-C; its first line says where everything is. */
export const keepUp = async (terminal: Terminal, options: DevOptions): Promise<ExitCode> => {
  const { policy, seed } = await readInputs({ ...options, files: [], problems: [] });
  return withStack(options, 'made if missing', async (stack) => {
    const place = await openPlace({ terminal, stack, state: options.state, policy, events: [], embed: embedOptions(terminal, { embed: true, state: options.state }, seed) });
    try {
      const functions = await startFunctions(place.workflow, place.stage, terminal);
      terminal.out(`${JSON.stringify(endpointsOf(place, options.state))}\n`);
      await sweepUntil(place.workflow, terminal);
      await functions.stop();
      return EXIT.interrupted;
    } finally {
      await place.close();
    }
  });
};
