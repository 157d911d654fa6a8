import type { Failure } from '../../saga/verdict.ts';
import { LONGEST_WAIT_SECONDS } from '../../ports/clouds.ts';
import { meaningOf } from '../operation.ts';
import type { Meaning, Operation } from '../operation.ts';
import type { HttpReply } from '../http/message.ts';
import { readErrorBody } from './error-body.ts';

/** A namespace that is not there is a wrong event, or somebody's deletion of the whole of it; people look for the plain word. */
const NAMESPACE_NOT_FOUND = 'InvalidNamespaceId.NotFound';
const LONGEST_BLOCKER = 256;
const RETRY_AFTER = /^[0-9]+$/;

/** What stands in the brackets, as it stands: name or id, one or several, the vendor does not say. */
const blockerName = (message: string): string => {
  const [, name = ''] = /^[^[]*\[([^\]]*)\]/.exec(message) ?? [];
  return name === '' ? 'unnamed' : name.replaceAll(/\p{Cc}/gu, ' ').slice(0, LONGEST_BLOCKER);
};

const throttled = (code: string, reply: HttpReply): Failure => {
  const retryAfter = reply.header('x-acs-retry-after');
  return { kind: 'throttled', code, retryAfterMs: RETRY_AFTER.test(retryAfter) ? Math.min(Number(retryAfter), LONGEST_WAIT_SECONDS * 1_000) : null, quota: null };
};

const fromMeaning = (meaning: Meaning, code: string, message: string, reply: HttpReply): Failure => {
  if (meaning === 'throttled') return throttled(code, reply);
  if (meaning === 'blocked') return { kind: 'blocked', code, blocker: { kind: code.endsWith('.Job') ? 'job' : 'application', name: blockerName(message) } };
  return { kind: meaning, code: code === NAMESPACE_NOT_FOUND ? 'namespace-not-found' : code };
};

/** Any reply that is not the operation's success, a 200 with `Success` false among them: the code decides, the status only where there is none (contracts/alibaba-sae.md, section 0, 6). */
export const classify = (operation: Operation, reply: HttpReply): Failure => {
  const { status } = reply;
  const { code, message } = readErrorBody(operation, reply.body);
  const label = code ?? `http-${String(status)}`;
  if (status >= 300 && status < 400) return { kind: 'unknown', code: label };
  const meaning = code === null ? null : meaningOf(operation, code);
  if (meaning !== null) return fromMeaning(meaning, label, message, reply);
  if (status === 429) return throttled(label, reply);
  if (status >= 500) return { kind: operation.changes ? 'unknown' : 'retryable', code: label };
  if (status === 401) return { kind: 'unauthenticated', code: label };
  if (code !== null) return { kind: 'retryable', code };
  if (status < 300) return { kind: 'unknown', code: 'unreadable-body' };
  if (status === 403) return { kind: 'terminal', code: label };
  // A refusal nobody can read, a 404 without a code among them: it proves nothing.
  return { kind: operation.changes || status === 404 ? 'unknown' : 'retryable', code: label };
};
