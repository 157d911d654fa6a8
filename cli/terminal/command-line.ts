import type { Problem } from '../../events/problems.ts';

/** Something wrong with what was typed. */
export const onCommandLine = (path: string, message: string, remedy: string): Problem => ({ file: 'command line', path, message, remedy });
