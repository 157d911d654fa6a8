import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableState } from '../../lib/adapters/sqlite/database.ts';
import { type OpenedState, STATE_FILE, openState } from '../../lib/adapters/sqlite/state.ts';
import { BadInput } from '../terminal/bad-input.ts';
import { OutsideTrouble } from '../terminal/outside-trouble.ts';
import { openingTrouble, sqliteTrouble } from './state-trouble.ts';

const problem = (directory: string, message: string, remedy: string): BadInput => new BadInput([{ file: directory === '' ? '""' : directory, path: '', message, remedy }]);

/** Opens the state in a directory, made if missing; throws BadInput naming the directory when it cannot be one. */
export const openStateAt = (directory: string): OpenedState => {
  try {
    return openState(directory);
  } catch (error) {
    if (error instanceof UnusableState) throw problem(directory, `cannot be used as a state: ${error.message}`, 'name another directory with --state');
    const trouble = directory === '' ? { message: 'is no directory', remedy: 'name one with --state' } : openingTrouble(error);
    throw trouble === null ? error : problem(directory, trouble.message, trouble.remedy);
  }
};

/** Trouble with the state that shows only while it is worked on, as an error that names the directory and what to do; any other error as it is. */
export const nameState = (directory: string, error: unknown): unknown => {
  const trouble = sqliteTrouble(error);
  return trouble === null || error instanceof BadInput ? error : new OutsideTrouble(`the state in ${directory} ${trouble.message}: ${trouble.remedy}`, { cause: error });
};

/** Whether a directory holds a state; looking makes none. */
export const holdsState = (directory: string): boolean => existsSync(join(directory, STATE_FILE));

/** Opens a state that must be there already: an empty one, made for a mistyped name, would tell that nothing has happened. Throws BadInput. */
export const openExistingState = (directory: string): OpenedState => {
  if (holdsState(directory)) return openStateAt(directory);
  throw problem(directory, `holds no state: there is no ${STATE_FILE} in it`, 'name the directory of the run with --state, or in PROBATE_STATE');
};
