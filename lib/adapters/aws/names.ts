import type { QueueName } from '../../../events/messages.ts';

/** Every queue and the table of a stage are named after it (interfaces.md, Environment); serverless.yml has the same names. */
export const queueNameOf = (stage: string, queue: QueueName): string => `probate-${stage}-${queue}`;

export const deadQueueNameOf = (stage: string, queue: QueueName): string => `${queueNameOf(stage, queue)}-dead`;

export const tableNameOf = (stage: string): string => `probate-${stage}`;
