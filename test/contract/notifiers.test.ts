import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type NotifyTopic, readNotifyTopic } from '../../lib/adapters/aws/notify-topic.ts';
import { LARGEST_MESSAGE_BYTES, snsNotifier, topicClient } from '../../lib/adapters/aws/sns-notifier.ts';
import { digestText } from '../../lib/adapters/notices/digest-text.ts';
import { lineNotifier } from '../../lib/adapters/notices/line-notifier.ts';
import { logNotifier } from '../../lib/adapters/notices/log-notifier.ts';
import type { Notifier } from '../../lib/ports/notifier.ts';
import { type SnsService, startSnsService } from '../stand-ins/sns.ts';
import { type NotifierUnderTest, aDigest, aNotice, describeNotifier } from './notifier.suite.ts';

const TOPIC: NotifyTopic = { arn: 'arn:aws:sns:eu-central-1:111122223333:probate', region: 'eu-central-1' };

afterEach(() => vi.unstubAllEnvs());

/** Somebody who reads along, until their terminal goes away. */
const written = (make: (write: (text: string) => void) => Notifier): NotifierUnderTest => {
  const told: string[] = [];
  let isBroken = false;
  const write = (text: string): void => {
    if (isBroken) throw new Error('EPIPE');
    told.push(text);
  };
  return { notifier: make(write), told: () => told, breakDown: (broken) => void (isBroken = broken), close: () => Promise.resolve() };
};

/** The real client of the SDK in front of a service on loopback. */
const onTopic = async (topic = TOPIC, stage = 'prod'): Promise<{ readonly service: SnsService; readonly notifier: Notifier; close(): Promise<void> }> => {
  const service = await startSnsService([TOPIC.arn]);
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', service.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  const client = topicClient(topic);
  const close = async (): Promise<void> => {
    client.destroy();
    await service.close();
  };
  return { service, notifier: snsNotifier(client, topic, stage), close };
};

describeNotifier('lines', async () => written(lineNotifier));

describeNotifier("a function's log", async () => written(logNotifier));

describeNotifier('SNS', async () => {
  const { service, notifier, close } = await onTopic();
  return { notifier, told: () => service.published.map(({ message }) => message), breakDown: (broken) => service.fail(broken ? { status: 403, code: 'AuthorizationError' } : null), close };
});

it("a notice in a function's log is a JSON line with saga, event and instance, as every line of it is", async () => {
  const lines: string[] = [];
  await logNotifier((text) => lines.push(text)).tell(aDigest([aNotice(1, { urgency: 'now' })], 3));
  const { sagaId, instance, eventIds, commands } = aNotice(1);
  expect(lines.join('').trimEnd().split('\n').map((line): unknown => JSON.parse(line))).toEqual([
    { level: 'error', message: 'needs you now: reason 1', sagaId, eventIds, instance, until: '2026-11-28T06:00:00.000Z', commands },
    { level: 'info', message: 'and 3 more: npx probate status' },
  ]);
});

const topicFor = async (stage?: string): Promise<{ readonly service: SnsService; readonly notifier: Notifier }> => {
  const { close, ...made } = await onTopic(TOPIC, stage);
  onTestFinished(close);
  return made;
};

it('a digest is never longer than there is room, the count of what found none included', () => {
  const digest = aDigest(Array.from({ length: 20 }, (_, index) => aNotice(index, { because: 'x'.repeat(index) })), 999_999_999);
  const rooms = Array.from({ length: 1_000 }, (_, index) => 100 + index);
  expect(rooms.filter((room) => Buffer.byteLength(digestText(digest, room)) > room)).toEqual([]);
  expect(digestText(digest, 1_000)).toMatch(/\nand 10000000\d\d more: npx probate status$/);
});

describe('a digest for a topic', () => {
  it("goes to the topic in the topic's own region, its subject saying which stage needs how many, and how much it presses", async () => {
    const { service, notifier } = await topicFor();
    await notifier.tell(aDigest([aNotice(1, { urgency: 'now' }), aNotice(2)], 1));
    await notifier.tell(aDigest([aNotice(1)]));
    expect(service.published.map(({ topic, region, subject }) => [topic, region, subject])).toEqual([
      [TOPIC.arn, 'eu-central-1', 'Probate prod: 3 need you, the first now'],
      [TOPIC.arn, 'eu-central-1', 'Probate prod: 1 needs you, the first soon'],
    ]);
  });

  it('has a subject that SNS takes, however long the stage is called and however many need somebody', async () => {
    const { service, notifier } = await topicFor('x'.repeat(40));
    await notifier.tell(aDigest([aNotice(1, { urgency: 'when you can' })], 999_999_999));
    expect(service.published[0]?.subject?.length).toBeLessThan(100);
  });

  it('fills a message to the byte count that SNS takes and not beyond', async () => {
    const { service, notifier } = await topicFor();
    await notifier.tell(aDigest(Array.from({ length: 2_000 }, (_, index) => aNotice(index, { because: '密'.repeat(900) }))));
    const bytes = Buffer.byteLength(service.published[0]?.message ?? '');
    expect(bytes).toBeLessThanOrEqual(LARGEST_MESSAGE_BYTES);
    expect(bytes).toBeGreaterThan(LARGEST_MESSAGE_BYTES - 4_000);
  });

  it.each([
    { what: 'the role may not publish', failure: { status: 403, code: 'AuthorizationError' }, told: 'AuthorizationErrorException' },
    { what: 'the topic is gone', failure: { status: 404, code: 'NotFound' }, told: 'NotFoundException' },
    { what: 'its key may not be used', failure: { status: 400, code: 'KMSAccessDenied' }, told: 'KMSAccessDeniedException' },
    { what: 'the service is unwell', failure: { status: 500, code: 'InternalError' }, told: 'InternalErrorException' },
    { what: 'too much is published', failure: { status: 400, code: 'Throttled' }, told: 'ThrottledException' },
    { what: 'its reply is lost', failure: 'reply lost', told: 'TimeoutError' },
    { what: 'its reply names no message', failure: 'no message id', told: 'Error' },
  ] as const)('is not told when $what', async ({ failure, told }) => {
    const { service, notifier } = await topicFor();
    service.fail(failure);
    await expect(notifier.tell(aDigest([aNotice(1)]))).rejects.toMatchObject({ name: told });
  });

  it('that is not there is not told', async () => {
    const { notifier, close } = await onTopic({ ...TOPIC, arn: `${TOPIC.arn}-of-yesterday` });
    onTestFinished(close);
    await expect(notifier.tell(aDigest([aNotice(1)]))).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

describe('PROBATE_NOTIFY_TOPIC', () => {
  it.each([undefined, '', '  '])('may be left out (%j)', (text) => {
    expect(readNotifyTopic({ PROBATE_NOTIFY_TOPIC: text })).toBeNull();
  });

  it.each(['arn:aws:sns:eu-west-1:111122223333:probate', 'arn:aws-cn:sns:cn-north-1:111122223333:ops_1', 'arn:aws-us-gov:sns:us-gov-west-1:111122223333:x'])('is a standard topic: %s', (arn) => {
    expect(readNotifyTopic({ PROBATE_NOTIFY_TOPIC: arn })).toEqual({ arn, region: arn.split(':')[3] });
  });

  it.each([
    'probate',
    'arn:aws:sns:eu-west-1:111122223333:probate.fifo',
    'arn:aws:sns:eu-west-1:111122223333:probate:6b0e71bd-7e97-4d97-80ce-4a0994e55286',
    'arn:aws:sqs:eu-west-1:111122223333:probate',
    'arn:aws:sns:*:111122223333:probate',
    'arn:aws:sns:eu-west-1:1111:probate',
    'arn:aws:sns:eu-west-1:111122223333:',
  ])('is refused by name at the cold start when it is something else: %s', (arn) => {
    expect(() => readNotifyTopic({ PROBATE_NOTIFY_TOPIC: arn })).toThrow(/^PROBATE_NOTIFY_TOPIC is no standard SNS topic's ARN: give it as arn:aws:sns:/);
  });
});
