import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { bundle } from '../../deploy/bundle.ts';
import type { QueueName } from '../../events/messages.ts';
import { openStage } from '../../lib/adapters/aws/stage.ts';
import { readAwsSettings } from '../../lib/adapters/aws/settings.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { listSagas } from '../../lib/workflow/saga-store.ts';
import { prepareStage } from '../../local/aws/prepare.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import { eventOf } from '../../local/mapping/event.ts';
import { readServerless } from '../../local/serverless/read.ts';
import { temporaryDirectory } from '../contract/temporary.ts';
import { startStandIns } from '../stand-ins/aws.ts';
import { INSTANCE, PROJECT, aPolicy, anEvent, rds } from '../workflow/world.ts';
import { ROOT } from './packaged.ts';
import { startSecretsService } from './secrets-service.ts';

const INVOKE = fileURLToPath(new URL('children/invoke.ts', import.meta.url));
const HUAWEI = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:huawei-AbCdEf';
const CANARY = 'canary-sk-0f3b';

it('the packaged functions settle an instance as on Lambda: credentials fetched by reference, every step told, nothing secret told (H58)', async () => {
  const directory = temporaryDirectory();
  const standIns = await startStandIns();
  const csms = await startCsmsEmulator({
    seed: { secrets: [{ name: 'db-1', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } }] },
    credentials: { accessKey: { id: 'AKCANARY', secret: CANARY, securityToken: null }, user: { domain: 'd', name: 'u', password: 'p' } },
  });
  const secrets = await startSecretsService({ [HUAWEI]: JSON.stringify({ HUAWEICLOUD_SDK_AK: 'AKCANARY', HUAWEICLOUD_SDK_SK: CANARY }) });
  const settings = readAwsSettings({ ...standIns.env, PROBATE_STAGE: 'bundles' });
  const mappings = readServerless(join(ROOT, 'serverless.yml'), { stage: 'bundles', env: {} });
  await prepareStage(settings, {}, mappings);
  const stage = openStage(settings, {});
  onTestFinished(async () => {
    stage.close();
    await secrets.close();
    await csms.close();
    await standIns.close();
  });

  writeFileSync(join(directory, 'policy.json'), JSON.stringify(aPolicy({ verify: { firstDelaySeconds: 0, proofs: 1, intervalSeconds: 0, deadlineHours: 1 } })));
  const env = {
    ...standIns.env,
    AWS_LAMBDA_FUNCTION_NAME: 'probate-bundles',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint,
    PROBATE_STACK: 'aws',
    PROBATE_STAGE: 'bundles',
    PROBATE_POLICY: join(directory, 'policy.json'),
    PROBATE_HUAWEI_CREDENTIALS: HUAWEI,
    PROBATE_ALIBABA_CREDENTIALS: '',
  };

  mkdirSync(join(directory, 'functions'));
  const handlers = ['intake', 'delete', 'verify'].map((name) => ({ name, module: `functions/${name}` }));
  for (const { path, code } of await bundle(ROOT, handlers)) writeFileSync(join(directory, path), code);

  const log: string[] = [];
  /** Hands what the queue has to its function, in a process of its own, and answers what it replied; null when there was nothing. */
  const work = async (queue: QueueName, name: string): Promise<unknown> => {
    const messages = await stage.queue.receive(queue, { max: 10, visibilitySeconds: 360, waitSeconds: 0 });
    const mapping = mappings.find((one) => one.queue === queue);
    if (messages.length === 0 || mapping === undefined) return null;
    const file = join(directory, 'functions', `${name}.mjs`);
    const [event, reply] = [join(directory, 'event.json'), join(directory, 'reply.json')];
    writeFileSync(event, JSON.stringify(eventOf(messages.map((message) => ({ message, receivedAt: Date.now() })), mapping)));
    const child = spawn(process.execPath, [INVOKE, file, event, reply], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk: Buffer) => log.push(chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString('utf8')));
    await once(child, 'close');
    await stage.queue.acknowledge(queue, messages.map(({ receipt }) => receipt));
    return JSON.parse(readFileSync(reply, 'utf8'));
  };

  await stage.queue.send('decommissions', [{ body: JSON.stringify(anEvent([rds()])), delaySeconds: 0 }]);
  expect(await work('decommissions', 'intake')).toEqual({ batchItemFailures: [] });
  expect(await work('deletions', 'delete')).toEqual({ batchItemFailures: [] });
  expect(await work('verifications', 'verify')).toEqual({ batchItemFailures: [] });

  const sagas: Saga[] = [];
  for await (const { saga } of listSagas(stage.ledger)) sagas.push(saga);
  const [saga] = sagas;
  expect(sagas.map(({ state }) => state)).toEqual(['gone']);
  expect(csms.state().secrets).toEqual([]);
  expect(secrets.asked).toContain(HUAWEI);

  const text = log.join('');
  expect(text).not.toMatch(/canary|SDK-HMAC|Signature=|Authorization/i);
  const lines: readonly unknown[] = text.trim().split('\n').map((line): unknown => JSON.parse(line));
  expect(lines.filter((line) => typeof line !== 'object')).toEqual([]);
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 'info',
      message: 'saga reached gone',
      sagaId: saga?.sagaId,
      eventIds: saga?.events.map(({ id }) => id),
      instance: saga?.instance,
      Stage: 'bundles',
      State: 'gone',
      SagasReached: 1,
      _aws: { Timestamp: expect.any(Number), CloudWatchMetrics: [{ Namespace: 'Probate', Dimensions: [['Stage', 'State']], Metrics: [{ Name: 'SagasReached', Unit: 'Count' }] }] },
    }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ operation: 'batch-delete', verdict: 'done', requests: 1, Calls: 1, Api: 'csms', Verdict: 'done' }));
}, 120_000);
