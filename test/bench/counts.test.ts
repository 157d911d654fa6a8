import { expect, it } from 'vitest';
import { countAlone, countTogether, TOGETHER } from '../../bench/cost/count.ts';

it('an instance that comes alone costs just these writes, messages and requests, whatever the machine', async () => {
  const { writes, messages, sendRequests, receiveRequests, deleteRequests, invocations } = await countAlone(1);
  const { pace = 0, ...others } = writes;
  expect({ others, messages, sendRequests, receiveRequests, deleteRequests, invocations }).toEqual({
    others: { event: 1, saga: 4, quota: 1 },
    messages: 3,
    sendRequests: 3,
    receiveRequests: 3,
    deleteRequests: 3,
    invocations: 3,
  });
  // A worker leases a second of the pace at once: a slow machine may need one more.
  expect(pace).toBeGreaterThanOrEqual(2);
}, 60_000);

it('each further proof adds one message and one write of the saga', async () => {
  const { writes, messages } = await countAlone(3);
  expect({ saga: writes['saga'], messages }).toEqual({ saga: 6, messages: 5 });
}, 60_000);

it('instances that come at once are told and delivered in batches, each message once or more', async () => {
  const { messages, invocations, deleteRequests } = await countTogether();
  expect(messages).toBeGreaterThanOrEqual(2 * TOGETHER);
  expect(invocations).toBeLessThan(messages / 2);
  expect(deleteRequests).toBeLessThanOrEqual(invocations);
}, 120_000);
