import type { Case } from '../case.ts';
import type { CsmsTarget } from '../csms/target.ts';
import { CSMS_BATCHES } from './csms-batches.ts';
import { CSMS_LIFECYCLE } from './csms-lifecycle.ts';
import { CSMS_LISTS } from './csms-lists.ts';
import { CSMS_READS } from './csms-reads.ts';

/** In the order in which they are put: what may erase a whole project comes last. */
export const CSMS_CASES: readonly Case<CsmsTarget>[] = [...CSMS_READS, ...CSMS_LISTS, ...CSMS_LIFECYCLE, ...CSMS_BATCHES];
