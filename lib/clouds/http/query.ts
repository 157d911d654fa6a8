const UNRESERVED = /^[A-Za-z0-9._~-]*$/;

/** RFC 3986: everything but letters, digits and `-._~` is escaped; encodeURIComponent alone leaves `!'()*` as they are. */
export const encodeRfc3986 = (text: string): string =>
  UNRESERVED.test(text) ? text : encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The query as both signatures want it, which is also how it is sent: names in order of their code units before they
 * are encoded, both sides encoded, a blank value keeping its equals sign. Equal names keep their values in that order.
 */
export const canonicalQuery = (query: readonly (readonly [name: string, value: string])[]): string =>
  [...query]
    .sort(([nameA, valueA], [nameB, valueB]) => byCodeUnits(nameA, nameB) || byCodeUnits(valueA, valueB))
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .join('&');
