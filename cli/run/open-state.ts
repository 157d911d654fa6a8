import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableState } from '../../lib/adapters/sqlite/database.ts';
import { type State, STATE_FILE, openState } from '../../lib/adapters/sqlite/state.ts';
import { BadInput } from '../terminal/bad-input.ts';

/** Opens the state in a directory, made if missing; throws BadInput naming the directory when it cannot be one. */
export const openStateAt = (directory: string): State => {
  try {
    return openState(directory);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const known = error instanceof UnusableState || /^E[A-Z]+$/.test(code);
    if (!known) throw error;
    throw new BadInput([{ file: directory, path: '', message: `cannot be used as a state: ${error instanceof Error ? error.message : code}`, remedy: 'name another directory with --state' }]);
  }
};

/** Opens a state that is there already: to somebody who asks what happened, an empty one for a mistyped name would be a lie. Throws BadInput. */
export const openExistingState = (directory: string): State => {
  if (existsSync(join(directory, STATE_FILE))) return openStateAt(directory);
  throw new BadInput([{ file: directory, path: '', message: `holds no state: there is no ${STATE_FILE} in it`, remedy: 'name the directory of the run with --state, or in PROBATE_STATE' }]);
};
