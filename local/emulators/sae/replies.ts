import { randomBytes, randomUUID } from 'node:crypto';
import type { Effect } from '../emulator.ts';
import type { Unknowns } from '../unknowns.ts';
import type { Incoming, Outgoing } from '../wire.ts';
import { toJson, toXml, type Content } from './formats.ts';

/** A refusal, before it is put on the wire. `detail` are fields beside the message. */
export interface Refusal {
  readonly kind: 'refused';
  readonly by: 'gateway' | 'service';
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly detail?: { readonly [name: string]: Content };
}

/** What an operation came to, before it is put on the wire. `outer` are fields beside Data. */
export type Answer = Refusal | { readonly kind: 'success'; readonly content: Content; readonly outer?: { readonly [name: string]: Content }; readonly effect: Effect | null };

export const success = (content: Content, effect: Effect | null = null, outer: { readonly [name: string]: Content } = {}): Answer => ({ kind: 'success', content, effect, outer });

export const gatewayRefuses = (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): Refusal => ({
  kind: 'refused',
  by: 'gateway',
  status,
  code,
  message,
  headers,
});

export const serviceRefuses = (status: number, code: string, message: string): Refusal => ({ kind: 'refused', by: 'service', status, code, message });

/** The service's refusals, spelled as its error table spells them (contracts/alibaba-sae.md, section 3.1). */
export const emptyParameter = (name: string): Refusal => serviceRefuses(400, 'InvalidParameter.NotEmpty', `You must specify the parameter ${name}.`);
export const invalidParameter = (name: string): Refusal => serviceRefuses(400, 'InvalidParameter.Obviously', `The specified parameter is invalid {${name}}.`);
export const wrongParameter = (name: string, why: string): Refusal => serviceRefuses(400, 'InvalidParameter.WithMessage', `The parameter is invalid {${name}}: ${why}`);
export const noSuchSecret = (id: string): Refusal => serviceRefuses(400, 'InvalidSecretId.NotFound', `The specified SecretId [${id}] does not exist in our records.`);
export const noSuchNamespace = (): Refusal => serviceRefuses(404, 'InvalidNamespaceId.NotFound', 'The specified NamespaceId does not exist.');
export const noSuchApplication = (): Refusal => serviceRefuses(400, 'InvalidApplication.NotFound', 'The current application does not exist.');
export const noSuchChangeOrder = (): Refusal => serviceRefuses(400, 'InvalidChangeOrder.NotFound', 'The current change order does not exist.');
export const changeRunning = (): Refusal => serviceRefuses(400, 'Application.ChangerOrderRunning', 'An application change process is in progress. Please try again later.');
export const dependencyViolation = (kind: 'job' | 'application', named: string): Refusal =>
  serviceRefuses(
    400,
    kind === 'job' ? 'DependencyViolation.Job' : 'DependencyViolation.Application',
    `The specified resource of secret is dependent on ${kind} [${named}], so the operation cannot be completed.`,
  );

const newTraceId = (): string => randomBytes(16).toString('hex');

const successBody = (answer: Answer & { kind: 'success' }, requestId: string, { successCode, successErrorCode }: Unknowns): { readonly [name: string]: Content } => ({
  RequestId: requestId,
  Message: 'success',
  TraceId: newTraceId(),
  Data: answer.content,
  ...(successErrorCode === 'absent' ? {} : { ErrorCode: successErrorCode }),
  Code: successCode === 'number' ? 200 : '200',
  Success: true,
  ...answer.outer,
});

const refusalBody = (answer: Refusal, requestId: string, host: string): { readonly [name: string]: Content } => ({
  RequestId: requestId,
  Message: answer.message,
  Recommend: `https://api.aliyun.com/troubleshoot?q=${answer.code}&product=sae&requestId=${requestId}`,
  HostId: host,
  Code: answer.code,
  ...answer.detail,
});

/** Puts an answer on the wire: JSON where Accept asks for it, else XML, which is what the gateway gives by default. */
export const written = (answer: Answer, operation: string, { headers }: Incoming, unknowns: Unknowns): Outgoing => {
  const requestId = randomUUID().toUpperCase();
  const wantsJson = (headers['accept'] ?? '').includes('json');
  const inBody = answer.kind === 'refused' && answer.by === 'service' && unknowns.failureEnvelope === 'successFalse';
  const body =
    answer.kind === 'success'
      ? successBody(answer, requestId, unknowns)
      : inBody
        ? { RequestId: requestId, Code: String(answer.status), ErrorCode: answer.code, Message: answer.message, Success: false, TraceId: newTraceId() }
        : refusalBody(answer, requestId, headers['host'] ?? '');
  const root = answer.kind === 'refused' && !inBody ? 'Error' : `${operation}Response`;
  return {
    status: answer.kind === 'success' || inBody ? 200 : answer.status,
    headers: {
      // The official client knows this very string and no other XML type (section 3.2).
      'content-type': wantsJson ? 'application/json;charset=utf-8' : 'text/xml;charset=utf-8',
      'x-acs-request-id': requestId,
      ...(answer.kind === 'refused' ? answer.headers : {}),
    },
    body: wantsJson ? toJson(body) : toXml(root, body),
    code: answer.kind === 'refused' ? answer.code : null,
    effect: answer.kind === 'success' ? answer.effect : null,
  };
};
