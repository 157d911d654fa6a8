import { randomBytes } from 'node:crypto';
import type { Effect } from '../emulator.ts';
import type { Unknowns } from '../unknowns.ts';
import type { Outgoing } from '../wire.ts';

/** The service's own codes with their usual status and text (contracts/huawei-csms.md, section 4; the misspelling of 0106 is theirs). */
export const SERVICE_CODES = {
  'CSMS.0002': [400, 'The value of parameter is invalid.'],
  'CSMS.0003': [400, 'The request is invalid.'],
  'CSMS.0004': [400, 'The requested body format is wrong.'],
  'CSMS.0005': [404, 'The resource does not exist.'],
  'CSMS.0103': [400, 'The secret is in the scheduled deletion state.'],
  'CSMS.0105': [400, 'Can not delete the system internal stage.'],
  'CSMS.0106': [400, 'The secret name not found int the db.'],
  'CSMS.0107': [400, 'The secret is in schedule delete state.'],
  'CSMS.0108': [400, 'The secret is not in schedule delete state.'],
  'CSMS.0109': [403, 'The secret state is not enabled.'],
  'CSMS.0202': [400, 'The number of secret has reached the upper limit.'],
  'CSMS.0203': [400, 'The number of stage has reached the upper limit.'],
  'CSMS.0204': [400, 'The number of stage is greater than the quota limit.'],
  'CSMS.0301': [400, 'Invalid X-Auth-Token.'],
  // Its text stands on no page at hand; by its place in the table it means that access is denied.
  'CSMS.0302': [403, 'Access denied.'],
  'CSMS.0401': [400, 'Can not get the protected secret value using the provided KMS key.'],
} as const satisfies Record<string, readonly [number, string]>;
export type ServiceCode = keyof typeof SERVICE_CODES;
export const isServiceCode = (code: string): code is ServiceCode => Object.hasOwn(SERVICE_CODES, code);

const headers = (requestId: string): Record<string, string> => ({ 'content-type': 'application/json', 'x-request-id': requestId });
const newRequestId = (): string => randomBytes(16).toString('hex');

export const textOf = (code: ServiceCode): string => SERVICE_CODES[code][1];

/** 200 with a JSON body, or with no body at all, as DeleteSecret answers. */
export const ok = (body: Readonly<Record<string, unknown>> | null, effect: Effect | null = null, status = 200): Outgoing => ({
  status,
  headers: headers(newRequestId()),
  body: body === null ? '' : JSON.stringify(body),
  code: null,
  effect,
});

/** A refusal of the service itself: flat, two fields; with another status than the code's own where one is given. */
export const refused = (code: ServiceCode, status?: number): Outgoing => {
  const [usual, text] = SERVICE_CODES[code];
  return { status: status ?? usual, headers: headers(newRequestId()), body: JSON.stringify({ error_code: code, error_msg: text }), code, effect: null };
};

export const notFound = ({ notFound: form }: Unknowns): Outgoing => {
  switch (form) {
    case 'status404':
      return refused('CSMS.0005');
    case 'status400':
      return refused('CSMS.0106');
  }
};

/** A refusal of the gateway before the service: three fields and a newline. */
export const gatewayRefused = (status: number, code: string, text: string): Outgoing => {
  const requestId = newRequestId();
  return { status, headers: headers(requestId), body: `${JSON.stringify({ error_msg: text, error_code: code, request_id: requestId })}\n`, code, effect: null };
};

export const unauthorized = (tail: string): Outgoing => gatewayRefused(401, 'APIGW.0301', `Incorrect IAM authentication information: ${tail}`);
