import type { Context } from 'aws-lambda';
import { readNotifyTopic } from '../lib/adapters/aws/notify-topic.ts';
import { snsNotifier, topicClient } from '../lib/adapters/aws/sns-notifier.ts';
import { logNotifier } from '../lib/adapters/notices/log-notifier.ts';
import { required } from '../lib/workflow/setting.ts';
import { type Swept, sweep } from '../lib/workflow/sweep.ts';
import { processWorkflow } from '../lib/workflow/wiring.ts';

const topic = readNotifyTopic(process.env);
const notifier = topic === null ? logNotifier((text) => void process.stdout.write(text)) : snsNotifier(topicClient(topic), topic, required(process.env, 'PROBATE_STAGE'));
const workflow = await processWorkflow();

/** The rate of its schedule in serverless.yml. */
export const INTERVAL_SECONDS = 300;

/** On its schedule: sends what falls due, tells people what waits for them, looks for what came back. */
export const handler = (_: unknown, context: Context): Promise<Swept> =>
  sweep(workflow, {
    intervalSeconds: INTERVAL_SECONDS,
    budget: { remainingMs: () => context.getRemainingTimeInMillis() },
    look: { when: 'due', acceptShrink: false },
    notifier,
  });
