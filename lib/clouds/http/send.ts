import type { Dispatcher } from 'undici';
import { deadlineFault, faultOf } from './fault.ts';
import type { HttpRequest, Outcome } from './message.ts';

/** The largest list there can be (5,000 secrets in pages of 1,000) stays under 1 MiB a page. */
const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

type ReplyHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const readHeaders = (headers: ReplyHeaders): ReadonlyMap<string, string> => {
  const read = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) read.set(name.toLowerCase(), typeof value === 'string' ? value : value.join(', '));
  return read;
};

const textOf = (chunks: readonly Buffer[]): string => (chunks.length === 1 ? (chunks[0] ?? '').toString('utf8') : Buffer.concat(chunks).toString('utf8'));

/**
 * One request, one outcome, never a rejection. `dispatch` and not `request`, because only a handler sees the moment the
 * request is handed to a socket, and with it whether a failed call may have been carried out.
 */
export const send = (dispatcher: Dispatcher, origin: string, request: HttpRequest, signal: AbortSignal): Promise<Outcome> => {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  if (signal.aborted) return Promise.resolve(deadlineFault(false));
  let controller: Dispatcher.DispatchController | null = null;
  let status = 0;
  let headers: ReadonlyMap<string, string> = new Map();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = (outcome: Outcome): void => {
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
      headers = readHeaders(received);
    },
    onResponseData: (current, chunk) => {
      bytes += chunk.length;
      if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
      else {
        end({ kind: 'reply', status, headers, body: null });
        current.abort(new Error('body over the cap'));
      }
    },
    onResponseEnd: () => end({ kind: 'reply', status, headers, body: textOf(chunks) }),
    onResponseError: (_, error) => end(faultOf(error, controller !== null)),
  };
  try {
    dispatcher.dispatch({ origin, path: request.path, method: request.method, headers: { ...request.headers }, body: request.body }, handler);
  } catch (error) {
    end(faultOf(error, controller !== null));
  }
  return promise;
};
