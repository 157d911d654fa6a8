import type { Problem } from '../../events/problems.ts';

/** Input or configuration a person has to mend; always thrown before the first call to a cloud. Ends in exit code 2. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, path, message }) => `${file} ${path} ${message}`).join('; '));
    this.problems = problems;
  }
}
