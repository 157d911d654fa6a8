import type { Dispatcher } from 'undici';
import { deadlineFault, faultOf } from './fault.ts';
import type { HttpOutcome, HttpRequest } from './message.ts';

/** Eight times a common page of 1,000 secrets. Descriptions of 2,048 characters can make one longer, but not one of 100, which is then asked for. */
const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

type ReplyHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** undici gives names in lower case. */
const headerIn =
  (headers: ReplyHeaders) =>
  (name: string): string => {
    const value = headers[name] ?? '';
    return typeof value === 'string' ? value : value.join(', ');
  };

const textOf = (chunks: readonly Buffer[]): string => (chunks.length === 1 ? (chunks[0] ?? '').toString('utf8') : Buffer.concat(chunks).toString('utf8'));

/**
 * One request, one outcome, never a rejection. `dispatch` and not `request`, because only a handler sees the moment the
 * request is handed to a socket, and with it whether a failed call may have been carried out.
 */
export const send = (dispatcher: Dispatcher, origin: string, request: HttpRequest, signal: AbortSignal): Promise<HttpOutcome> => {
  const { promise, resolve } = Promise.withResolvers<HttpOutcome>();
  if (signal.aborted) return Promise.resolve(deadlineFault(false));
  let controller: Dispatcher.DispatchController | null = null;
  let status = 0;
  let header = headerIn({});
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = (outcome: HttpOutcome): void => {
    signal.removeEventListener('abort', onAbort);
    resolve(outcome);
  };
  const onAbort = (): void => {
    // Settled first: aborting reports an error of its own at once.
    end(deadlineFault(controller !== null));
    controller?.abort(new Error('deadline'));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (started) => {
      // Aborting in here keeps the request from being written; the outcome was settled when the signal fired.
      if (signal.aborted) started.abort(new Error('deadline'));
      else controller = started;
    },
    onResponseStart: (_, statusCode, received) => {
      status = statusCode;
      header = headerIn(received);
    },
    onResponseData: (current, chunk) => {
      bytes += chunk.length;
      if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
      else {
        end({ kind: 'reply', status, header, body: null });
        current.abort(new Error('body over the cap'));
      }
    },
    onResponseEnd: () => end({ kind: 'reply', status, header, body: textOf(chunks) }),
    onResponseError: (_, error) => end(faultOf(error, controller !== null)),
  };
  try {
    dispatcher.dispatch({ origin, path: request.path, method: request.method, headers: request.headers, body: request.body }, handler);
  } catch (error) {
    end(faultOf(error, controller !== null));
  }
  return promise;
};
