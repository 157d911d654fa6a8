import type { Context } from 'aws-lambda';
import { readNotifyTopic } from '../lib/adapters/aws/notify-topic.ts';
import { snsNotifier, topicClient } from '../lib/adapters/aws/sns-notifier.ts';
import { logNotifier } from '../lib/adapters/notices/log-notifier.ts';
import { SWEEP_INTERVAL_SECONDS, type Swept, sweep } from '../lib/workflow/sweep/sweep.ts';
import { required } from '../lib/workflow/wiring/setting.ts';
import { processWorkflow } from '../lib/workflow/wiring/wiring.ts';

const topic = readNotifyTopic(process.env);
const notifier = topic === null ? logNotifier((text) => void process.stdout.write(text)) : snsNotifier(topicClient(topic), topic, required(process.env, 'PROBATE_STAGE'));
const workflow = await processWorkflow();

/** On its schedule: sends what falls due, tells people what waits for them, looks for what came back. */
export const handler = (_: unknown, context: Context): Promise<Swept> =>
  sweep(workflow, {
    intervalSeconds: SWEEP_INTERVAL_SECONDS,
    timeLeft: { remainingMs: () => context.getRemainingTimeInMillis() },
    look: { when: 'due', acceptShrink: false },
    notifier,
  });
