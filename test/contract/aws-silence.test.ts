import { once } from 'node:events';
import { createServer } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { snsNotifier, topicClient } from '../../lib/adapters/aws/sns-notifier.ts';
import { type OpenedStage, openStage } from '../../lib/adapters/aws/stage.ts';
import { fetchSecret } from '../../lib/adapters/secrets-manager/fetch-secret.ts';
import { aDigest, aNotice } from './notifier.suite.ts';

/** What an invocation lasts (serverless.yml), less what a worker leaves to write down how far it came. */
const INVOCATION_SECONDS = 55;
const TOPIC = { arn: 'arn:aws:sns:eu-west-1:111122223333:probate', region: 'eu-west-1' };

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Takes requests and answers none; `asked` is over once the first has come. */
const startSilence = async (): Promise<{ readonly endpoint: string; readonly asked: Promise<unknown> }> => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('silence listens on no port');
  return { endpoint: `http://127.0.0.1:${address.port}`, asked: once(server, 'request') };
};

const stageAt = (endpoint: string): OpenedStage => {
  const stage = openStage({ region: 'eu-west-1', stage: 'prod', endpoints: { sqs: endpoint, dynamodb: endpoint }, isLoopback: true }, {});
  onTestFinished(() => stage.close());
  return stage;
};

/** How the asking ended, passing the time of the clients' own timers a second at a time. */
const endWithin = async (seconds: number, asking: Promise<unknown>, asked: Promise<unknown>): Promise<string> => {
  const ended = asking.then(() => 'answered', String);
  await asked;
  for (let passed = 0; passed < seconds; passed += 1) {
    await vi.advanceTimersByTimeAsync(1_000);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    const end = await Promise.race([ended, Promise.resolve(null)]);
    if (end !== null) return end;
  }
  return 'still waiting';
};

it.each([
  { service: 'the ledger', ask: (endpoint: string) => stageAt(endpoint).ledger.read('saga', 'one') },
  { service: 'a queue', ask: (endpoint: string) => stageAt(endpoint).queue.send('deletions', [{ body: '{}', delaySeconds: 0 }]) },
  { service: 'the topic', ask: () => snsNotifier(topicClient(TOPIC), TOPIC, 'prod').tell(aDigest([aNotice(1)])) },
  { service: 'Secrets Manager', ask: () => fetchSecret('arn:aws:secretsmanager:eu-west-1:111122223333:secret:huawei-AbCdEf') },
])('H26: $service that does not answer fails the asking while the invocation lasts', async ({ ask }) => {
  const { endpoint, asked } = await startSilence();
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  expect(await endWithin(INVOCATION_SECONDS, ask(endpoint), asked)).toContain('TimeoutError');
});
