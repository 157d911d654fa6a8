import type { HttpFault } from './message.ts';

const CODES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection-refused'],
  ['ENOTFOUND', 'name-not-resolved'],
  ['EAI_AGAIN', 'name-not-resolved'],
  ['EHOSTUNREACH', 'host-unreachable'],
  ['ENETUNREACH', 'host-unreachable'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connect-deadline'],
  ['UND_ERR_HEADERS_TIMEOUT', 'deadline'],
  ['UND_ERR_BODY_TIMEOUT', 'deadline'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'body-cut'],
]);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '');

/**
 * Whether the request may have arrived is known from `started`, the moment undici hands it to a socket, and not guessed
 * from the error: a reset looks the same before and after.
 */
export const faultOf = (error: unknown, started: boolean): HttpFault => {
  const code = codeOf(error);
  if (started) return { kind: 'fault', reach: 'lost', code: CODES.get(code) ?? 'connection-lost' };
  const tls = code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || /CERT|SIGNATURE/.test(code);
  return { kind: 'fault', reach: 'not-sent', code: CODES.get(code) ?? (tls ? 'tls-refused' : 'no-connection') };
};

/** The fault of a call whose deadline came; `started` tells whether it may have been carried out. */
export const deadlineFault = (started: boolean): HttpFault => ({ kind: 'fault', reach: started ? 'lost' : 'not-sent', code: 'deadline' });
