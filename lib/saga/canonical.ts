import { hash } from 'node:crypto';

/** JSON with sorted keys and no spaces, so that equal values give equal text; keys whose value is undefined are left out. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
};

export const sha256 = (text: string): string => hash('sha256', text);

export const digestOf = (value: unknown): string => `sha256:${sha256(canonicalJson(value))}`;
