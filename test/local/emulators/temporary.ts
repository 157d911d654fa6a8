import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A file name in a directory of its own, removed when the test has finished. */
export const temporaryFile = (name: string): string => {
  const directory = mkdtempSync(join(tmpdir(), 'probate-emulator-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, name);
};
