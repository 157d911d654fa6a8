/** A reply's content; a bigint is written as a bare number, exact however large, as the service writes ids. */
export type Content = string | number | bigint | boolean | null | undefined | readonly Content[] | { readonly [name: string]: Content };

const isList = (content: Content): content is readonly Content[] => Array.isArray(content);

export const toJson = (content: Content): string => {
  if (typeof content === 'bigint') return content.toString();
  if (content === null || content === undefined) return 'null';
  if (isList(content)) return `[${content.map(toJson).join(',')}]`;
  if (typeof content !== 'object') return JSON.stringify(content);
  const members = Object.entries(content).flatMap(([name, inner]) => (inner === undefined ? [] : [`${JSON.stringify(name)}:${toJson(inner)}`]));
  return `{${members.join(',')}}`;
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** Elements without attributes; a list is the same element over and over (contracts/alibaba-sae.md, section 3.2, XML). */
const element = (name: string, content: Content): string => {
  if (content === undefined) return '';
  if (isList(content)) return content.map((item) => element(name, item)).join('');
  if (content !== null && typeof content === 'object') {
    return `<${name}>${Object.entries(content).map(([inner, value]) => element(inner, value)).join('')}</${name}>`;
  }
  return content === null ? `<${name}/>` : `<${name}>${escaped(String(content))}</${name}>`;
};

export const toXml = (root: string, content: { readonly [name: string]: Content }): string => `<?xml version="1.0" encoding="UTF-8"?>${element(root, content)}`;
