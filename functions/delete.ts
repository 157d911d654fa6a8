import { wakeUps } from './wake.ts';

/** Queue deletions: plans, quarantines and purges. */
export const handler = await wakeUps();
