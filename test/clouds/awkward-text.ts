import * as fc from 'fast-check';

const MARKS = [' ', '+', '~', '!', "'", '(', ')', '*', '%', '&', '=', '#', '?', '/', '.', ',', '-', '_', 'a', 'Z', '9', 'ä', 'é', '漢', '😀'] as const;

/** Any text, and often one of what encoders and sorters disagree about: blanks, plus signs, tildes, percent signs, letters beyond ASCII. */
export const awkwardText = fc.oneof(fc.string({ unit: 'binary', maxLength: 24 }), fc.string({ unit: fc.constantFrom(...MARKS), maxLength: 6 }));

/** The same for a name, which has a character at least and is no object's own. */
export const awkwardName = awkwardText.filter((text) => text !== '' && text !== '__proto__');
