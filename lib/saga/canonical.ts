import { hash } from 'node:crypto';

/** JSON with sorted keys and no spaces, so that equal values give equal text; keys whose value is undefined are left out. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
};

/** SHA-256 of bytes, or of a text in UTF-8, as lower-case hex digits. */
export const sha256 = (content: string | Uint8Array): string => hash('sha256', content);

/** What stands for a value in the ledger and in commands: `sha256:` and the hash of its canonical JSON. */
export const digestOf = (value: unknown): string => `sha256:${sha256(canonicalJson(value))}`;
