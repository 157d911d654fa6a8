import { join } from 'node:path';
import { type Dispatcher, Pool } from 'undici';
import type { QueueName } from '../../events/messages.ts';
import { openDatabase } from '../../lib/adapters/sqlite/database.ts';
import { STATE_FILE } from '../../lib/adapters/sqlite/state.ts';
import type { Slice } from '../slices.ts';
import { bareLedger } from './ledger.ts';
import { type Message, bareQueue } from './queue.ts';
import { type Script, type Step, type Trace, messageKey, stepsOf } from './trace.ts';

const NO_SCRIPT: Script = [];

const METHODS: readonly Dispatcher.HttpMethod[] = ['GET', 'POST', 'DELETE'];

const methodOf = (name: string): Dispatcher.HttpMethod => {
  const method = METHODS.find((one) => one === name);
  if (method === undefined) throw new Error(`the skeleton does not send a ${name}`);
  return method;
};

/** What a replay did, beside its slice. */
export interface Replayed extends Slice {
  readonly steps: number;
  readonly batches: number;
}

/**
 * Does once more what a run did to SQLite and over HTTP, message by message and with the same concurrency, on a new state
 * in `directory`: the same statements with bodies of the same sizes, the same requests byte for byte, and nothing else.
 * Rejects unless every step of the trace was done.
 */
export const replay = async (trace: Trace, directory: string): Promise<Replayed> => {
  const path = join(directory, STATE_FILE);
  const flushed = openDatabase(path, 'FULL');
  const fast = openDatabase(path, 'NORMAL');
  const ledger = bareLedger(flushed);
  const queue = bareQueue(flushed, fast);
  const pool = new Pool(trace.origin, { connections: trace.connections });
  const left = new Map(Object.entries(trace.messages));
  const mappings = new Map(trace.queues.map((mapping) => [mapping.queue, { ...mapping, running: 0 }]));
  const { promise: over, resolve: end, reject: fail } = Promise.withResolvers<void>();
  let [steps, batches, outstanding] = [0, 0, 0];

  /** Works off what a queue has, in as many batches at a time as its function may have. */
  const pump = (name: QueueName): void => {
    const mapping = mappings.get(name);
    if (mapping === undefined || mapping.running >= mapping.maximumConcurrency) return;
    const messages = queue.take(name, mapping.batchSize, mapping.visibilitySeconds);
    if (messages.length === 0) return;
    mapping.running += 1;
    batches += 1;
    workOff(name, messages).then(() => {
      mapping.running -= 1;
      return pump(name);
    }, fail);
    pump(name);
  };

  const carryOut = async (step: Step): Promise<void> => {
    steps += 1;
    switch (step.op) {
      case 'read':
        ledger.read(step);
        return;
      case 'write':
        await ledger.write(step);
        return;
      case 'send':
        queue.send(step.queue, step.bodies);
        outstanding += step.bodies.length;
        setImmediate(() => pump(step.queue));
        return;
      case 'call': {
        const { method, path: requested, host, headers, body } = step;
        const reply = await pool.request({ method: methodOf(method), path: requested, headers: host === null ? [...headers] : ['host', host, ...headers], body });
        await reply.body.text();
      }
    }
  };

  const play = async (script: Script): Promise<void> => {
    for (const wave of script) await Promise.all(wave.map(carryOut));
  };

  const workOff = async (name: QueueName, messages: readonly Message[]): Promise<void> => {
    await Promise.all(
      messages.map(({ body }) => {
        const key = messageKey(name, body);
        const script = left.get(key) ?? NO_SCRIPT;
        left.delete(key);
        return play(script);
      }),
    );
    queue.remove(name, messages);
    outstanding -= messages.length;
    if (outstanding === 0) end();
  };

  const [began, used] = [performance.now(), process.cpuUsage()];
  await play(trace.sending);
  await over;
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(used);
  await pool.close();
  flushed.close();
  fast.close();
  const all = stepsOf(trace).length;
  if (steps !== all) throw new Error(`the skeleton did ${steps} steps of ${all}`);
  return { count: trace.instances, seconds, cpuMicros: user + system, steps, batches };
};
