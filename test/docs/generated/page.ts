import { readFileSync } from 'node:fs';

/** A page of docs/ whose named parts are written from the code. */
export interface Page {
  readonly path: string;
  /** By name: what stands between `<!-- NAME: … -->` and `<!-- end of NAME -->`. */
  readonly parts: Readonly<Record<string, () => string>>;
}

/** A part that the page has no place for, or a place twice. */
export class NoPlace extends Error {
  override readonly name = 'NoPlace';
}

const filled = (text: string, name: string, content: string): string => {
  const place = new RegExp(`(<!-- ${name}: [^\\n]*-->\\n)[\\s\\S]*?(<!-- end of ${name} -->)`, 'g');
  if ([...text.matchAll(place)].length !== 1) throw new NoPlace(`there must be one place for ${name}`);
  return text.replace(place, (_, opening: string, closing: string) => `${opening}\n${content}\n\n${closing}`);
};

/** The page's text as it is, and as the code would have it. */
export const readPage = ({ path, parts }: Page): { readonly is: string; readonly wanted: string } => {
  const is = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  return { is, wanted: Object.entries(parts).reduce((text, [name, write]) => filled(text, name, write()), is) };
};

/** A bar inside a cell would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

export const code = (text: string): string => `\`${text}\``;
