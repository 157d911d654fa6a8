import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Cloud, Moment } from './cloud.ts';
import { control, isControl, unknownOperations, type Controls } from './control.ts';
import type { Emulator, EmulatorOptions, Service } from './emulator.ts';
import { createFaults, FaultsDocument, type Struck } from './faults.ts';
import { journalled, openJournal } from './journal.ts';
import { realTime } from './real-time.ts';
import { SeedDocument, type ParsedSeed } from './seed.ts';
import { openStore, type Store } from './store.ts';
import { receive, send, type Incoming, type Outgoing } from './wire.ts';

const NO_FAULTS: FaultsDocument = { rules: [] };

/** Answers instead of the cloud where a rule says so. */
const canned = ({ status, body, headers }: Struck, effect: Outgoing['effect']): Outgoing => ({
  status: status ?? 200,
  headers: { 'content-type': typeof body === 'string' && body.startsWith('<') ? 'text/html' : 'application/json', ...headers },
  body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
  code: 'fault',
  effect,
});

/** Starts one emulator; throws when a document is wrong, naming the field, when the port is taken or the file is another emulator's. */
export const start = async <State, Credentials>(
  service: Service,
  options: EmulatorOptions<Credentials>,
  open: (store: Store, emulatedNow: () => number) => Cloud<State>,
): Promise<Emulator<State>> => {
  const { clock = realTime } = options;
  const seed = options.seed === undefined ? undefined : SeedDocument.parse(options.seed);
  const startFaults = FaultsDocument.parse(options.faults ?? NO_FAULTS);
  const store = openStore(options.persistTo);
  const settings = store.shelf('settings', z.number());
  const now = (): Moment => {
    const real = clock.now();
    return { real, emulated: real + (settings.get('offsetMs') ?? 0) };
  };
  const cloud = open(store, () => now().emulated);
  const misnamed = unknownOperations(startFaults, cloud.operations);
  if (misnamed.length > 0) throw new Error(misnamed.join('\n'));
  const journal = openJournal(store);
  let faults = createFaults(startFaults);
  let firstSeed = seed;

  const plant = (document: ParsedSeed): void => {
    firstSeed ??= document;
    cloud.plant(document, now());
  };
  if (settings.get('started') === undefined && seed !== undefined) plant(seed);
  settings.put('started', 1);
  store.commit();

  const advance = (seconds: number): void => {
    settings.put('offsetMs', (settings.get('offsetMs') ?? 0) + seconds * 1000);
    cloud.settle(now());
    store.commit();
  };
  const state = (): State => {
    cloud.settle(now());
    store.commit();
    return cloud.state(now());
  };
  const controls: Controls = {
    operations: cloud.operations,
    journal: () => journal.entries(),
    state,
    reset: () => {
      cloud.empty();
      journal.clear();
      settings.remove('offsetMs');
      faults = createFaults(startFaults);
      if (firstSeed !== undefined) cloud.plant(firstSeed, now());
      store.commit();
    },
    seed: (document) => {
      plant(document);
      store.commit();
    },
    faults: (document) => {
      faults = createFaults(document);
    },
    advance,
    now: () => now().emulated,
  };

  const replyTo = (incoming: Incoming, fault: Struck): Outgoing => {
    if (fault.exceeded !== null) return cloud.throttled(incoming, fault.exceeded.quota, fault.exceeded.retryAfterMs);
    const replaced = fault.status !== undefined || fault.body !== undefined;
    if (replaced && fault.takesEffect !== true) return canned(fault, null);
    const reply = cloud.answer(incoming, fault, now());
    return replaced ? canned(fault, reply.effect) : reply;
  };

  const closing = new AbortController();
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const incoming = await receive(message);
    if (isControl(incoming)) {
      send(response, control(incoming, controls));
      return;
    }
    const { operation, scope, names } = cloud.identify(incoming);
    const fault = faults.strike(operation, names, clock.now());
    if (fault.latencyMs !== undefined) await clock.sleep(fault.latencyMs, closing.signal);
    // Nothing waits from here on, so requests take effect one after another and each is whole.
    cloud.settle(now());
    const reply = fault.reset === 'before' ? null : replyTo(incoming, fault);
    const cut = fault.reset !== undefined;
    journal.append({
      at: now().emulated,
      operation,
      scope,
      request: journalled(incoming),
      status: cut || reply === null ? null : reply.status,
      code: cut ? `connection-reset-${fault.reset}` : (reply?.code ?? null),
      effect: reply?.effect ?? null,
    });
    store.commit();
    if (cut || reply === null) message.socket.resetAndDestroy();
    else send(response, reply);
  };

  const server = createServer((message, response) => {
    serve(message, response).catch((error: unknown) => {
      if (closing.signal.aborted || message.socket.destroyed) return;
      // A fault of the emulator itself must be seen as one, not be taken for something the cloud would say.
      process.stderr.write(`${service} emulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      message.socket.destroy();
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    store.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    service,
    endpoint: `http://127.0.0.1:${port}`,
    advance,
    state,
    journal: () => journal.entries(),
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      store.close();
    },
  };
};
