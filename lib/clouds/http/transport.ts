import { EnvHttpProxyAgent, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../ports/clock.ts';
import { isLoopback, readEndpoint } from './endpoint.ts';
import type { HttpOutcome, HttpRequest } from './message.ts';
import { send } from './send.ts';

/** Proxies as HTTP_PROXY, HTTPS_PROXY and NO_PROXY name them; an empty text means none. */
export interface Proxies {
  readonly http: string;
  readonly https: string;
  readonly none: string;
}

/** Deadlines of a connection in milliseconds, beside the caller's own for the whole call. */
export interface Limits {
  readonly connectMs: number;
  readonly headersMs: number;
  /** The longest silence within a body; its whole is bounded by the caller's signal. */
  readonly bodyMs: number;
}

/** The policy's default deadline of a call is 15 s, so nothing here waits longer. */
export const DEFAULT_LIMITS: Limits = { connectMs: 5_000, headersMs: 15_000, bodyMs: 10_000 };

/** Opened as they are needed; beyond these a call waits for another's to be free. */
const CONNECTIONS = 32;
/** Undici's own measure, below any load balancer's. */
const KEPT_MS = 4_000;

/** Where the time is read. */
export type Time = Pick<Clock, 'now' | 'monotonic'>;

/** IAM gives its token in a header, and a token of a user with many rights has up to 2 MiB (contracts/huawei-csms.md, section 1). */
const LARGEST_HEADERS_BYTES = 2_097_152 + 16_384;

/** One endpoint of a cloud and the connections to it. */
export interface Transport {
  /** As it goes into the Host header, the port included where it is not the scheme's own: signatures cover it. */
  readonly host: string;
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpOutcome>;
  close(): Promise<void>;
}

const connectTo = (url: URL, proxies: Proxies, limits: Limits, keepMs: number): Dispatcher => {
  // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED in the environment cannot switch it off.
  const tls = { rejectUnauthorized: true };
  const common = {
    connections: CONNECTIONS,
    connect: { ...tls, timeout: limits.connectMs },
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.bodyMs,
    keepAliveTimeout: keepMs,
    maxHeaderSize: LARGEST_HEADERS_BYTES,
    // Host and order of headers are signed as HTTP/1.1 sends them.
    allowH2: false,
  };
  const proxied = (proxies.http !== '' || proxies.https !== '') && !isLoopback(url);
  if (!proxied) return new Pool(url.origin, common);
  return new EnvHttpProxyAgent({ ...common, requestTls: tls, proxyTls: tls, httpProxy: proxies.http, httpsProxy: proxies.https, noProxy: proxies.none });
};

/** So long after it last carried a reply a kept connection is not trusted with a change any more. */
const WARM_MS = 1_000;

/**
 * Connections for what changes something: kept no longer than they are warm. One that was kept while this process was
 * frozen or busy may have died unseen, and a change lost on it is a change of unknown fate, where a read is made again.
 */
const warmConnections = (open: (keepMs: number) => Dispatcher, { now, monotonic }: Time) => {
  let current: Dispatcher | null = null;
  let warm = { wall: 0, monotonic: 0 };
  const cooled = new Set<Promise<void>>();

  const retire = (dispatcher: Dispatcher): void => {
    const closing = dispatcher.close().finally(() => cooled.delete(closing));
    cooled.add(closing);
  };

  return {
    /** A frozen machine's monotonic clock may have stood still as well; the wall clock may have been set. Either is enough to doubt. */
    take: (): Dispatcher => {
      const isWarm = monotonic() - warm.monotonic < WARM_MS && Math.abs(now() - warm.wall) < WARM_MS;
      if (current !== null && isWarm) return current;
      if (current !== null) retire(current);
      current = open(WARM_MS);
      warm = { wall: now(), monotonic: monotonic() };
      return current;
    },
    heardFrom: (dispatcher: Dispatcher): void => {
      if (dispatcher === current) warm = { wall: now(), monotonic: monotonic() };
    },
    close: async (): Promise<void> => {
      if (current !== null) retire(current);
      await Promise.all(cooled);
    },
  };
};

/** `endpoint` is as readEndpoint accepts it; throws on any other, as nothing has been sent by then. */
export const createTransport = (endpoint: string, proxies: Proxies, time: Time, limits: Limits = DEFAULT_LIMITS): Transport => {
  const read = readEndpoint(endpoint);
  if (read.kind === 'refused') throw new Error(`the endpoint ${read.reason}`);
  const { host, origin } = read.url;
  const forReads = connectTo(read.url, proxies, limits, KEPT_MS);
  const forChanges = warmConnections((keepMs) => connectTo(read.url, proxies, limits, keepMs), time);

  const sendChange = async (request: HttpRequest, signal: AbortSignal): Promise<HttpOutcome> => {
    const dispatcher = forChanges.take();
    const outcome = await send(dispatcher, origin, request, signal);
    if (outcome.kind === 'reply') forChanges.heardFrom(dispatcher);
    return outcome;
  };

  return {
    host,
    send: (request, signal) => (request.method === 'GET' ? send(forReads, origin, request, signal) : sendChange(request, signal)),
    close: async () => {
      await Promise.all([forReads.close(), forChanges.close()]);
    },
  };
};
