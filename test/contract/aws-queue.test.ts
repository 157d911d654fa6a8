import { afterAll, beforeAll, vi } from 'vitest';
import { type StandIns, startStandIns } from '../stand-ins/aws.ts';
import { aStage } from './aws-stage.ts';
import { describeQueue } from './queue.suite.ts';

// What of the contract fauxqs 2.4.1 cannot show, since it promises less than SQS:
// - characters above U+FFFF are refused by it, so no body of the suite holds one;
// - it takes delays over 900 s and below 0, so that these are refused by Probate before they are sent;
// - its counts stand still until somebody receives, so a depth is only asked while nothing is running out;
// - nothing in it ever expires, and it knows no limit of messages in flight.

let standIns: StandIns;
beforeAll(async () => {
  // Only the date stands still; fauxqs measures delays and visibility by it, and a test moves it on.
  vi.useFakeTimers({ toFake: ['Date'] });
  standIns = await startStandIns();
});
afterAll(async () => {
  await standIns.close();
  vi.useRealTimers();
});

describeQueue('SQS', async () => {
  const stage = await aStage(standIns);
  return {
    queue: stage.queue,
    pass: async (seconds) => void vi.setSystemTime(Date.now() + seconds * 1_000),
    close: async () => stage.close(),
  };
});
