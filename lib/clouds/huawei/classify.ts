import type { Failure } from '../../saga/verdict.ts';
import { LONGEST_WAIT_SECONDS } from '../../ports/clouds.ts';
import { meaningOf } from '../operation.ts';
import type { Meaning, Operation } from '../operation.ts';
import type { HttpReply } from '../http/message.ts';
import { readCode, readErrorBody } from './error-body.ts';
import { readQuota } from './quota-text.ts';

/** Access denied, by its place in the vendor's list: never a proof of absence, whatever status carries it (H47). */
const DENIED = 'CSMS.0302';

const listed = (operation: Operation, code: string): Meaning | null => meaningOf(operation, code.replace(/^APIG\./, 'APIGW.'));

const RETRY_AFTER = /^[0-9]+$/;

const throttled = (code: string, text: string, reply: HttpReply): Failure => {
  const retryAfter = reply.header('retry-after');
  return { kind: 'throttled', code, retryAfterMs: RETRY_AFTER.test(retryAfter) ? Math.min(Number(retryAfter), LONGEST_WAIT_SECONDS) * 1_000 : null, quota: readQuota(text) };
};

/** A meaning as a verdict. CSMS has no word for a dependant: no operation of its lists `blocked`. */
const fromMeaning = (meaning: Meaning, code: string): Failure => {
  if (meaning === 'throttled') return { kind: 'throttled', code, retryAfterMs: null, quota: null };
  return { kind: meaning === 'blocked' ? 'retryable' : meaning, code };
};

/** A 404 proves absence only with a code of the service itself, and only where the call named one thing. */
const notFound = (operation: Operation, code: string | null, meaning: Meaning | null): Failure => {
  if (code === null) return { kind: 'unknown', code: 'http-404' };
  if (/^APIG(W)?\./.test(code)) return { kind: 'unknown', code };
  if (!code.startsWith('CSMS.')) return { kind: 'retryable', code };
  if (code === DENIED || (meaning !== null && meaning !== 'terminal')) return fromMeaning(meaning ?? 'terminal', code);
  return { kind: operation.notFound, code };
};

/** Any reply that is not the operation's success, as a verdict (design.md, Verdicts). */
export const classify = (operation: Operation, reply: HttpReply): Failure => {
  const { status } = reply;
  const { code, text } = readErrorBody(reply.body);
  const label = code ?? `http-${String(status)}`;
  const meaning = code === null ? null : listed(operation, code);
  if (status < 400) return { kind: 'unknown', code: label };
  if (meaning === 'alreadyGone') return { kind: 'alreadyGone', code: label };
  if (status === 429 || meaning === 'throttled') return throttled(label, text, reply);
  if (status >= 500) return { kind: operation.changes ? 'unknown' : 'retryable', code: label };
  if (status === 401 || meaning === 'unauthenticated') return { kind: 'unauthenticated', code: label };
  if (status === 404) return notFound(operation, code, meaning);
  if (meaning !== null) return fromMeaning(meaning, label);
  if (code !== null) return { kind: 'retryable', code };
  if (status === 403) return { kind: 'terminal', code: label };
  // A refusal nobody can read: a proxy's page, perhaps. Whether a change went through is then not known.
  return { kind: operation.changes ? 'unknown' : 'retryable', code: label };
};

/** One item of `failed_secrets`, read as the named operation's refusal: its text is `"<code>: <words>"`, with no status of its own. */
export const classifyItem = (operation: Operation, text: unknown): Failure => {
  const code = typeof text === 'string' ? readCode(text.split(':', 1)[0]) : null;
  if (code === null) return { kind: 'retryable', code: 'unreadable-item' };
  return fromMeaning(listed(operation, code) ?? 'retryable', code);
};
