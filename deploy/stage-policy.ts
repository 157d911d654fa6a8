import { readFileSync } from 'node:fs';
import { parseDocument } from '../events/parse.ts';
import { Policy } from '../lib/saga/policy.ts';
import { PackagingRefused } from './refused.ts';

/** The text of a policy that was checked in full, as it goes into the packages; throws PackagingRefused for a missing or bad one. */
export const readStagePolicy = (file: string): string => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PackagingRefused([{ file, path: '', message: `cannot be read (${reason})`, remedy: 'write the policy of this stage there, or name another file with --policy' }]);
  }
  const parsed = parseDocument(Policy, text, file);
  if (parsed.kind === 'refused') throw new PackagingRefused(parsed.problems);
  return text;
};
