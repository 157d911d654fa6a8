import { printable } from '../../terminal/printable.ts';

/** Text that is HTML already; only `html` makes it, and nothing else reaches a page unescaped. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | null | Markup | readonly Markup[];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

/** Outside text as a page may hold it: no markup, and no control or direction character that would be obeyed (H7). */
export const escaped = (text: string): string => printable(text).replaceAll(/[&<>"'`]/g, (character) => ESCAPES[character] ?? character);

const shown = (part: Part): string => {
  if (part === null) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
};

/** A piece of a page; every text put in is escaped, attribute values stand in double quotes. */
export const html = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: pieces.reduce((page, piece, index) => `${page}${shown(parts[index - 1] ?? null)}${piece}`),
});

/** Text of our own that HTML does not escape: the content of `style` and `script`. */
export const ownText = (text: string): Markup => ({ markup: text });
