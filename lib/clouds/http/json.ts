const WHOLE = /^-?[0-9]+$/;
/** Where a number of so many digits may stand; none of fewer is beyond 2^53, and those within ids are no numbers. */
const MANY_DIGITS = /[[:,]\s*-?[0-9]{16}/;

/** The third argument is ECMAScript 2026's (Node 21 and later); TypeScript's library does not list it yet. */
const keepDigits = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && context?.source !== undefined && WHOLE.test(context.source) ? context.source : value;

/** JSON to a value, whole numbers beyond 2^53 kept as the text of their digits (H8); undefined when it is not JSON. */
export const readJson = (text: string): unknown => {
  try {
    // Asking about every value makes reading twenty times slower, and most replies have no such number.
    return MANY_DIGITS.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The fields of a JSON object, null for anything else. */
export const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map<string, unknown>(Object.entries(value)) : null;

/** Every value as `read` reads it, null at the first that it cannot: a reply may hold millions, and to note what is wrong with each took minutes and gigabytes. */
export const readEach = <T>(values: readonly unknown[], read: (value: unknown) => T | null): readonly T[] | null => {
  const found: T[] = [];
  for (const value of values) {
    const one = read(value);
    if (one === null) return null;
    found.push(one);
  }
  return found;
};
