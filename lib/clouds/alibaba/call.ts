import { randomBytes } from 'node:crypto';
import type { Answer } from '../../ports/clouds.ts';
import type { Clock } from '../../ports/clock.ts';
import { sha256 } from '../../saga/canonical.ts';
import { exchange, faultVerdict } from '../http/exchange.ts';
import { fieldsOf, readJson } from '../http/json.ts';
import type { HttpReply, HttpRequest } from '../http/message.ts';
import { canonicalQuery } from '../http/query.ts';
import type { Transport } from '../http/transport.ts';
import type { Operation } from '../operation.ts';
import { classify } from './classify.ts';
import { authorization } from './signer.ts';
import type { AlibabaKey } from './signer.ts';

/** SAE of one region, as every call needs it. */
export interface SaeScope {
  readonly transport: Transport;
  readonly key: AlibabaKey;
  readonly clock: Clock;
}

/** What a success's Data says, null when it is not what the operation returns. */
export type ReadData<T> = (content: unknown) => { readonly value: T } | null;

const VERSION = '2019-05-06';

/** Signed anew each time: date and nonce belong to one request, and a nonce is taken once. */
const sign = ({ transport, key, clock }: SaeScope, { name, method, path }: Operation, query: readonly (readonly [string, string])[]): HttpRequest => {
  const temporary = key.securityToken === null ? {} : { 'x-acs-accesskey-id': key.accessKeyId, 'x-acs-security-token': key.securityToken };
  const headers = {
    host: transport.host,
    'x-acs-action': name,
    'x-acs-version': VERSION,
    'x-acs-date': new Date(clock.now()).toISOString().replace(/\.[0-9]{3}/, ''),
    'x-acs-signature-nonce': randomBytes(16).toString('hex'),
    'x-acs-content-sha256': sha256(''),
    ...temporary,
  };
  return {
    method,
    path: `${path}?${canonicalQuery(query)}`,
    headers: { ...headers, accept: 'application/json', 'user-agent': 'probate', authorization: authorization(key, { method, path, query, headers }) },
    body: null,
  };
};

/** `Data` of a reply that is a success by status and by `Success`; ErrorCode is not asked, since successes carry errors in it. */
const readSuccess = (operation: Operation, { status, body }: HttpReply): { readonly content: unknown } | null => {
  if (!operation.success.includes(status) || body === null) return null;
  const fields = fieldsOf(readJson(body));
  return fields?.get('Success') === true ? { content: fields.get('Data') } : null;
};

/** Makes one call and says what its reply means; never rejects for anything the cloud or the network did. */
export const callSae = async <T>(
  scope: SaeScope,
  operation: Operation,
  query: readonly (readonly [name: string, value: string])[],
  read: ReadData<T>,
  signal: AbortSignal,
): Promise<Answer<T>> => {
  const { outcome, requests } = await exchange(scope.transport, () => sign(scope, operation, query), operation.changes, signal);
  if (outcome.kind === 'fault') return { verdict: faultVerdict(outcome, operation.changes), requests };
  const success = readSuccess(operation, outcome);
  if (success === null) return { verdict: classify(operation, outcome), requests };
  const content = read(success.content);
  return content === null ? { verdict: { kind: 'unknown', code: 'unreadable-body' }, requests } : { verdict: { kind: 'done' }, value: content.value, requests };
};
