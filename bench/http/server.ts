import { once } from 'node:events';
import { type IncomingMessage, createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { answerAsks } from '../child.ts';

/** A request as it came in. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** What every request is answered with: a batch-delete's own success. */
const REPLY = Buffer.from(JSON.stringify({ total: 3, success_secrets: ['app-db-1', 'app-db-2', 'app-db-3'], failed_secrets: [] }));
const HEADERS = { 'content-type': 'application/json', 'content-length': REPLY.length };

let watching: ((received: Received) => void) | null = null;

const tell = async (request: IncomingMessage, told: (received: Received) => void): Promise<void> => {
  const { method = '', url = '', rawHeaders } = request;
  const headers = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : []));
  told({ method, path: url, headers, body: await text(request) });
};

const server = createServer((request, response) => {
  if (watching !== null) void tell(request, watching);
  else request.resume();
  watching = null;
  request.once('end', () => {
    response.writeHead(200, HEADERS);
    response.end(REPLY);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const asks = {
  origin: async (): Promise<string> => {
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : ''}`;
  },
  /** The next request, whole. */
  watch: async (): Promise<Received> => {
    const { promise, resolve } = Promise.withResolvers<Received>();
    watching = resolve;
    return promise;
  },
};
export type ServerAsks = typeof asks;
answerAsks(asks);
