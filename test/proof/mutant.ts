/** What has to go red once a mutant stands in the code. */
export type Guard =
  /** Vitest files, up to the first failure; `titled` leaves only the tests whose full title contains it. */
  | { readonly by: 'tests'; readonly files: readonly string[]; readonly titled?: string }
  /** Whole lives under one seed each, until an auditor has something to say (test/simulation). */
  | { readonly by: 'simulation' }
  /** The type checker, in the file that states what must not compile. */
  | { readonly by: 'types'; readonly file: string };

/** One slip of a good engineer, or one rail taken away: a place in the sources, and what must notice. */
export interface Mutant {
  readonly name: string;
  /** The hazard (docs/safety.md) or the rule of the design that it breaks. */
  readonly about: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  readonly guard: Guard;
}

/** A file's text with the mutant in it; null when the place it names is not there exactly once. */
export const mutated = (text: string, { from, to }: Mutant): string | null => {
  const [before, after, ...further] = text.split(from);
  return before === undefined || after === undefined || further.length > 0 ? null : `${before}${to}${after}`;
};
