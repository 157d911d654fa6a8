import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Queue } from '../../ports/queue.ts';
import { wallClock } from '../wall-clock.ts';
import { makeClients } from './clients.ts';
import { makeLedger } from './ledger.ts';
import { makeQueue } from './queue.ts';
import type { AwsSettings, Environment } from './settings.ts';

export interface OpenedStage {
  readonly queue: Queue;
  readonly ledger: Ledger;
  readonly clock: Clock;
  close(): void;
}

/** Ledger and queues of one stage on AWS, or on what stands in for it on this machine; nothing is called yet (design.md, Two tiers). */
export const openStage = (settings: AwsSettings, env: Environment): OpenedStage => {
  const { sqs, dynamodb } = makeClients(settings, env);
  return {
    queue: makeQueue(sqs, settings.stage, wallClock),
    ledger: makeLedger(dynamodb, settings.stage, wallClock),
    clock: wallClock,
    close: () => {
      sqs.destroy();
      dynamodb.destroy();
    },
  };
};
