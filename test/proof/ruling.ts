/** What a guard made of the code as it stood. */
export type Ruling =
  | { readonly kind: 'green' }
  /** A test's assertion failed, an auditor found something, or the type checker refused what states a type. */
  | { readonly kind: 'red'; readonly by: string }
  /** It could not be judged: nothing loads, nothing ran. Such a mutant proves nothing. */
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'timed-out' };

const LONGEST_LINE = 160;

/** The first line of what was said, short enough for a list. */
export const inShort = (text: string): string => {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
};
