const LONGEST = 60;

/** A name from a document as a problem may quote it: of one that goes on and on, its beginning. */
export const brief = (name: string): string => (name.length <= LONGEST ? name : `${name.slice(0, LONGEST).toWellFormed()}…`);
