/** RFC 3986: everything but letters, digits and `-._~` is escaped; encodeURIComponent alone leaves `!'()*` as they are. */
export const encodeRfc3986 = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

const byEncodedName = (a: string, b: string): number => {
  const nameA = a.slice(0, a.indexOf('='));
  const nameB = b.slice(0, b.indexOf('='));
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
};

/**
 * The query as both signatures want it, which is also how it is sent: keys in byte order, both sides encoded, a blank
 * value keeping its equals sign. Equal keys keep their values in byte order.
 */
export const canonicalQuery = (query: readonly (readonly [name: string, value: string])[]): string =>
  query
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .sort(byEncodedName)
    .join('&');
