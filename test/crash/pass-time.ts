import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clouds } from './clouds.ts';

/**
 * Moves the state's clock from outside, without opening it as a process of Probate would: what the dead left is for the
 * next run to find. Tells whether there was a state yet.
 */
const moveState = (state: string, seconds: number): boolean => {
  const path = join(state, 'probate.db');
  if (!existsSync(path)) return false;
  const database = new DatabaseSync(path);
  try {
    const isMade = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'setting'`).get() !== undefined;
    if (isMade) database.prepare(`INSERT INTO setting (name, value) VALUES ('clock_offset_ms', ?) ON CONFLICT DO UPDATE SET value = value + excluded.value`).run(seconds * 1_000);
    return isMade;
  } finally {
    database.close();
  }
};

/** Lets that much time pass for the state and for both clouds, once there is a state. */
export const passTime = async (state: string, clouds: Clouds, seconds: number): Promise<void> => {
  if (seconds > 0 && moveState(state, seconds)) await clouds.pass(seconds);
};
