import type { Answer } from '../../ports/clouds.ts';
import { exchange, faultVerdict } from '../http/exchange.ts';
import type { HttpOutcome } from '../http/message.ts';
import type { Transport } from '../http/transport.ts';
import type { Operation } from '../operation.ts';
import type { Authority, Unsigned } from './authority.ts';
import { classify } from './classify.ts';
import { fillPath } from './path.ts';

/** CSMS of one project, as every call needs it. */
export interface CsmsScope {
  readonly transport: Transport;
  readonly authority: Authority;
  readonly projectId: string;
}

/** What one call of an operation needs beside its scope. */
export interface CsmsCall {
  /** Values of the path template, but for the project's. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Unsigned['query'];
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** What a success's body says, null when it is not what the operation returns. */
export type ReadBody<T> = (body: string) => { readonly value: T } | null;

/** The code of a success whose body was larger than is read. */
export const BODY_TOO_LARGE = 'body-too-large';

const answerTo = <T>(operation: Operation, outcome: HttpOutcome, read: ReadBody<T>, requests: number): Answer<T> => {
  if (outcome.kind === 'fault') return { verdict: faultVerdict(outcome, operation.changes), requests };
  if (!operation.success.includes(outcome.status)) return { verdict: classify(operation, outcome), requests };
  if (outcome.body === null) return { verdict: { kind: 'unknown', code: BODY_TOO_LARGE }, requests };
  const body = read(outcome.body);
  return body === null ? { verdict: { kind: 'unknown', code: 'unreadable-body' }, requests } : { verdict: { kind: 'done' }, value: body.value, requests };
};

/**
 * Makes one call and says what its reply means. Throws CallRefused, before any connection, when a part of the path is
 * not of its documented form. A refused token is renewed and the call made once more: it was not carried out.
 */
export const callCsms = async <T>({ transport, authority, projectId }: CsmsScope, operation: Operation, call: CsmsCall, read: ReadBody<T>): Promise<Answer<T>> => {
  const path = fillPath(operation.path, { ...call.path, project_id: projectId });
  const unsigned: Unsigned = { method: operation.method, path, query: call.query ?? [], body: call.body ?? null, projectId };
  let requests = 0;
  for (let renewed = false; ; renewed = true) {
    const grant = await authority.grant(call.signal);
    if (grant.kind === 'refused') return { verdict: grant.verdict, requests };
    const exchanged = await exchange(transport, () => grant.sign(unsigned), operation.changes, call.signal);
    requests += exchanged.requests;
    const answer = answerTo(operation, exchanged.outcome, read, requests);
    if (answer.verdict.kind !== 'unauthenticated' || renewed || !grant.withdraw()) return answer;
  }
};
