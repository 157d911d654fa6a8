import type { Meaning, Operation } from '../operation.ts';

/** The gateway's codes (contracts/alibaba-sae.md, section 3.3): their status differs from page to page, the code does not. */
const GATEWAY_CODES: Readonly<Record<string, Meaning>> = {
  'Throttling*': 'throttled',
  SignatureDoesNotMatch: 'unauthenticated',
  'InvalidAccessKeyId.*': 'unauthenticated',
  'InvalidSecurityToken.*': 'unauthenticated',
  MissingSecurityToken: 'unauthenticated',
  'InvalidTimeStamp.*': 'unauthenticated',
  IncompleteSignature: 'unauthenticated',
  SignatureNonceUsed: 'unknown',
  'Missing*': 'terminal',
  'InvalidAction.NotFound': 'terminal',
  InvalidVersion: 'terminal',
  'NoPermission*': 'terminal',
  'Forbidden*': 'terminal',
};

const PARAMETER_CODES: Readonly<Record<string, Meaning>> = {
  'InvalidParameter.NotEmpty': 'terminal',
  'InvalidParameter.Obviously': 'terminal',
  'InvalidParameter.WithMessage': 'terminal',
  'InvalidNamespaceId.NotFound': 'terminal',
};

const sae = (shape: Pick<Operation, 'name' | 'method' | 'path' | 'changes' | 'notFound'>, codes: Readonly<Record<string, Meaning>>): Operation => ({
  cloud: 'alibaba',
  ...shape,
  success: [200],
  codes: {
    ...codes,
    ...PARAMETER_CODES,
    ...GATEWAY_CODES,
    // The three that say nothing about whether the call went through.
    'OperationFailed.RPCError': shape.changes ? 'unknown' : 'retryable',
    InternalError: shape.changes ? 'unknown' : 'retryable',
    ServiceUnavailable: shape.changes ? 'unknown' : 'retryable',
  },
});

/** Every secret of a namespace, with the applications that use each; its not-found proves nothing of a single secret. */
export const LIST_SECRETS = sae({ name: 'ListSecrets', method: 'GET', path: '/pop/v1/sam/secret/secrets', changes: false, notFound: 'unknown' }, {});
/** Erases one secret at once; refused with `blocked` while an application or a job uses it. */
export const DELETE_SECRET = sae(
  { name: 'DeleteSecret', method: 'DELETE', path: '/pop/v1/sam/secret/secret', changes: true, notFound: 'alreadyGone' },
  { 'InvalidSecretId.NotFound': 'alreadyGone', 'DependencyViolation.Job': 'blocked', 'DependencyViolation.Application': 'blocked' },
);
/** How busy a namespace is. */
export const NAMESPACE_RESOURCES = sae(
  { name: 'DescribeNamespaceResources', method: 'GET', path: '/pop/v1/sam/namespace/describeNamespaceResources', changes: false, notFound: 'unknown' },
  {},
);
/** The vendor does spell it Resouce. */
export const CHANGE_ORDER = sae(
  { name: 'DescribeChangeOrder', method: 'GET', path: '/pop/v1/sam/changeorder/DescribeChangeOrder', changes: false, notFound: 'unknown' },
  { 'InvalidChangeOrder.NotFound': 'terminal', 'Resouce.no.permission': 'terminal', 'InvalidAppId.NotFound': 'terminal' },
);

/** All that the SAE client can make (docs/clouds.md; https://www.alibabacloud.com/help/en/sae). */
export const ALIBABA_OPERATIONS: readonly Operation[] = [LIST_SECRETS, DELETE_SECRET, NAMESPACE_RESOURCES, CHANGE_ORDER];
