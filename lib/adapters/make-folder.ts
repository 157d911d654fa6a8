import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Makes a folder of one's own, and those above it that are missing; one that is there is left as it is. Throws the system's
 * error. Not `mkdirSync` with `recursive`: below a folder that takes none, such as /proc, it tries again without end.
 */
export const makeFolder = (path: string): void => {
  const above = dirname(path);
  if (!existsSync(above)) makeFolder(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!isFolder(path)) throw error;
  }
};
