import { expect } from 'vitest';
import * as fc from 'fast-check';
import type { OpenedState } from '../../lib/adapters/sqlite/state.ts';
import type { ReceivedMessage } from '../../lib/ports/queue.ts';

interface ModelMessage {
  readonly body: string;
  readonly place: 'living' | 'dead' | 'gone';
  readonly visibleAt: number;
  readonly receiveCount: number;
  /** Someone holds it until `visibleAt`. */
  readonly held: boolean;
}

export interface QueueModel {
  now: number;
  readonly messages: Map<string, ModelMessage>;
  /** Every delivery ever made, so that commands may use receipts that went out of date. */
  readonly deliveries: ReceivedMessage[];
}

type Command = fc.AsyncCommand<QueueModel, OpenedState>;

const QUEUE = 'deletions';

const isCurrent = (model: QueueModel, { body, receiveCount }: ReceivedMessage): boolean => {
  const message = model.messages.get(body);
  return message?.place === 'living' && message.receiveCount === receiveCount;
};

const change = (model: QueueModel, body: string, changes: Partial<ModelMessage>): void => {
  const message = model.messages.get(body);
  if (message !== undefined) model.messages.set(body, { ...message, ...changes });
};

const command = (shown: string, run: (model: QueueModel, state: OpenedState) => Promise<void>, check: (model: Readonly<QueueModel>) => boolean = () => true): Command => ({
  check,
  run,
  toString: () => shown,
});

const onDelivery = (shown: string, pick: number, act: (model: QueueModel, state: OpenedState, delivery: ReceivedMessage) => Promise<void>): Command =>
  command(
    `${shown} #${pick}`,
    async (model, state) => {
      const delivery = model.deliveries[pick % model.deliveries.length];
      if (delivery !== undefined) await act(model, state, delivery);
    },
    ({ deliveries }) => deliveries.length > 0,
  );

const send = (delays: readonly number[]): Command =>
  command(`send ${delays.join(',')}`, async (model, { queue }) => {
    const messages = delays.map((delaySeconds, index) => ({ body: `${model.messages.size + index}`, delaySeconds }));
    await queue.send(QUEUE, messages);
    for (const { body, delaySeconds } of messages) {
      model.messages.set(body, { body, place: 'living', visibleAt: model.now + delaySeconds * 1_000, receiveCount: 0, held: false });
    }
  });

const receive = (max: number, visibilitySeconds: number): Command =>
  command(`receive ${max} for ${visibilitySeconds} s`, async (model, { queue }) => {
    const ready = [...model.messages.values()].filter(({ place, visibleAt }) => place === 'living' && visibleAt <= model.now);
    const received = await queue.receive(QUEUE, { max, visibilitySeconds, waitSeconds: 0 });
    expect(received).toHaveLength(Math.min(max, ready.length));
    for (const delivery of received) {
      const message = ready.find(({ body }) => body === delivery.body);
      expect(message?.receiveCount, `${delivery.body} was ready`).toBe(delivery.receiveCount - 1);
      change(model, delivery.body, { visibleAt: model.now + visibilitySeconds * 1_000, receiveCount: delivery.receiveCount, held: true });
    }
    model.deliveries.push(...received);
  });

const acknowledge = (pick: number): Command =>
  onDelivery('acknowledge', pick, async (model, { queue }, delivery) => {
    await queue.acknowledge(QUEUE, [delivery.receipt]);
    if (isCurrent(model, delivery)) change(model, delivery.body, { place: 'gone' });
  });

const release = (pick: number, delaySeconds: number): Command =>
  onDelivery(`release for ${delaySeconds} s`, pick, async (model, { queue }, delivery) => {
    await queue.release(QUEUE, delivery.receipt, delaySeconds);
    if (isCurrent(model, delivery)) change(model, delivery.body, { visibleAt: model.now + delaySeconds * 1_000, held: false });
  });

const deadLetter = (pick: number): Command =>
  onDelivery('dead letter', pick, async (model, { queue }, delivery) => {
    await queue.deadLetter(QUEUE, delivery, 'poison');
    if (isCurrent(model, delivery)) change(model, delivery.body, { place: 'dead' });
  });

const advance = (seconds: number): Command =>
  command(`${seconds} s later`, async (model, { clock }) => {
    clock.advance(seconds * 1_000);
    model.now += seconds * 1_000;
  });

const measure = (): Command =>
  command('depth', async (model, { queue }) => {
    const all = [...model.messages.values()];
    const living = all.filter(({ place }) => place === 'living');
    const later = living.filter(({ visibleAt }) => visibleAt > model.now);
    expect(await queue.depth(QUEUE)).toEqual({
      ready: living.length - later.length,
      delayed: later.filter(({ held }) => !held).length,
      inFlight: later.filter(({ held }) => held).length,
      deadLetters: all.filter(({ place }) => place === 'dead').length,
      nextAt: later.length === 0 ? null : Math.min(...later.map(({ visibleAt }) => visibleAt)),
    });
  });

/** Everything a queue can be asked to do, small numbers only, so that runs meet each other's messages. */
export const queueCommands = fc.commands(
  [
    fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }).map(send),
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })).map(([max, visibilitySeconds]) => receive(max, visibilitySeconds)),
    fc.nat({ max: 20 }).map(acknowledge),
    fc.tuple(fc.nat({ max: 20 }), fc.integer({ min: 0, max: 3 })).map(([pick, delaySeconds]) => release(pick, delaySeconds)),
    fc.nat({ max: 20 }).map(deadLetter),
    fc.integer({ min: 1, max: 3 }).map(advance),
    fc.constant(measure()),
  ],
  { maxCommands: 40 },
);
