import type { Problem } from '../events/problems.ts';

/** The packaging cannot go on with what it was given; the message names file, field and remedy of each problem. */
export class PackagingRefused extends Error {
  override readonly name = 'PackagingRefused';

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, path, message, remedy }) => `${path === '' ? file : `${file}: ${path}`} ${message}: ${remedy}`).join('\n'));
  }
}
