import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { isRecord } from '../../events/shape.ts';

export interface Exchange {
  /** Such as PutItem. */
  readonly operation: string;
  /** How often that operation was asked before. */
  readonly before: number;
  readonly request: Readonly<Record<string, unknown>>;
  readonly reply: Readonly<Record<string, unknown>>;
}

/** What reaches the asker instead of the stand-in's reply; `lost`: nothing, though the stand-in did what it was asked. */
export type Meddling = 'as it is' | 'lost' | { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

const recordOf = (text: Uint8Array): Record<string, unknown> => {
  const value: unknown = JSON.parse(new TextDecoder().decode(text));
  if (!isRecord(value)) throw new Error('the stand-in speaks JSON objects only');
  return { ...value };
};

/** Stands between a client and a stand-in for one test; gives the endpoint to ask instead, and what was asked. */
export const startMeddler = async (endpoint: string, meddle: (exchange: Exchange) => Meddling): Promise<{ readonly endpoint: string; readonly asked: readonly string[] }> => {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await buffer(incoming);
      const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
      const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => /^(authorization|content-type|x-amz-.*)$/.test(name)));
      const answered = await fetch(endpoint, { method: 'POST', headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])), body });
      const text = await answered.bytes();
      const meddling = meddle({ operation, before: asked.filter((one) => one === operation).length, request: recordOf(body), reply: recordOf(text) });
      asked.push(operation);
      if (meddling === 'lost') {
        incoming.socket.destroy();
        return;
      }
      const [status, content] = meddling === 'as it is' ? [answered.status, text] : [meddling.status, JSON.stringify(meddling.body)];
      outgoing.writeHead(status, { 'content-type': String(answered.headers.get('content-type')) }).end(content);
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the meddler listens on no port');
  return { endpoint: `http://127.0.0.1:${address.port}`, asked };
};
