import { join } from 'node:path';
import { temporaryDirectory } from '../../contract/temporary.ts';

/** A file name in a directory of its own, removed when the test has finished. */
export const temporaryFile = (name: string): string => join(temporaryDirectory(), name);
