import {
  changeRunning,
  dependencyViolation,
  emptyParameter,
  gatewayRefuses,
  invalidParameter,
  noSuchApplication,
  noSuchChangeOrder,
  noSuchNamespace,
  noSuchSecret,
  serviceRefuses,
  wrongParameter,
  type Refusal,
} from './replies.ts';

/** The gateway's errors (contracts/alibaba-sae.md, section 3.3). */
const GATEWAY_ERRORS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  SignatureDoesNotMatch: [400, 'Specified signature is not matched with our calculation. server string to sign is:'],
  'InvalidAccessKeyId.NotFound': [404, 'Specified access key is not found.'],
  'InvalidAccessKeyId.Inactive': [400, 'Specified access key is disabled.'],
  'InvalidTimeStamp.Expired': [400, 'Specified time stamp or date value is expired.'],
  SignatureNonceUsed: [400, 'Specified signature nonce was used already.'],
  IncompleteSignature: [400, 'The request signature does not conform to Aliyun standards.'],
  'InvalidSecurityToken.Expired': [400, 'Specified SecurityToken is expired.'],
  MissingSecurityToken: [400, 'SecurityToken is mandatory for this action.'],
  MissingNamespaceId: [400, 'NamespaceId is mandatory for this action.'],
  MissingSecretId: [400, 'SecretId is mandatory for this action.'],
  InvalidVersion: [400, 'Specified parameter Version is not valid.'],
  'InvalidAction.NotFound': [404, 'Specified api is not found, please check your url and method.'],
  NoPermission: [403, 'You are not authorized to perform this action.'],
  'Forbidden.RAM': [403, "User not authorized to operate on the specified resource, or this API doesn't support RAM."],
  Throttling: [400, 'Request was denied due to request throttling.'],
  'Throttling.User': [400, 'Request was denied due to user flow control.'],
  'Throttling.Api': [400, 'Request was denied due to api flow control.'],
  ServiceUnavailable: [503, 'The request has failed due to a temporary failure of the server.'],
  InternalError: [500, 'The request processing has failed due to some unknown error.'],
};

/** What a permission error tells beside its code. */
const denial = (operation: string): NonNullable<Refusal['detail']> => ({
  AccessDeniedDetail: {
    PolicyType: 'AccountLevelIdentityBasedPolicy',
    AuthPrincipalOwnerId: '1000000000000000',
    EncodedDiagnosticMessage: 'AQ==',
    AuthPrincipalType: 'SubUser',
    AuthPrincipalDisplayName: '200000000000000000',
    NoPermissionType: 'ImplicitDeny',
    AuthAction: `sae:${operation}`,
  },
});
const DENIALS = new Set(['NoPermission', 'Forbidden.RAM']);

/** The service's own, with something in the place of what a message names (section 3.1, and the tables of the sibling operations). */
const SERVICE_ERRORS: readonly Refusal[] = [
  emptyParameter('NamespaceId'),
  invalidParameter('NamespaceId'),
  wrongParameter('SecretId', 'it is not valid'),
  noSuchSecret('0'),
  noSuchNamespace(),
  dependencyViolation('job', 'a-job'),
  dependencyViolation('application', 'an-application'),
  serviceRefuses(500, 'OperationFailed.RPCError', 'Internal RPC request processing error.'),
  noSuchApplication(),
  noSuchChangeOrder(),
  changeRunning(),
  serviceRefuses(404, 'InvalidAppId.NotFound', 'The specified AppId does not exist.'),
  serviceRefuses(400, 'Resouce.no.permission', 'You are not authorized to operate on the specified resources.'),
];

/** Every code a fault rule may ask for. */
export const ERROR_CODES: readonly string[] = [...Object.keys(GATEWAY_ERRORS), ...SERVICE_ERRORS.map(({ code }) => code)];

/** The documented error of that code as that operation gives it; `status` replaces its own. */
export const errorOf = (code: string, status: number | undefined, operation: string): Refusal => {
  const own = SERVICE_ERRORS.find((error) => error.code === code);
  if (own !== undefined) return { ...own, status: status ?? own.status };
  const [usual, message] = GATEWAY_ERRORS[code] ?? [500, 'The request processing has failed due to some unknown error.'];
  return { ...gatewayRefuses(status ?? usual, code, message), ...(DENIALS.has(code) ? { detail: denial(operation) } : {}) };
};
