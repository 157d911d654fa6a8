import { wakeUps } from './wake.ts';

/** Queue deletions: quarantines and purges, and plans what intake could not or what has changed since. */
export const handler = await wakeUps();
