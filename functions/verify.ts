import { wakeUps } from './wake.ts';

/** Queue verifications: proves that what was erased is gone. */
export const handler = await wakeUps();
