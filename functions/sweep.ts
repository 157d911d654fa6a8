import type { Context } from 'aws-lambda';
import { lineNotifier } from '../lib/workflow/line-notifier.ts';
import { type Swept, sweep } from '../lib/workflow/sweep.ts';
import { processWorkflow } from '../lib/workflow/wiring.ts';

const workflow = await processWorkflow();

/** The rate of its schedule in serverless.yml. */
export const INTERVAL_SECONDS = 300;

/** On its schedule: sends what falls due, tells people what waits for them, looks for what came back. */
export const handler = (_: unknown, context: Context): Promise<Swept> =>
  sweep(workflow, {
    intervalSeconds: INTERVAL_SECONDS,
    budget: { remainingMs: () => context.getRemainingTimeInMillis() },
    look: { when: 'due', acceptShrink: false },
    notifier: lineNotifier((text) => void process.stderr.write(text)),
  });
