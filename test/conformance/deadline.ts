import type { CallOptions } from '../../lib/ports/clouds.ts';

const CALL_DEADLINE_MS = 30_000;

/** Of one call of a case. */
export const deadline = (): CallOptions => ({ signal: AbortSignal.timeout(CALL_DEADLINE_MS) });
