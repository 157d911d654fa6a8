import { readFileSync } from 'node:fs';
import type { DecommissionEvent } from '../../events/decommission.ts';
import { type OpenedState, openState } from '../../lib/adapters/sqlite/state.ts';
import { Policy } from '../../lib/saga/policy.ts';
import { sendEvents } from '../../lib/workflow/intake/send-events.ts';
import { contextOf } from '../../local/mapping/context.ts';
import { eventOf } from '../../local/mapping/event.ts';
import { importHandler } from '../../local/mapping/import-handler.ts';
import { judgeReply } from '../../local/mapping/reply.ts';
import { answerAsks } from '../child.ts';
import { MAPPINGS, endings, openStack } from '../settle/stack.ts';
import { type Workload, eventEach } from '../workload.ts';
import { type Bill, countLog, countOn, emptyBill } from './bill.ts';

const policy = Policy.parse(JSON.parse(readFileSync(process.env['PROBATE_POLICY'] ?? '', 'utf8')));
const bill = emptyBill();
countLog(bill);

const allGone = async (state: OpenedState, since: number, events: readonly DecommissionEvent[]): Promise<Bill> => {
  const ended = await endings(state, since);
  if (ended['gone'] !== events.length) throw new Error(`of ${events.length} instances: ${JSON.stringify(ended)}`);
  return bill;
};

/** Hands every function what its queue has, until nothing is due any more; the clock is moved over every wait. */
const workOff = async ({ queue, clock }: OpenedState): Promise<void> => {
  const functions = await Promise.all(MAPPINGS.map(async (mapping) => ({ mapping, handler: await importHandler(mapping) })));
  const never = new AbortController().signal;
  for (;;) {
    let worked = 0;
    for (const { mapping, handler } of functions) {
      const messages = await queue.receive(mapping.queue, { max: mapping.batchSize, visibilitySeconds: mapping.visibilitySeconds, waitSeconds: 0 });
      if (messages.length === 0) continue;
      const receivedAt = clock.now();
      const reply = await handler(eventOf(messages.map((message) => ({ message, receivedAt })), mapping), contextOf(mapping, clock, never));
      const judged = judgeReply(reply, messages.map(({ messageId }) => messageId));
      if (judged.kind === 'malformed' || judged.failed.size > 0) throw new Error(`${mapping.functionName} did not work off what it was given`);
      await queue.acknowledge(mapping.queue, messages.map(({ receipt }) => receipt));
      worked += 1;
    }
    if (worked > 0) continue;
    const times = (await Promise.all(MAPPINGS.map((mapping) => queue.depth(mapping.queue)))).map(({ nextAt }) => nextAt).filter((at) => at !== null);
    if (times.length === 0) return;
    clock.advance(Math.max(0, Math.ceil(Math.min(...times) - clock.now())));
  }
};

const asks = {
  /** One event after the other has everything to itself: nothing is batched, nothing raced for. */
  alone: async (workload: Workload): Promise<Bill> => {
    const state = openState(process.env['PROBATE_STATE'] ?? '');
    countOn(bill, state);
    const since = state.clock.now();
    const events = eventEach(workload);
    for (const event of events) {
      await sendEvents({ ...state, policy }, [event]);
      await workOff(state);
    }
    return allGone(state, since, events);
  },
  /** All events at once, batched as the functions' triggers batch. */
  together: async (workload: Workload): Promise<Bill> => {
    const stack = await openStack(policy, undefined, (state) => countOn(bill, state));
    const since = stack.state.clock.now();
    const events = eventEach(workload);
    await stack.send(events);
    await stack.rest(new AbortController().signal);
    return allGone(stack.state, since, events);
  },
};
export type CostAsks = typeof asks;
answerAsks(asks);
