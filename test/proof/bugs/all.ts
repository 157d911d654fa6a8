import type { Mutant } from '../mutant.ts';
import { CALL_BUGS } from './calls.ts';
import { CLOUD_BUGS } from './clouds.ts';
import { COMPENSATION_BUGS } from './compensation.ts';
import { CRASH_BUGS } from './crashes.ts';
import { IDENTITY_BUGS } from './identity.ts';
import { LEDGER_BUGS } from './ledger.ts';
import { REPLY_BUGS } from './replies.ts';
import { VERIFICATION_BUGS } from './verification.ts';

/** Slips that a good engineer could make, one place each. */
export const SEEDED_BUGS: readonly Mutant[] = [...CALL_BUGS, ...CRASH_BUGS, ...REPLY_BUGS, ...VERIFICATION_BUGS, ...COMPENSATION_BUGS, ...IDENTITY_BUGS, ...LEDGER_BUGS, ...CLOUD_BUGS];
