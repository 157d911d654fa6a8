import { AsyncLocalStorage } from 'node:async_hooks';
import type { SQSBatchItemFailure } from 'aws-lambda';
import * as z from 'zod/mini';
import type { OpenedState } from '../../lib/adapters/sqlite/state.ts';
import type { SqsHandler } from '../../local/mapping/handler.ts';
import type { FunctionMapping } from '../../local/serverless/function-mapping.ts';
import { type UndiciRequest, watchRequests } from './undici-requests.ts';
import { type Step, type Trace, type Wave, messageKey } from '../skeleton/trace.ts';

interface Recording {
  readonly waves: Wave[];
  running: number;
}

const Reply = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/** Writes down what is asked of the ports, message by message, while a run goes on. */
export interface Recorder {
  /** Records for whatever `work` causes, under that key. */
  during<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Takes the place of a state's ports. */
  watch(state: OpenedState): void;
  /** A handler whose messages are recorded one by one. */
  watched(mapping: FunctionMapping, handler: SqsHandler): SqsHandler;
  /** Forgets what was recorded so far. */
  clear(): void;
  recorded(): Pick<Trace, 'messages' | 'origin' | 'connections'>;
}

/** Ports that a run's own work does not use, and what drives it does: they are not part of what is done for a message. */
const DRIVERS_OWN = new Set(['receive', 'acknowledge', 'release', 'depth', 'deadLetter', 'receiveDead', 'removeDead', 'list', 'due']);

export const makeRecorder = (): Recorder => {
  const current = new AsyncLocalStorage<Recording>();
  const recordings = new Map<string, Recording>();
  const requests = new Map<UndiciRequest, Recording>();
  const seen = { origin: '', connections: 0 };

  const begin = (step: Step): Recording => {
    const recording = current.getStore();
    if (recording === undefined) throw new Error(`a ${step.op} was caused by no message`);
    // Whatever begins while something of this message is under way did not wait for it.
    if (recording.running === 0) recording.waves.push([]);
    recording.waves.at(-1)?.push(step);
    recording.running += 1;
    return recording;
  };

  const note = async <T>(step: Step, work: () => Promise<T>): Promise<T> => {
    const recording = begin(step);
    try {
      return await work();
    } finally {
      recording.running -= 1;
    }
  };

  watchRequests({
    began: (request) => {
      const { origin, method, path, host, headers, body } = request;
      seen.origin = String(origin);
      requests.set(request, begin({ op: 'call', method, path, host, headers, body: body === null ? null : body.toString('utf8') }));
      // A request begins when a connection takes it.
      seen.connections = Math.max(seen.connections, requests.size);
    },
    ended: (request) => {
      const recording = requests.get(request);
      if (recording !== undefined) recording.running -= 1;
      requests.delete(request);
    },
  });

  const during = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const recording = recordings.get(key) ?? { waves: [], running: 0 };
    recordings.set(key, recording);
    return current.run(recording, work);
  };

  const refuseUnknown = (port: object, known: readonly string[]): void => {
    const unknown = Object.keys(port).filter((name) => !known.includes(name) && !DRIVERS_OWN.has(name));
    if (unknown.length > 0) throw new Error(`the recorder does not know what ${unknown.join(', ')} costs: bench/skeleton must learn it`);
  };

  return {
    during,
    watch: ({ ledger, queue }) => {
      refuseUnknown(ledger, ['read', 'readMany', 'write']);
      refuseUnknown(queue, ['send']);
      const { read, readMany, write } = ledger;
      const { send } = queue;
      const patch: Pick<OpenedState['ledger'], 'read' | 'readMany' | 'write'> = {
        read: (kind, id) => note({ op: 'read', kind, ids: [id] }, () => read(kind, id)),
        readMany: (kind, ids) => note({ op: 'read', kind, ids }, () => readMany(kind, ids)),
        write: (item) => {
          const { kind, id, version, body, wakeAt } = item;
          const step = { op: 'write' as const, kind, id, version, bytes: Buffer.byteLength(body), wakeAt, written: false };
          return note(step, async () => {
            const answer = await write(item);
            step.written = answer === 'written';
            return answer;
          });
        },
      };
      Object.assign(ledger, patch);
      const sends: Pick<OpenedState['queue'], 'send'> = {
        send: (name, messages) => note({ op: 'send', queue: name, bodies: messages.map(({ body }) => body) }, () => send(name, messages)),
      };
      Object.assign(queue, sends);
    },
    watched:
      ({ queue }, handler) =>
      async (event, context) => {
        const failures = await Promise.all(
          event.Records.map(async (record): Promise<readonly SQSBatchItemFailure[]> => {
            const reply = await during(messageKey(queue, record.body), () => handler({ Records: [record] }, context));
            return Reply.parse(reply).batchItemFailures;
          }),
        );
        return { batchItemFailures: failures.flat() };
      },
    clear: () => recordings.clear(),
    recorded: () => ({ ...seen, messages: Object.fromEntries([...recordings].map(([key, { waves }]) => [key, waves])) }),
  };
};
