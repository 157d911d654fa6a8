import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Cloud } from './cloud.ts';
import { control, isControl, type Names } from './control.ts';
import type { Emulator, EmulatorOptions, Service } from './emulator.ts';
import { openEngine } from './engine.ts';
import { wallClock } from '../../lib/adapters/wall-clock.ts';
import type { Store } from './store.ts';
import { receive, send } from './wire.ts';

/** A token of Huawei Cloud has up to 2 MiB and comes in a header (contracts/huawei-csms.md, section 1). */
const LARGEST_HEADERS_BYTES = 2_097_152 + 16_384;

const listening = async (server: Server, port: number): Promise<number> => {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
};

/** Starts one emulator; rejects when a document is wrong, naming the field, when the port is taken or the file is another emulator's. */
export const start = async <State, Credentials>(
  service: Service,
  options: EmulatorOptions<Credentials>,
  names: Names,
  openCloud: (store: Store, emulatedNow: () => number) => Cloud<State>,
): Promise<Emulator<State>> => {
  const { clock = wallClock } = options;
  const engine = openEngine(options, names, clock, openCloud);
  const closing = new AbortController();

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const incoming = await receive(message);
    if (isControl(incoming)) {
      send(response, control(incoming, engine));
      return;
    }
    const { call, fault } = engine.meet(incoming);
    if (fault.latencyMs !== undefined) await clock.sleep(fault.latencyMs, closing.signal);
    // Nothing waits from here on, so requests take effect one after another and each is whole.
    const reply = engine.carryOut(incoming, call, fault);
    if (reply === null) message.socket.resetAndDestroy();
    else send(response, reply);
  };

  const server = createServer({ maxHeaderSize: LARGEST_HEADERS_BYTES }, (message, response) => {
    serve(message, response).catch((error: unknown) => {
      if (closing.signal.aborted || message.socket.destroyed) return;
      // A fault of the emulator itself must be seen as one, not be taken for something the cloud would say.
      process.stderr.write(`${service} emulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      message.socket.destroy();
    });
  });
  const port = await listening(server, options.port ?? 0).catch((error: unknown) => {
    engine.close();
    throw error;
  });

  return {
    service,
    endpoint: `http://127.0.0.1:${port}`,
    advance: (seconds) => engine.advance(seconds),
    state: () => engine.state(),
    journal: () => engine.journal(),
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      engine.close();
    },
  };
};
