import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isRecord } from '../../events/shape.ts';
import { makeClients } from '../../lib/adapters/aws/clients.ts';
import { makeLedger } from '../../lib/adapters/aws/ledger.ts';
import { NotAllStored } from '../../lib/adapters/aws/send.ts';
import type { AwsSettings } from '../../lib/adapters/aws/settings.ts';
import { type OpenedStage, openStage } from '../../lib/adapters/aws/stage.ts';
import { wallClock } from '../../lib/adapters/wall-clock.ts';
import type { Item } from '../../lib/ports/ledger.ts';
import { type StandIns, startStandIns } from '../stand-ins/aws.ts';
import { type Exchange, type Meddling, startMeddler } from '../stand-ins/meddler.ts';
import { aStage } from './aws-stage.ts';
import { deadLetters, now, numbered, one } from './deliveries.ts';

let standIns: StandIns;
beforeAll(async () => {
  standIns = await startStandIns();
});
afterAll(async () => standIns.close());

/** A stage whose every exchange with SQS or DynamoDB passes through somebody's hands. */
const meddled = async (service: 'sqs' | 'dynamodb', meddle: (exchange: Exchange) => Meddling): Promise<OpenedStage & { readonly asked: readonly string[]; readonly settings: AwsSettings }> => {
  const whole = await aStage(standIns);
  const { endpoint, asked } = await startMeddler(String(whole.settings.endpoints[service]), meddle);
  const settings = { ...whole.settings, endpoints: { ...whole.settings.endpoints, [service]: endpoint } };
  const stage = openStage(settings, {});
  onTestFinished(() => {
    stage.close();
    whole.close();
  });
  return { ...stage, asked, settings };
};

const anItem = (of: Partial<Item> = {}): Item => ({ kind: 'saga', id: 'one', version: 1, body: '{}', wakeAt: null, ...of });

const entriesOf = (list: unknown): Record<string, unknown>[] => (Array.isArray(list) ? list.filter(isRecord) : []);

describe('a write to DynamoDB', () => {
  it.each([1, 2])('H26: of version %i whose reply was lost is known as written, though the SDK\'s second try met it there', async (version) => {
    const { ledger, asked } = await meddled('dynamodb', ({ operation, before }) => (operation === 'PutItem' && before === version - 1 ? 'lost' : 'as it is'));
    if (version === 2) await ledger.write(anItem());
    expect(await ledger.write(anItem({ version, body: 'ours' }))).toBe('written');
    expect(await ledger.read('saga', 'one')).toMatchObject({ version, body: 'ours' });
    expect(asked.filter((operation) => operation === 'PutItem')).toHaveLength(version + 1);
  });

  it('is a conflict when somebody else\'s came first, however often it was tried, and even with the same text', async () => {
    const { ledger } = await meddled('dynamodb', ({ operation, before }) => (operation === 'PutItem' && before === 1 ? { status: 500, body: { __type: 'InternalServerError' } } : 'as it is'));
    expect(await ledger.write(anItem({ body: 'alike' }))).toBe('written');
    expect(await ledger.write(anItem({ body: 'alike' }))).toBe('conflict');
  });

  it('that is throttled is tried again', async () => {
    const throttled = { status: 400, body: { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: 'slow down' } };
    const { ledger } = await meddled('dynamodb', ({ operation, before }) => (operation === 'PutItem' && before === 0 ? throttled : 'as it is'));
    // The stand-in had stored the first try, which real throttling never does: the second one meets it.
    expect(await ledger.write(anItem())).toBe('written');
  });

  it('that DynamoDB refuses is no conflict', async () => {
    const { ledger } = await meddled('dynamodb', ({ operation }) => (operation === 'PutItem' ? { status: 400, body: { __type: 'com.amazon.coral.service#AccessDeniedException', message: 'no' } } : 'as it is'));
    await expect(ledger.write(anItem())).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('H31: reading from DynamoDB', () => {
  it('is consistent in all but the index, which cannot be, and of a write whose reply was lost too', async () => {
    const reads: [operation: string, isConsistent: unknown][] = [];
    const { ledger } = await meddled('dynamodb', ({ operation, before, request }) => {
      const [keys] = Object.values(isRecord(request['RequestItems']) ? request['RequestItems'] : {});
      if (operation !== 'PutItem') reads.push([operation, isRecord(keys) ? keys['ConsistentRead'] : (request['ConsistentRead'] ?? request['IndexName'])]);
      return operation === 'PutItem' && before === 0 ? 'lost' : 'as it is';
    });
    await ledger.write(anItem());
    await ledger.read('saga', 'one');
    await ledger.readMany('saga', ['one']);
    for await (const { id } of ledger.list('saga')) expect(id).toBe('one');
    await ledger.due('saga', 0, 1);
    expect(new Map(reads.map(([operation, isConsistent]) => [`${operation} ${String(isConsistent)}`, isConsistent])).keys().toArray()).toEqual(['GetItem true', 'BatchGetItem true', 'Query true', 'Query due']);
    expect(reads.filter(([operation]) => operation === 'GetItem')).toHaveLength(2);
  });
});

it('a row in a form that Probate does not write is told by its name, and not read as something else', async () => {
  const { ledger } = await meddled('dynamodb', ({ operation }) => (operation === 'GetItem' ? { status: 200, body: { Item: { id: { S: 'one' }, version: { N: '1' }, body: { S: '{}' } } } } : 'as it is'));
  await expect(ledger.read('saga', 'one')).rejects.toThrow("the ledger's saga one is not in the form Probate writes");
});

/** DynamoDB's way of saying that it read no more than that many of the keys. */
const leaving = (exchange: Exchange, kept: number): Meddling => {
  const [table, asked] = Object.entries(isRecord(exchange.request['RequestItems']) ? exchange.request['RequestItems'] : {})[0] ?? [];
  const rows = entriesOf(isRecord(exchange.reply['Responses']) ? exchange.reply['Responses'][String(table)] : []);
  const keys = entriesOf(isRecord(asked) ? asked['Keys'] : []);
  const read = rows.slice(0, kept);
  const unread = keys.filter((key) => !read.some((row) => JSON.stringify(row['id']) === JSON.stringify(key['id'])));
  return { status: 200, body: { Responses: { [String(table)]: read }, UnprocessedKeys: unread.length === 0 ? {} : { [String(table)]: { Keys: unread, ConsistentRead: true } } } };
};

describe('reading many from DynamoDB', () => {
  it('goes on for as long as each answer brings something, and asks at once', async () => {
    const { ledger, asked } = await meddled('dynamodb', (exchange) => (exchange.operation === 'BatchGetItem' ? leaving(exchange, 1) : 'as it is'));
    const ids = Array.from({ length: 10 }, (_, index) => `id ${index}`);
    for (const id of ids) await ledger.write(anItem({ id }));
    expect((await ledger.readMany('saga', ids)).map((item) => item?.id)).toEqual(ids);
    expect(asked.filter((operation) => operation === 'BatchGetItem')).toHaveLength(10);
  });

  it('asks again for the keys that were left unread, until all are there', async () => {
    const { ledger, asked } = await meddled('dynamodb', (exchange) => (exchange.operation === 'BatchGetItem' ? leaving(exchange, exchange.before === 1 ? 0 : 2) : 'as it is'));
    for (const id of ['a', 'b', 'c', 'd', 'e']) await ledger.write(anItem({ id }));
    expect((await ledger.readMany('saga', ['a', 'b', 'c', 'd', 'e'])).map((item) => item?.id)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(asked.filter((operation) => operation === 'BatchGetItem')).toHaveLength(4);
  });

  it('gives up, and never calls missing what it could not read', async () => {
    const { ledger } = await meddled('dynamodb', (exchange) => (exchange.operation === 'BatchGetItem' ? leaving(exchange, 0) : 'as it is'));
    await ledger.write(anItem({ id: 'a' }));
    await expect(ledger.readMany('saga', ['a'])).rejects.toThrow(/left 1 keys of probate-test-\d+ unread/);
  });

  it('waits a little longer after each answer that brings nothing, up to twice as long', async () => {
    const { settings } = await meddled('dynamodb', (exchange) => (exchange.operation === 'BatchGetItem' ? leaving(exchange, 0) : 'as it is'));
    const pauses: number[] = [];
    const clock = { ...wallClock, sleep: async (milliseconds: number): Promise<void> => void pauses.push(milliseconds) };
    const { dynamodb } = makeClients(settings, {});
    onTestFinished(() => dynamodb.destroy());
    await expect(makeLedger(dynamodb, settings.stage, clock).readMany('saga', ['a'])).rejects.toThrow(/left 1 keys/);
    expect(pauses).toHaveLength(6);
    expect(pauses.filter((pause, index) => pause < 0 || pause > 50 * 2 ** index)).toEqual([]);
  });
});

/** Rows are packed: a text that repeats itself would fill no page. */
const incompressible = (seed: string): string => createHash('shake256', { outputLength: 280_000 }).update(seed).digest('base64');

it('a list of DynamoDB goes on over the pages of every shard', async () => {
  const stage = await aStage(standIns);
  onTestFinished(() => stage.close());
  // A page ends at 1 MB, and a shard gets one id of eight.
  const ids = Array.from({ length: 48 }, (_, index) => `id ${String(index).padStart(2, '0')}`);
  for (const id of ids) await stage.ledger.write(anItem({ id, body: incompressible(id) }));
  const listed: string[] = [];
  for await (const { id } of stage.ledger.list('saga')) listed.push(id);
  expect(listed).toEqual(ids);
});

describe('receiving from SQS', () => {
  it('ends soon after it was aborted, however long it was to wait', async () => {
    const stop = new AbortController();
    const waits: unknown[] = [];
    const { queue } = await meddled('sqs', ({ operation, request }) => {
      if (operation === 'ReceiveMessage') {
        waits.push(request['WaitTimeSeconds']);
        stop.abort();
      }
      return 'as it is';
    });
    expect(await queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: 20, signal: stop.signal })).toEqual([]);
    expect(waits).toEqual([1]);
  });

  it('asks for no more than SQS hands out, and for all that a message and a dead letter say of themselves', async () => {
    const asked: unknown[] = [];
    const { queue } = await meddled('sqs', ({ operation, request }) => {
      if (operation === 'ReceiveMessage') asked.push([request['MaxNumberOfMessages'], request['MessageSystemAttributeNames'], request['MessageAttributeNames']]);
      return 'as it is';
    });
    await queue.receive('deletions', { max: 100, visibilitySeconds: 60, waitSeconds: 0 });
    await queue.receiveDead('deletions', { max: 100, visibilitySeconds: 60 });
    const whole = [10, ['ApproximateReceiveCount', 'SentTimestamp'], ['All']];
    expect(asked).toEqual([whole, whole]);
  });

  it.each([
    { code: 'ReceiptHandleIsInvalid', message: 'The specified receipt handle is not valid.', end: 'released' },
    { code: 'MessageNotInflight', message: 'The specified message is not in flight.', end: 'released' },
    { code: 'InvalidParameterValue', message: 'Value A for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.', end: 'released' },
    { code: 'InvalidParameterValue', message: 'Value 43201 for parameter VisibilityTimeout is invalid.', end: 'told' },
    { code: 'RequestThrottled', message: 'Slow down: the receipt handle is fine.', end: 'told' },
  ])('a delivery that cannot be released because of $code is $end', async ({ code, message, end }) => {
    const { queue } = await meddled('sqs', ({ operation }) => (operation === 'ChangeMessageVisibility' ? { status: 400, body: { __type: `com.amazonaws.sqs#${code}`, message } } : 'as it is'));
    await queue.send('deletions', now(['held']));
    const released = queue.release('deletions', (await one(queue)).receipt, 0);
    expect(await released.then(() => 'released', (fault: unknown) => (String(fault).includes(message) ? 'told' : String(fault)))).toBe(end);
  });

  it('leaves a delivery as it is when the receipt of another one is released', async () => {
    const stage = await aStage(standIns);
    onTestFinished(() => stage.close());
    const { queue } = stage;
    await queue.send('deletions', now(['twice']));
    const first = await one(queue);
    await queue.release('deletions', first.receipt, 0);
    await one(queue);
    await queue.release('deletions', first.receipt, 0);
    expect(await queue.depth('deletions')).toMatchObject({ ready: 0, inFlight: 1, nextAt: expect.any(Number) });
  });
});

describe('sending to SQS', () => {
  it('H21: rejects naming those that were not stored, though the answer is a 200, and tries the batches after it', async () => {
    const { queue } = await meddled('sqs', ({ operation, before, reply }) => {
      if (operation !== 'SendMessageBatch' || before > 0) return 'as it is';
      const stored = entriesOf(reply['Successful']).filter(({ Id }) => Id !== '3' && Id !== '7');
      return { status: 200, body: { Successful: stored, Failed: [{ Id: '3', Code: 'InternalError', SenderFault: false }] } };
    });
    const sending = queue.send('deletions', now(numbered(12)));
    await expect(sending).rejects.toThrow(/did not store 2 messages: message 3: InternalError; message 7: no answer/);
    await expect(sending).rejects.toBeInstanceOf(NotAllStored);
    await expect(sending).rejects.toMatchObject({ indexes: [3, 7] });
    expect((await queue.depth('deletions')).ready).toBe(12);
  });

  it('names every message of a batch that was refused as a whole', async () => {
    const { queue } = await meddled('sqs', ({ operation, before }) => (operation === 'SendMessageBatch' && before === 1 ? { status: 400, body: { __type: 'com.amazonaws.sqs#OverLimit', message: 'no' } } : 'as it is'));
    await expect(queue.send('deletions', now(numbered(12)))).rejects.toMatchObject({ indexes: [10, 11], cause: { name: 'OverLimit' } });
  });

  it('says which queue is missing', async () => {
    const stage = await aStage(standIns);
    stage.close();
    const other = openStage({ ...stage.settings, stage: 'nowhere' }, {});
    onTestFinished(() => other.close());
    await expect(other.queue.send('deletions', now(['a']))).rejects.toThrow(/no queue probate-nowhere-deletions .*PROBATE_STAGE/);
  });
});

it('a queue that could not be asked for is asked for again, and not missed for as long as the process lives; one that was found is not', async () => {
  const { queue, asked } = await meddled('sqs', ({ operation, before }) => (operation === 'GetQueueUrl' && before === 0 ? { status: 400, body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'not yet' } } : 'as it is'));
  await expect(queue.send('deletions', now(['a']))).rejects.toThrow(/no queue/);
  await queue.send('deletions', now(['a']));
  await queue.send('deletions', now(['b']));
  expect(asked.filter((operation) => operation === 'GetQueueUrl')).toHaveLength(2);
  expect((await queue.depth('deletions')).ready).toBe(2);
});

describe('removing from SQS', () => {
  it.each(['ReceiptHandleIsInvalid', 'AWS.SimpleQueueService.ReceiptHandleIsInvalid'])('says nothing of a receipt that is out of date: %s', async (Code) => {
    const { queue } = await meddled('sqs', ({ operation }) => (operation === 'DeleteMessageBatch' ? { status: 200, body: { Successful: [], Failed: [{ Id: '0', Code, SenderFault: true }] } } : 'as it is'));
    await expect(queue.acknowledge('deletions', ['out of date'])).resolves.toBeUndefined();
  });

  it.each(['acknowledge', 'removeDead'] as const)('%s rejects when a message was kept, though the answer is a 200', async (removal) => {
    const { queue } = await meddled('sqs', ({ operation }) =>
      operation === 'DeleteMessageBatch' ? { status: 200, body: { Successful: [{ Id: '0' }], Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] } } : 'as it is',
    );
    await expect(queue[removal]('deletions', ['one receipt', 'another'])).rejects.toThrow(/kept 1 of 2 messages that were to be removed: InternalError/);
  });
});

describe('dead letters of SQS', () => {
  it('are what the queue itself gave up too, under the name they had and without a reason', async () => {
    const stage = await aStage(standIns);
    onTestFinished(() => stage.close());
    const { queue } = stage;
    await queue.send('deletions', now(['poison']));
    const first = await one(queue);
    await queue.release('deletions', first.receipt, 0);
    for (let delivery = 2; delivery <= 5; delivery += 1) await queue.release('deletions', (await one(queue)).receipt, 0);
    expect(await queue.receive('deletions', { max: 1, visibilitySeconds: 60, waitSeconds: 0 })).toEqual([]);
    expect(await deadLetters(queue, 1)).toMatchObject([{ messageId: first.messageId, body: 'poison', reason: null }]);
  });

  it('keep a text that fills a message, even where its reason finds no room', async () => {
    const stage = await aStage(standIns);
    onTestFinished(() => stage.close());
    const { queue } = stage;
    await queue.send('deletions', now(['x'.repeat(1_048_576)]));
    await queue.deadLetter('deletions', await one(queue), 'too large');
    const [letter] = await deadLetters(queue, 1);
    expect([letter?.body.length, letter?.reason]).toEqual([1_048_576, null]);
  });

  it('tell a reason that no attribute may carry in words that it may', async () => {
    const reasons: unknown[] = [];
    const { queue } = await meddled('sqs', ({ operation, request: { MessageAttributes: attributes } }) => {
      if (operation === 'SendMessage' && isRecord(attributes) && isRecord(attributes['reason'])) reasons.push(attributes['reason']['StringValue']);
      return 'as it is';
    });
    for (const reason of ['cut \u0000 off', '']) {
      await queue.send('deletions', now(['poison']));
      await queue.deadLetter('deletions', await one(queue), reason);
    }
    expect(reasons).toEqual(['cut \u{FFFD} off', 'none']);
  });

  it('H17: that could not be stored leave the message where it was', async () => {
    const { queue } = await meddled('sqs', ({ operation }) => (operation === 'SendMessage' ? { status: 400, body: { __type: 'com.amazonaws.sqs#OverLimit', message: 'no' } } : 'as it is'));
    await queue.send('deletions', now(['poison']));
    await expect(queue.deadLetter('deletions', await one(queue), 'no JSON')).rejects.toThrow('no');
    expect((await queue.depth('deletions')).inFlight).toBe(1);
  });

  it('are not made by a receipt that is out of date', async () => {
    const stage = await aStage(standIns);
    onTestFinished(() => stage.close());
    const { queue } = stage;
    await queue.send('deletions', now(['worked off']));
    const message = await one(queue);
    await queue.acknowledge('deletions', [message.receipt]);
    await queue.deadLetter('deletions', message, 'late');
    expect(await queue.depth('deletions')).toMatchObject({ inFlight: 0, deadLetters: 0 });
  });
});
