import type { Meaning, Operation } from '../operation.ts';

/** CSMS's own codes (contracts/huawei-csms.md, section 4); the vendor's list is known to end early, so others will come. */
const CSMS_CODES: Readonly<Record<string, Meaning>> = {
  'CSMS.0002': 'terminal',
  'CSMS.0003': 'terminal',
  'CSMS.0004': 'terminal',
  'CSMS.0103': 'pending',
  'CSMS.0105': 'terminal',
  'CSMS.0107': 'pending',
  'CSMS.0108': 'terminal',
  'CSMS.0109': 'terminal',
  'CSMS.0202': 'terminal',
  'CSMS.0203': 'terminal',
  'CSMS.0204': 'terminal',
  'CSMS.0301': 'unauthenticated',
  'CSMS.0302': 'terminal',
  'CSMS.0401': 'terminal',
};

/** The gateway's codes; a dedicated gateway spells the same ones APIG.xxxx. */
const GATEWAY_CODES: Readonly<Record<string, Meaning>> = {
  'APIGW.0101': 'unknown',
  'APIGW.0103': 'unknown',
  'APIGW.0201': 'terminal',
  'APIGW.0301': 'unauthenticated',
  'APIGW.0302': 'terminal',
  'APIGW.0303': 'unauthenticated',
  'APIGW.0305': 'unauthenticated',
  'APIGW.0306': 'terminal',
  'APIGW.0307': 'unauthenticated',
  'APIGW.0308': 'throttled',
  'APIGW.0310': 'terminal',
  'APIGW.0401': 'terminal',
  'APIGW.0402': 'terminal',
  'APIGW.0601': 'retryable',
  'APIGW.0602': 'terminal',
  'APIGW.0610': 'retryable',
  'APIGW.0613': 'retryable',
  'APIGW.0801': 'terminal',
  'APIGW.0802': 'terminal',
};

const csms = (shape: Pick<Operation, 'name' | 'method' | 'path' | 'changes' | 'success' | 'notFound'>, more: Readonly<Record<string, Meaning>> = {}): Operation => ({
  cloud: 'huawei',
  ...shape,
  path: `/v1/{project_id}${shape.path}`,
  codes: { ...CSMS_CODES, 'CSMS.0005': shape.notFound, 'CSMS.0106': shape.notFound, ...GATEWAY_CODES, ...more },
});

const SECRET = '/secrets/{secret_name}';
const STAGE = `${SECRET}/stages/{stage_name}`;

/** A list has no single subject: a not-found says nothing about any secret of the project. */
export const LIST_SECRETS = csms({ name: 'ListSecrets', method: 'GET', path: '/secrets', changes: false, success: [200], notFound: 'unknown' });
/** One secret's metadata, by name. */
export const SHOW_SECRET = csms({ name: 'ShowSecret', method: 'GET', path: SECRET, changes: false, success: [200], notFound: 'alreadyGone' });
/** A secret's versions, without their values. */
export const LIST_VERSIONS = csms({ name: 'ListSecretVersions', method: 'GET', path: `${SECRET}/versions`, changes: false, success: [200], notFound: 'alreadyGone' });
/** One version stage of a secret. */
export const SHOW_STAGE = csms({ name: 'ShowSecretStage', method: 'GET', path: STAGE, changes: false, success: [200], notFound: 'alreadyGone' });
/** Starts the recovery window of one secret: the only deletion that can be cancelled. */
export const SCHEDULE = csms({ name: 'DeleteSecretForSchedule', method: 'POST', path: `${SECRET}/scheduled-deleted-tasks/create`, changes: true, success: [200], notFound: 'alreadyGone' });
/** Ends a recovery window before its date; CSMS.0108 says that none is running. */
export const CANCEL = csms(
  { name: 'RestoreSecret', method: 'POST', path: `${SECRET}/scheduled-deleted-tasks/cancel`, changes: true, success: [200], notFound: 'alreadyGone' },
  { 'CSMS.0108': 'notPending' },
);
/** 200 by the vendor's page; both deletions accept both statuses, since the vendor's pages disagree about the stage's. */
export const DELETE_SECRET = csms({ name: 'DeleteSecret', method: 'DELETE', path: SECRET, changes: true, success: [200, 204], notFound: 'alreadyGone' });
/** Removes one version stage; the secret stays. */
export const DELETE_STAGE = csms({ name: 'DeleteSecretStage', method: 'DELETE', path: STAGE, changes: true, success: [200, 204], notFound: 'alreadyGone' });
/** Names an instance and no secret, so its not-found proves no secret gone. */
export const BATCH_DELETE = csms({ name: 'BatchDeleteSecrets', method: 'POST', path: '/secrets/batch-delete', changes: true, success: [200], notFound: 'unknown' });

/** IAM's own codes are the status over again; the call changes nothing that lasts. */
export const CREATE_TOKEN: Operation = {
  cloud: 'huawei',
  name: 'KeystoneCreateUserTokenByPassword',
  method: 'POST',
  path: '/v3/auth/tokens',
  changes: false,
  success: [201],
  notFound: 'unknown',
  codes: GATEWAY_CODES,
};

/** All that the CSMS client can make, and the token it may need (docs/clouds.md; https://support.huaweicloud.com/intl/en-us/api-dew/). */
export const HUAWEI_OPERATIONS: readonly Operation[] = [
  LIST_SECRETS,
  SHOW_SECRET,
  LIST_VERSIONS,
  SHOW_STAGE,
  SCHEDULE,
  CANCEL,
  DELETE_SECRET,
  DELETE_STAGE,
  BATCH_DELETE,
  CREATE_TOKEN,
];
