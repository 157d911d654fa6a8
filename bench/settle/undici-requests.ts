import { subscribe } from 'node:diagnostics_channel';
import { isRecord } from '../../events/shape.ts';

/** A request as undici's diagnostics show it (https://undici.nodejs.org/#/docs/api/DiagnosticsChannel.md); `headers` alternate names and values. */
export interface UndiciRequest {
  readonly origin: string | URL;
  readonly method: string;
  readonly path: string;
  readonly host: string | null;
  readonly headers: readonly string[];
  readonly body: Buffer | null;
}

const isRequest = (value: unknown): value is UndiciRequest =>
  isRecord(value) && typeof value['method'] === 'string' && typeof value['path'] === 'string' && Array.isArray(value['headers']) && (value['body'] === null || Buffer.isBuffer(value['body']));

const requestIn = (message: unknown): UndiciRequest => {
  const request = isRecord(message) ? message['request'] : null;
  if (!isRequest(request)) throw new Error('undici told of something that is no request of ours');
  return request;
};

/** Tells of every request of this process: when a connection takes it, in the async context of whoever sent it, and when its reply is whole or it failed. */
export const watchRequests = (told: { readonly began: (request: UndiciRequest) => void; readonly ended: (request: UndiciRequest) => void }): void => {
  subscribe('undici:request:create', (message) => told.began(requestIn(message)));
  subscribe('undici:request:trailers', (message) => told.ended(requestIn(message)));
  subscribe('undici:request:error', (message) => told.ended(requestIn(message)));
};
