import { ALIBABA_OPERATIONS } from './alibaba/operations.ts';
import { HUAWEI_OPERATIONS } from './huawei/operations.ts';
import type { Operation } from './operation.ts';

/** Every call the clients can make, with what changes something and how each error code is read; the clients classify by these same objects. */
export const OPERATIONS: readonly Operation[] = [...HUAWEI_OPERATIONS, ...ALIBABA_OPERATIONS];
