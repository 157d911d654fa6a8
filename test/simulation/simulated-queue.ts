import type { QueueName } from '../../events/messages.ts';
import type { Queue } from '../../lib/ports/queue.ts';
import { type Life, type Ports, operate } from './life.ts';
import { BEGINNING } from './timeline.ts';
import type { Weather } from './weather.ts';

const RING_AGAIN_MS = 20_000;

interface Message {
  readonly queue: QueueName;
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receiveCount: number;
}

/** The queues of a simulated world: at least once, in no order, and at times not at all. */
export interface QueueStore {
  as(life: Life): Queue;
  /** Every wake-up is gone; events are kept, since nothing else holds them. */
  lose(): number;
  readonly waiting: number;
}

export const createQueueStore = (ports: Ports, weather: () => Weather, ring: (queue: QueueName) => void): QueueStore => {
  const { timeline, prng } = ports;
  const messages = new Map<string, Message>();
  let sent = 0;

  /** Rings when the message can be had, and again as long as nobody has come for it. */
  const ringLater = (message: Message, at = message.visibleAt): void => {
    timeline.at(at, () => {
      if (messages.get(message.id) !== message || message.visibleAt > timeline.now()) return;
      ring(message.queue);
      ringLater(message, timeline.now() + RING_AGAIN_MS);
    });
  };

  const put = (queue: QueueName, body: string, delaySeconds: number): void => {
    const { lateMessage } = weather();
    const late = prng.chance(lateMessage) ? prng.between(0, 90_000) : 0;
    const message: Message = { queue, id: `m${(sent += 1)}`, body, sentAt: BEGINNING + timeline.now(), visibleAt: timeline.now() + delaySeconds * 1_000 + late, receiveCount: 0 };
    messages.set(message.id, message);
    ringLater(message);
  };

  const send = (queue: QueueName, body: string, delaySeconds: number): void => {
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900) throw new RangeError(`a delay of ${delaySeconds} s`);
    const { lostMessage, twiceDelivered } = weather();
    if (queue !== 'decommissions' && prng.chance(lostMessage)) return;
    put(queue, body, delaySeconds);
    if (prng.chance(twiceDelivered)) put(queue, body, delaySeconds);
  };

  const receiptOf = ({ id, receiveCount }: Message): string => `${id}/${receiveCount}`;
  const held = (receipt: string): Message | undefined => {
    const [id = ''] = receipt.split('/');
    const message = messages.get(id);
    return message !== undefined && receiptOf(message) === receipt ? message : undefined;
  };

  const show = (message: Message, delaySeconds: number): void => {
    message.visibleAt = timeline.now() + delaySeconds * 1_000;
    ringLater(message);
  };

  return {
    get waiting() {
      return messages.size;
    },
    lose: () => {
      const lost = [...messages.values()].filter(({ queue }) => queue !== 'decommissions');
      for (const { id } of lost) messages.delete(id);
      return lost.length;
    },
    as: (life) => {
      const through = <T>(what: string, effect: () => T): Promise<T> => operate(ports, life, what, prng.between(1, 12), effect);
      return {
        send: (queue, outgoing) => through('send', () => outgoing.forEach(({ body, delaySeconds }) => send(queue, body, delaySeconds))),
        receive: (queue, { max, visibilitySeconds }) =>
          through('receive', () => {
            const visible = [...messages.values()].filter((message) => message.queue === queue && message.visibleAt <= timeline.now());
            const taken = visible.map((message) => ({ message, draw: prng.unit() })).sort((a, b) => a.draw - b.draw).slice(0, max);
            return taken.map(({ message }) => {
              message.receiveCount += 1;
              show(message, visibilitySeconds);
              return { messageId: message.id, receipt: receiptOf(message), body: message.body, receiveCount: message.receiveCount, sentAt: message.sentAt };
            });
          }),
        acknowledge: (_, receipts) =>
          through('acknowledge', () => {
            // An acknowledgement may be lost as well: the message comes again.
            for (const receipt of receipts) if (!prng.chance(weather().twiceDelivered)) messages.delete(held(receipt)?.id ?? '');
          }),
        release: (_, receipt, delaySeconds) =>
          through('release', () => {
            const message = held(receipt);
            if (message !== undefined) show(message, delaySeconds);
          }),
        deadLetter: () => Promise.reject(new Error('no simulated worker sends dead letters')),
        receiveDead: () => Promise.resolve([]),
        removeDead: () => Promise.resolve(),
        depth: (queue) =>
          through('depth', () => {
            const own = [...messages.values()].filter((message) => message.queue === queue);
            const ready = own.filter(({ visibleAt }) => visibleAt <= timeline.now()).length;
            const nextAt = own.length === 0 ? null : BEGINNING + Math.min(...own.map(({ visibleAt }) => visibleAt));
            return { ready, delayed: own.length - ready, inFlight: 0, deadLetters: 0, nextAt };
          }),
      };
    },
  };
};
