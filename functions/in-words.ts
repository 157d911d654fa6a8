import type { Problem } from '../events/problems.ts';

/** Problems in one line, for the reason of what is refused. */
export const inWords = (problems: readonly Problem[]): string => problems.map(({ path, message, remedy }) => `${path} ${message}: ${remedy}`).join('; ');
