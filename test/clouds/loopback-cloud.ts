import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { listen, stop } from './loopback.ts';

/** A real HTTP server on the loopback address that answers what a test tells it to. */

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Canned {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** `reset` cuts the connection without a reply, `cut` in the middle of the body, `stall` stops there, `silence` never answers. */
  readonly fault?: 'reset' | 'cut' | 'stall' | 'silence';
}

export type Answering = (request: Received, nth: number) => Canned;

export interface LoopbackCloud {
  readonly endpoint: string;
  readonly received: Received[];
  /** Forgets what was received and answers anew from here on. */
  answer(answering: Answering): void;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

const reply = (response: ServerResponse, { status = 200, headers = {}, body = '', fault }: Canned): void => {
  if (fault === 'silence') return;
  if (fault === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const bytes = Buffer.from(body);
  if (fault === undefined) {
    response.writeHead(status, headers).end(status === 204 ? undefined : bytes);
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length + 100) });
  response.write(bytes, () => {
    if (fault === 'cut') response.socket?.destroy();
  });
};

const nothingYet: Answering = () => ({ status: 500 });

export const startCloud = async (): Promise<LoopbackCloud> => {
  const received: Received[] = [];
  let answering = nothingYet;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    received.push(seen);
    reply(response, answering(seen, received.length - 1));
  };
  const server = createServer({ maxHeaderSize: 4 * 1024 * 1024 }, (request, response) => void serve(request, response));
  const port = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
    received,
    answer: (next) => {
      received.length = 0;
      answering = next;
    },
    close: async () => {
      server.closeAllConnections();
      await stop(server);
    },
  };
};

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Canned => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});
