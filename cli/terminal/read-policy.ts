import type { Parsed } from '../../events/problems.ts';
import { Policy } from '../../lib/saga/policy.ts';
import { onCommandLine } from './command-line.ts';
import { readDocument } from './read.ts';

/** The policy in a file with every default filled in, or the problems with it; without a file that itself is the problem (interfaces.md, Policy). */
export const readPolicy = async (file: string | undefined): Promise<Parsed<Policy>> => {
  if (file === undefined || file === '') {
    const remedy = 'name the policy file with --policy FILE or PROBATE_POLICY; it needs at least "mode" and "scopes", which have no default';
    return { kind: 'refused', problems: [onCommandLine('--policy', 'is missing', remedy)] };
  }
  return readDocument(Policy, file);
};
