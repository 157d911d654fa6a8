import type { CsmsWriter } from '../../ports/clouds.ts';
import type { CsmsSecret } from '../../saga/seen.ts';
import { CallRefused } from '../call-refused.ts';
import { encodeSelector, readBatch } from './batch.ts';
import { callCsms } from './call.ts';
import type { CsmsScope, ReadBody } from './call.ts';
import { BATCH_DELETE, CANCEL, DELETE_SECRET, DELETE_STAGE, SCHEDULE } from './operations.ts';
import { createCsmsReader, secretNamed } from './reader.ts';

/** Deletions answer with an empty body; anything in it is some other answer. */
const readNothing: ReadBody<null> = (body) => (body.trim() === '' ? { value: null } : null);

const secretIn =
  (name: string, state: string): ReadBody<CsmsSecret> =>
  (body) => {
    const read = secretNamed(name)(body);
    return read?.value.state === state ? read : null;
  };

const encodeWindow = (recoveryWindowDays: number): string => {
  if (!Number.isInteger(recoveryWindowDays) || recoveryWindowDays < 7 || recoveryWindowDays > 30) throw new CallRefused('a recovery window is 7 to 30 whole days');
  return JSON.stringify({ recovery_window_in_days: recoveryWindowDays });
};

/**
 * CSMS of one project with the calls that change something (contracts/huawei-csms.md, sections 1 and 3). Each throws
 * CallRefused, before any connection, when a part is not of its documented form; the brands keep that from happening.
 */
export const createCsmsWriter = (scope: CsmsScope): CsmsWriter => ({
  ...createCsmsReader(scope),
  /** Done only when the reply shows the secret pending with its date. */
  schedule: async (name, recoveryWindowDays, { signal }) =>
    callCsms(scope, SCHEDULE, { path: { secret_name: name }, body: encodeWindow(recoveryWindowDays), signal }, secretIn(name, 'PENDING_DELETE')),
  /** Done only when the reply shows the secret enabled; it has no body, because the signature covers what is sent. */
  cancel: (name, { signal }) => callCsms(scope, CANCEL, { path: { secret_name: name }, signal }, secretIn(name, 'ENABLED')),
  delete: (name, { signal }) => callCsms(scope, DELETE_SECRET, { path: { secret_name: name }, signal }, readNothing),
  deleteStage: (name, stage, { signal }) => callCsms(scope, DELETE_STAGE, { path: { secret_name: name, stage_name: stage }, signal }, readNothing),
  /** `instanceId` and `instanceType` both, always: without one of them the call would erase what nobody named. */
  batchDelete: async (selector, { signal }) => callCsms(scope, BATCH_DELETE, { body: encodeSelector(selector), signal }, readBatch),
});
