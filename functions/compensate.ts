import { wakeUps } from './wake.ts';

/** Queue compensations: cancels what a saga had scheduled. */
export const handler = await wakeUps();
