import { createHash } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { gate, numbered, recording, running } from './builders.ts';

const idOf = (event: SQSEvent, body: string): string => event.Records.find((record) => record.body === body)?.messageId ?? '';
const failing = (identifiers: (event: SQSEvent) => unknown) => async (event: SQSEvent) => ({ batchItemFailures: identifiers(event) });
const NOTHING_LEFT = { ready: 0, delayed: 0, inFlight: 0, deadLetters: 0, nextAt: null };

describe('what a handler is given', () => {
  it('is a record with every field Lambda sends', async () => {
    const { handler, events } = recording();
    const { state, mapping } = await running(handler, {}, ['{"v":1}']);
    await mapping.idle();
    const now = String(state.clock.now());
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            receiptHandle: expect.stringMatching(/./),
            body: '{"v":1}',
            attributes: { ApproximateReceiveCount: '1', SentTimestamp: now, SenderId: '000000000000', ApproximateFirstReceiveTimestamp: now },
            messageAttributes: {},
            md5OfBody: createHash('md5').update('{"v":1}').digest('hex'),
            eventSource: 'aws:sqs',
            eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:probate-dev-deletions',
            awsRegion: 'eu-west-1',
          },
        ],
      },
    ]);
  });

  it('is a context that counts down to the timeout, with a request id of its own for each invocation', async () => {
    const remaining: number[] = [];
    const advanced = gate();
    const { handler, contexts } = recording(async (_event, context) => {
      remaining.push(context.getRemainingTimeInMillis());
      await advanced.opened;
      remaining.push(context.getRemainingTimeInMillis());
    });
    const { state, mapping } = await running(handler, { batchSize: 1 }, ['a', 'b']);
    await expect.poll(() => remaining.length).toBe(2);
    state.clock.advance(20_000);
    advanced.open();
    await mapping.idle();
    expect(remaining).toEqual([60_000, 60_000, 40_000, 40_000]);
    expect(new Set(contexts.map(({ awsRequestId }) => awsRequestId)).size).toBe(2);
    expect(contexts[0]).toMatchObject({ functionName: 'probate-dev-delete', memoryLimitInMB: '512', invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:probate-dev-delete' });
  });
});

describe('a reply by which the whole batch succeeded', () => {
  it.each([
    { reply: undefined },
    { reply: null },
    { reply: {} },
    { reply: { batchItemFailures: null } },
    { reply: { batchItemFailures: [] } },
  ])('is $reply', async ({ reply }) => {
    const { state, mapping, faults } = await running(async () => reply, {}, ['a', 'b']);
    await mapping.idle();
    expect(await state.queue.depth('deletions')).toEqual(NOTHING_LEFT);
    expect(faults).toEqual([]);
  });
});

describe('an invocation by which the whole batch failed', () => {
  it.each([
    { what: 'a text', kind: 'malformed-reply', handler: async () => 'fine' },
    { what: 'a list', kind: 'malformed-reply', handler: async () => [] },
    { what: 'a number', kind: 'malformed-reply', handler: async () => 1 },
    { what: 'failures that are no list', kind: 'malformed-reply', handler: failing(() => 'all') },
    { what: 'an entry that is a bare id', kind: 'malformed-reply', handler: failing((event) => [idOf(event, 'a')]) },
    { what: 'an entry with another key', kind: 'malformed-reply', handler: failing((event) => [{ id: idOf(event, 'a') }]) },
    { what: 'an empty id', kind: 'malformed-reply', handler: failing(() => [{ itemIdentifier: '' }]) },
    { what: 'a null id', kind: 'malformed-reply', handler: failing(() => [{ itemIdentifier: null }]) },
    { what: 'an unknown id', kind: 'malformed-reply', handler: failing((event) => [{ itemIdentifier: idOf(event, 'a') }, { itemIdentifier: 'who' }]) },
    { what: 'a reply that is no JSON', kind: 'threw', handler: async () => ({ count: 1n }) },
    { what: 'a rejection', kind: 'threw', handler: async () => Promise.reject(new Error('no database')) },
    {
      what: 'a throw before the first await',
      kind: 'threw',
      handler: () => {
        throw new Error('at once');
      },
    },
  ])('is $what', async ({ kind, handler }) => {
    const { state, mapping, faults } = await running(handler, {}, ['a', 'b']);
    expect(await mapping.idle()).toEqual({ nextAt: state.clock.now() + 360_000 });
    expect(await state.queue.depth('deletions')).toMatchObject({ ready: 0, delayed: 2, inFlight: 0, deadLetters: 0 });
    expect(faults.map((fault) => fault.kind)).toEqual([kind]);
  });

  it('is one that overran its timeout, whatever it answers later', async () => {
    const late = gate();
    const { handler, batches } = recording(async () => late.opened);
    const { state, mapping, faults } = await running(handler, {}, ['a', 'b']);
    await expect.poll(() => batches.length).toBe(1);
    state.clock.advance(59_999);
    expect(faults).toEqual([]);
    state.clock.advance(1);
    expect(await mapping.idle()).toEqual({ nextAt: state.clock.now() + 300_000 });
    late.open();
    expect(faults).toMatchObject([{ kind: 'timed-out', functionName: 'probate-dev-delete', message: 'timed out after 60 s' }]);
    expect(await state.queue.depth('deletions')).toMatchObject({ delayed: 2 });
  });
});

describe('a batch of which some failed', () => {
  it('H17: loses those that succeeded and gives the others back after the visibility timeout, not before', async () => {
    const { handler, batches } = recording(async (event) =>
      event.Records.length === 1 ? null : { batchItemFailures: [{ itemIdentifier: idOf(event, 'b') }] },
    );
    const { state, mapping } = await running(handler, {}, ['a', 'b', 'c']);
    await mapping.idle();
    expect(await state.queue.depth('deletions')).toMatchObject({ ready: 0, delayed: 1, inFlight: 0 });
    state.clock.advance(359_999);
    expect(await mapping.idle()).toEqual({ nextAt: state.clock.now() + 1 });
    state.clock.advance(1);
    await expect.poll(() => batches.length).toBe(2);
    await mapping.idle();
    expect(batches).toEqual([['a', 'b', 'c'], ['b']]);
    expect(await state.queue.depth('deletions')).toEqual(NOTHING_LEFT);
  });

  it('counts visibility from the receipt, not from the failure', async () => {
    const slow = gate();
    const { handler, batches } = recording(async () => slow.opened.then(() => Promise.reject(new Error('late'))));
    const { state, mapping } = await running(handler, {}, ['a']);
    const receivedAt = state.clock.now();
    await expect.poll(() => batches.length).toBe(1);
    state.clock.advance(50_000);
    slow.open();
    expect(await mapping.idle()).toEqual({ nextAt: receivedAt + 360_000 });
  });
});

describe('a message that never succeeds', () => {
  it('is tried as often as the queue allows and then set aside, alone', async () => {
    const { handler, batches } = recording(async (event) => {
      const bad = idOf(event, 'bad');
      return bad === '' ? null : { batchItemFailures: [{ itemIdentifier: bad }] };
    });
    const { state, mapping, send } = await running(handler, { maxReceiveCount: 3 }, ['bad', 'good']);
    for (let { nextAt } = await mapping.idle(); nextAt !== null; { nextAt } = await mapping.idle()) {
      state.clock.advance(nextAt - state.clock.now());
      await expect.poll(async () => (await state.queue.depth('deletions')).ready).toBe(0);
    }
    expect(batches).toEqual([['bad', 'good'], ['bad'], ['bad']]);
    expect(await state.queue.depth('deletions')).toEqual({ ...NOTHING_LEFT, deadLetters: 1 });
    await send(numbered(1));
    await expect.poll(() => batches.at(-1)).toEqual(['m000']);
  });
});
