import type { Telemetry } from '../../ports/telemetry.ts';
import { lineOf } from './line.ts';
import { figuresOf } from './metrics.ts';

const NAMESPACE = 'Probate';

/**
 * For Lambda: one JSON line per observation, which CloudWatch reads as log and as metrics alike, with no request of our
 * own (embedded metric format, https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * Written here rather than taken from Powertools: a third of a screen against 39 KB and 34 ms of every cold start.
 */
export const embeddedMetrics = ({ stage, now, write }: { readonly stage: string; readonly now: () => number; readonly write: (line: string) => void }): Telemetry => ({
  tell: (observation, about) => {
    const { dimensions, metrics } = figuresOf(observation);
    const named = { Stage: stage, ...dimensions };
    const line = {
      ...lineOf(observation, about),
      ...named,
      ...Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value])),
      _aws: {
        Timestamp: now(),
        CloudWatchMetrics: [
          {
            Namespace: NAMESPACE,
            Dimensions: [Object.keys(named)],
            Metrics: Object.entries(metrics).map(([Name, { unit }]) => ({ Name, Unit: unit })),
          },
        ],
      },
    };
    write(`${JSON.stringify(line)}\n`);
  },
});
