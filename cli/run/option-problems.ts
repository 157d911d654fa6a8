import type { Problem } from '../../events/problems.ts';
import { onCommandLine } from '../terminal/command-line.ts';

/** The options of `run`, `plan` and `undo` that can contradict each other. */
interface Options {
  readonly stack: 'embedded' | 'aws';
  readonly embed?: true;
  readonly seed?: string;
  readonly fastForward?: true;
  readonly approve?: readonly string[];
}

/** What is wrong with a command line beyond its form; an option that could not act is refused, never left out in silence. */
export const optionProblems = ({ stack, embed, seed, fastForward, approve = [] }: Options): Problem[] => [
  ...(embed === undefined && seed !== undefined ? [onCommandLine('--seed', 'is given without --embed', 'add --embed: only emulated clouds can be seeded')] : []),
  ...(embed === undefined && fastForward !== undefined
    ? [onCommandLine('--fast-forward', 'is given without --embed', 'add --embed: only an embedded clock can be moved')]
    : []),
  ...(stack === 'aws' && embed !== undefined && fastForward !== undefined ? [onCommandLine('--fast-forward', 'is given with --stack aws', 'leave it out: a delay of SQS cannot be moved')] : []),
  ...approve
    .filter((digest) => !/^sha256:[0-9a-f]{64}$/.test(digest))
    .map((digest) => onCommandLine('--approve', `is ${JSON.stringify(digest)}`, 'give a digest as plan prints it: sha256: and 64 hex digits')),
];
