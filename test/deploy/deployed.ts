import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { bundle } from '../../deploy/bundle.ts';
import type { QueueName } from '../../events/messages.ts';
import { readAwsSettings } from '../../lib/adapters/aws/settings.ts';
import { type OpenedStage, openStage } from '../../lib/adapters/aws/stage.ts';
import { prepareStage } from '../../local/aws/prepare.ts';
import { startCsmsEmulator } from '../../local/emulators/csms/server.ts';
import { eventOf } from '../../local/mapping/event.ts';
import { readServerless } from '../../local/serverless/read.ts';
import { temporaryDirectory } from '../contract/temporary.ts';
import { startStandIns } from '../stand-ins/aws.ts';
import { PROJECT, aPolicy, INSTANCE } from '../workflow/world.ts';
import { startGate } from './gate.ts';
import { ROOT } from './packaged.ts';
import { type SecretsService, startSecretsService } from './secrets-service.ts';

const INVOKE = fileURLToPath(new URL('children/invoke.ts', import.meta.url));
export const HUAWEI = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:huawei-AbCdEf';
const CANARY = 'canary-sk-0f3b';
const STAGE = 'bundles';

/** What came of one invocation: the function's reply, null when it ended without one, and all it wrote. */
export interface Invoked {
  readonly reply: unknown;
  readonly log: string;
}

type Change = Readonly<Record<string, string | undefined>>;

/** A stage on stand-ins, its functions bundled as they are deployed, each invocation in a process of its own and with no more rights than its role's. */
export interface Deployed {
  readonly stage: OpenedStage;
  readonly csms: Awaited<ReturnType<typeof startCsmsEmulator>>;
  readonly secrets: SecretsService;
  readonly invoke: (name: string, event: unknown, change?: Change, leftMs?: number) => Promise<Invoked>;
  /** Hands what a queue has to its function and removes it, as Lambda does; null when there was nothing. */
  readonly work: (queue: QueueName, name: string, leftMs?: number) => Promise<Invoked | null>;
}

export const deployed = async (names: readonly string[], policy = aPolicy({ verify: { firstDelaySeconds: 0, proofs: 1, intervalSeconds: 0, deadlineHours: 1 } })): Promise<Deployed> => {
  const directory = temporaryDirectory();
  const standIns = await startStandIns();
  const csms = await startCsmsEmulator({
    seed: { secrets: [{ name: 'db-1', projectId: PROJECT, instance: { id: INSTANCE, type: 'RDS' } }] },
    credentials: { accessKey: { id: 'AKCANARY', secret: CANARY, securityToken: null }, user: { domain: 'd', name: 'u', password: 'p' } },
  });
  const secrets = await startSecretsService({ [HUAWEI]: JSON.stringify({ HUAWEICLOUD_SDK_AK: 'AKCANARY', HUAWEICLOUD_SDK_SK: CANARY }) });
  const settings = readAwsSettings({ ...standIns.env, PROBATE_STAGE: STAGE });
  const mappings = readServerless(join(ROOT, 'serverless.yml'), { stage: STAGE, env: {} });
  await prepareStage(settings, {}, mappings);
  const stage = openStage(settings, {});
  onTestFinished(async () => {
    stage.close();
    await secrets.close();
    await csms.close();
    await standIns.close();
  });

  writeFileSync(join(directory, 'policy.json'), JSON.stringify(policy));
  mkdirSync(join(directory, 'functions'));
  for (const { path, code } of await bundle(ROOT, names.map((name) => ({ name, module: `functions/${name}` })))) writeFileSync(join(directory, path), code);
  const env = {
    ...standIns.env,
    AWS_LAMBDA_FUNCTION_NAME: 'probate-bundles',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    HUAWEICLOUD_CSMS_ENDPOINT: csms.endpoint,
    PROBATE_STACK: 'aws',
    PROBATE_STAGE: STAGE,
    PROBATE_POLICY: join(directory, 'policy.json'),
    PROBATE_HUAWEI_CREDENTIALS: HUAWEI,
    PROBATE_ALIBABA_CREDENTIALS: '',
  };

  const gates = new Map<string, Awaited<ReturnType<typeof startGate>>[]>();
  for (const name of names) {
    gates.set(name, [await startGate('sqs', standIns.env.AWS_ENDPOINT_URL_SQS, name, STAGE), await startGate('dynamodb', standIns.env.AWS_ENDPOINT_URL_DYNAMODB, name, STAGE)]);
  }

  let invocations = 0;
  const invoke: Deployed['invoke'] = async (name, event, change = {}, leftMs = 60_000) => {
    invocations += 1;
    const [asked, replied] = [join(directory, `event-${invocations}.json`), join(directory, `reply-${invocations}.json`)];
    writeFileSync(asked, JSON.stringify(event));
    const [sqs, dynamodb] = gates.get(name) ?? [];
    const endpoints = { AWS_ENDPOINT_URL_SQS: sqs?.endpoint, AWS_ENDPOINT_URL_DYNAMODB: dynamodb?.endpoint };
    const child = spawn(process.execPath, [INVOKE, join(directory, 'functions', `${name}.mjs`), asked, replied, String(leftMs)], { env: { ...env, ...endpoints, ...change }, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    expect([...(sqs?.refused ?? []), ...(dynamodb?.refused ?? [])], `what the role of ${name} lacks`).toEqual([]);
    return { reply: existsSync(replied) ? JSON.parse(readFileSync(replied, 'utf8')) : null, log: out + err };
  };
  const work: Deployed['work'] = async (queue, name, leftMs) => {
    const messages = await stage.queue.receive(queue, { max: 10, visibilitySeconds: 360, waitSeconds: 5 });
    const mapping = mappings.find((one) => one.queue === queue);
    if (messages.length === 0 || mapping === undefined) return null;
    const invoked = await invoke(name, eventOf(messages.map((message) => ({ message, receivedAt: Date.now() })), mapping), {}, leftMs);
    await stage.queue.acknowledge(queue, messages.map(({ receipt }) => receipt));
    return invoked;
  };
  return { stage, csms, secrets, invoke, work };
};

/** A log's lines, each of which must be JSON. */
export const linesOf = (...invoked: readonly (Invoked | null)[]): readonly unknown[] =>
  invoked.flatMap((one) => (one?.log.trim() ?? '').split('\n').flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)])));
