import { describe, expect, it, onTestFinished } from 'vitest';
import { bundle } from '../../deploy/bundle.ts';
import type { Saga } from '../../lib/saga/saga.ts';
import { takeIn } from '../../lib/workflow/intake/intake.ts';
import { listSagas } from '../../lib/workflow/records/saga-store.ts';
import { listParked } from '../../lib/workflow/replay/parked.ts';
import { SILENT } from '../../lib/workflow/workflow.ts';
import { startSnsService } from '../stand-ins/sns.ts';
import { aPolicy, anEvent, rds } from '../workflow/world.ts';
import { type Deployed, HUAWEI, deployed, linesOf } from './deployed.ts';
import { ROOT } from './packaged.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:needs-you';
const DONE = { batchItemFailures: [] };

const sagasOf = async ({ stage }: Deployed): Promise<Saga[]> => {
  const sagas: Saga[] = [];
  for await (const { saga } of listSagas(stage.ledger)) sagas.push(saga);
  return sagas;
};

it('the packaged functions settle an instance as on Lambda: credentials fetched by reference, every step told, nothing secret told (H58)', async () => {
  // A second until the first proof, so that it is the third function's.
  const on = await deployed(['intake', 'delete', 'verify'], aPolicy({ verify: { firstDelaySeconds: 1, proofs: 1 } }));
  const { stage, csms, secrets } = on;
  await stage.queue.send('decommissions', [{ body: JSON.stringify(anEvent([rds()])), delaySeconds: 0 }]);
  const worked = [await on.work('decommissions', 'intake'), await on.work('deletions', 'delete'), await on.work('verifications', 'verify')];
  expect(worked.map((one) => one?.reply)).toEqual([DONE, DONE, DONE]);

  const sagas = await sagasOf(on);
  const [saga] = sagas;
  expect(sagas.map(({ state }) => state)).toEqual(['gone']);
  expect(csms.state().secrets).toEqual([]);
  expect(secrets.asked).toContain(HUAWEI);

  expect(worked.map((one) => one?.log).join('')).not.toMatch(/canary|SDK-HMAC|Signature=|Authorization/i);
  const lines = linesOf(...worked);
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

it('H62: a wake-up for a saga that the ledger does not hold, or not yet in that turn, is parked by the packaged function with the reason', async () => {
  const on = await deployed(['delete']);
  await takeIn({ ...on.stage, policy: aPolicy(), telemetry: SILENT }, anEvent([rds()]));
  const [saga] = await sagasOf(on);
  const wakeUps = [{ v: 1, sagaId: String(saga?.sagaId).replace('#1', '#2'), turn: 0 }, { v: 1, sagaId: saga?.sagaId, turn: 7 }];
  await on.stage.queue.send('deletions', wakeUps.map((wakeUp) => ({ body: JSON.stringify(wakeUp), delaySeconds: 0 })));
  for (let worked = await on.work('deletions', 'delete'); worked !== null; worked = await on.work('deletions', 'delete')) expect(worked.reply).toEqual(DONE);
  const reasons: string[] = [];
  for await (const { message } of listParked(on.stage.ledger)) reasons.push(message.reason);
  expect(reasons.toSorted()).toEqual([expect.stringContaining('the ledger holds no saga'), expect.stringContaining('the ledger is older than this message')]);
}, 120_000);

describe('the packaged sweep', () => {
  const policy = aPolicy({ protect: { secretNames: ['db-*'] } });

  /** A stage on which one saga was refused, and nobody knows yet. */
  const refused = async (): Promise<Deployed> => {
    const on = await deployed(['delete', 'sweep'], policy);
    await takeIn({ ...on.stage, policy, telemetry: SILENT }, anEvent([rds()]));
    await on.work('deletions', 'delete');
    expect((await sagasOf(on)).map(({ state }) => state)).toEqual(['refused']);
    return on;
  };

  it('tells people by the topic, once, with the command to act; a topic that fails fails no sweep and is told of', async () => {
    const on = await refused();
    const sns = await startSnsService([TOPIC]);
    onTestFinished(() => sns.close());
    const topic = { PROBATE_NOTIFY_TOPIC: TOPIC, AWS_ENDPOINT_URL_SNS: sns.endpoint };
    sns.fail({ status: 403, code: 'AuthorizationError' });
    const failed = await on.invoke('sweep', {}, topic);
    expect(failed.reply).toMatchObject({ told: 0, untold: 'refused' });
    expect(linesOf(failed)).toContainEqual(expect.objectContaining({ level: 'error', message: 'a digest did not go out and will be told again', cause: 'refused', DigestsUntold: 1, Stage: 'bundles' }));
    sns.fail(null);
    expect([(await on.invoke('sweep', {}, topic)).reply, (await on.invoke('sweep', {}, topic)).reply]).toMatchObject([{ told: 1, untold: null }, { told: 0, untold: null }]);
    const [saga] = await sagasOf(on);
    expect(sns.published).toEqual([{ topic: TOPIC, region: 'eu-west-1', subject: 'Probate bundles: 1 needs you, the first when you can', message: expect.stringContaining(`npx probate replay --filter saga='${String(saga?.sagaId)}'`) }]);
  }, 120_000);

  it('tells people in its log where no topic is named, with the ids every line has', async () => {
    const on = await refused();
    const [saga] = await sagasOf(on);
    expect(linesOf(await on.invoke('sweep', {}))).toContainEqual(
      expect.objectContaining({ level: 'info', message: expect.stringContaining('needs you when you can: protected: secret db-1'), sagaId: saga?.sagaId, eventIds: saga?.events.map(({ id }) => id), instance: saga?.instance }),
    );
  }, 120_000);
});

it('a missing or malformed setting ends the cold start with its name; a cloud that cannot be reached does not', async () => {
  const on = await deployed(['delete', 'sweep']);
  const started = async (name: string, change: Readonly<Record<string, string>>): Promise<string> => {
    const { reply, log } = await on.invoke(name, { Records: [] }, change);
    // Above it stands the line of the bundle that threw, which holds every name there is.
    return reply === null ? (/^(?:\w+: )+([A-Z_]{3,})\b/m.exec(log)?.[1] ?? log.slice(-2_000)) : 'started';
  };
  const cases = [
    { function: 'delete', change: { PROBATE_STAGE: 'pro/d' }, told: 'PROBATE_STAGE' },
    { function: 'delete', change: { AWS_REGION: '' }, told: 'AWS_REGION' },
    { function: 'delete', change: { PROBATE_STACK: 'azure' }, told: 'PROBATE_STACK' },
    // A state of its own would be gone with the function.
    { function: 'delete', change: { PROBATE_STACK: 'embedded', PROBATE_STATE: '/tmp' }, told: 'PROBATE_STACK' },
    { function: 'delete', change: { PROBATE_POLICY: '/nowhere/policy.json' }, told: 'PROBATE_POLICY' },
    { function: 'delete', change: { PROBATE_HUAWEI_CREDENTIALS: 'probate/huawei' }, told: 'PROBATE_HUAWEI_CREDENTIALS' },
    { function: 'delete', change: { HUAWEICLOUD_CSMS_ENDPOINT: 'http://kms.example.com' }, told: 'HUAWEICLOUD_CSMS_ENDPOINT' },
    { function: 'delete', change: { PROBATE_NOTIFY_TOPICS: 'needs-you' }, told: 'PROBATE_NOTIFY_TOPICS' },
    { function: 'sweep', change: { PROBATE_NOTIFY_TOPIC: 'needs-you' }, told: 'PROBATE_NOTIFY_TOPIC' },
    { function: 'delete', change: { HUAWEICLOUD_CSMS_ENDPOINT: 'http://127.0.0.1:9' }, told: 'started' },
  ];
  const told: string[] = [];
  for (const { function: name, change } of cases) told.push(await started(name, change));
  expect(told).toEqual(cases.map((one) => one.told));
}, 120_000);

it('a replay asked for wrongly ends with every field and its remedy', async () => {
  const on = await deployed(['replay']);
  const { reply, log } = await on.invoke('replay', { replay: { filters: [{ key: 'old', pattern: '2d' }], by: 'you', why: ' ' } });
  expect(reply).toBeNull();
  expect(log).toContain('replay.filters[0].key is "old": ');
  expect(log).toContain('replay.why is blank: it must have at least 1 character');
}, 120_000);

it('the topic is loaded by the sweep alone, the one-machine tier by none', async () => {
  const names = ['intake', 'delete', 'verify', 'compensate', 'sweep', 'replay'];
  const bundles = await bundle(ROOT, names.map((name) => ({ name, module: `functions/${name}` })));
  expect(bundles.filter(({ inputs }) => inputs.some((input) => input.includes('client-sns'))).map(({ name }) => name)).toEqual(['sweep']);
  expect(bundles.flatMap(({ inputs }) => inputs.filter((input) => input.startsWith('lib/adapters/sqlite/')))).toEqual([]);
}, 120_000);
