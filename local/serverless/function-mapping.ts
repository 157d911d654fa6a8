import type { QueueName } from '../../events/messages.ts';

/** One function and the queue that triggers it, as serverless.yml has them. */
export interface FunctionMapping {
  /** As deployed, like `probate-dev-intake`. */
  readonly functionName: string;
  /** The module's absolute path and the name it exports the handler under. */
  readonly handler: { readonly file: string; readonly export: string };
  readonly memoryMegabytes: number;
  readonly queue: QueueName;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency: number;
  readonly timeoutSeconds: number;
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
}
