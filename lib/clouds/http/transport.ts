import { EnvHttpProxyAgent, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { isLoopback, readEndpoint } from './endpoint.ts';
import type { HttpRequest, Outcome } from './message.ts';
import { send } from './send.ts';

/** Proxies as HTTP_PROXY, HTTPS_PROXY and NO_PROXY name them; an empty text means none. */
export interface Proxies {
  readonly http: string;
  readonly https: string;
  readonly none: string;
}

export interface Limits {
  readonly connectMs: number;
  readonly headersMs: number;
  /** The longest silence within a body; its whole is bounded by the caller's signal. */
  readonly bodyMs: number;
}

/** The policy's default deadline of a call is 15 s, so nothing here waits longer. */
export const DEFAULT_LIMITS: Limits = { connectMs: 5_000, headersMs: 15_000, bodyMs: 10_000 };

const CONNECTIONS = 16;

/** One endpoint of a cloud and the connections to it. */
export interface Transport {
  /** As it goes into the Host header, the port included where it is not the scheme's own: signatures cover it. */
  readonly host: string;
  send(request: HttpRequest, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}

const connectTo = (url: URL, proxies: Proxies, limits: Limits): Dispatcher => {
  // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED in the environment cannot switch it off.
  const tls = { rejectUnauthorized: true };
  const common = {
    connections: CONNECTIONS,
    connect: { ...tls, timeout: limits.connectMs },
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.bodyMs,
    // Host and order of headers are signed as HTTP/1.1 sends them.
    allowH2: false,
  };
  const proxied = (proxies.http !== '' || proxies.https !== '') && !isLoopback(url);
  if (!proxied) return new Pool(url.origin, common);
  return new EnvHttpProxyAgent({ ...common, requestTls: tls, proxyTls: tls, httpProxy: proxies.http, httpsProxy: proxies.https, noProxy: proxies.none });
};

/**
 * `endpoint` is as readEndpoint accepts it; throws on any other, as nothing has been sent by then. What changes something
 * goes over a connection of its own: a kept one may have died unseen while this process was frozen or busy, and a change
 * lost on it is a change of unknown fate, where a read would only be made again.
 */
export const createTransport = (endpoint: string, proxies: Proxies, limits: Limits = DEFAULT_LIMITS): Transport => {
  const read = readEndpoint(endpoint);
  if (read.kind === 'refused') throw new Error(`the endpoint ${read.reason}`);
  const [kept, single] = [connectTo(read.url, proxies, limits), connectTo(read.url, proxies, limits)];
  const { host, origin } = read.url;
  return {
    host,
    send: (request, signal) => {
      const isRead = request.method === 'GET';
      return send(isRead ? kept : single, origin, { ...request, headers: { host, ...request.headers } }, { signal, isLast: !isRead });
    },
    close: async () => {
      await Promise.all([kept.close(), single.close()]);
    },
  };
};
