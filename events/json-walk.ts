/** Walks over JSON text token by token, to find what JSON.parse does not tell: the place of a fault, and a key that stands there twice. */

const VALUE = 'a value';
const VALUE_OR_CLOSE = 'a value or ]';
const KEY = 'a key in double quotes';
const KEY_OR_CLOSE = 'a key in double quotes or }';
const COLON = '":"';
const COMMA_OR_CLOSE = '"," or the closing bracket';
const END = 'the end';

/** What may stand next, in the words the fault is told with. */
export type Expected = typeof VALUE | typeof VALUE_OR_CLOSE | typeof KEY | typeof KEY_OR_CLOSE | typeof COLON | typeof COMMA_OR_CLOSE | typeof END;

/** A bracket still open, with the keys an object has named so far. */
interface Open {
  readonly close: ']' | '}';
  readonly keys: Set<string>;
}

/** No document of ours is a tenth as deep; a text of nothing but brackets must not fill the memory. */
export const DEEPEST = 1_000;

/** What ends a walk over a text: a place where something else is expected, a key that stands there again, or one bracket too many. */
export type JsonFault = { readonly at: number } & ({ readonly kind: 'unexpected'; readonly expected: Expected } | { readonly kind: 'repeated'; readonly key: string } | { readonly kind: 'too deep' });

const WORD = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|[[\]{}:,]/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const BLANK = /[ \t\r\n]*/y;

const matchAt = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
};

/** The text in quotes that begins there, empty when it does not end as one. By hand: a pattern for it backtracks without end over a text that was cut off. */
export const quotedAt = (json: string, begin: number): string => {
  for (let at = begin + 1; at < json.length; at += 1) {
    const character = json.charAt(at);
    if (character === '"') return json.slice(begin, at + 1);
    if (character < ' ') return '';
    if (character !== '\\') continue;
    const escape = matchAt(ESCAPE, json, at);
    if (escape === '') return '';
    at += escape.length - 1;
  }
  return '';
};

const tokenAt = (json: string, at: number): string => (json.charAt(at) === '"' ? quotedAt(json, at) : matchAt(WORD, json, at));

/** The expectation after `token`, or null when the token does not fit; `open` holds the brackets still open. */
const step = (expected: Expected, token: string, open: Open[]): Expected | null => {
  const innermost = open.at(-1);
  const after = (): Expected => (open.length === 0 ? END : COMMA_OR_CLOSE);
  const mayClose = expected === VALUE_OR_CLOSE || expected === KEY_OR_CLOSE || expected === COMMA_OR_CLOSE;
  if (mayClose && token === innermost?.close) {
    open.pop();
    return after();
  }
  if (expected === COMMA_OR_CLOSE) return token !== ',' ? null : innermost?.close === '}' ? KEY : VALUE;
  if (expected === KEY || expected === KEY_OR_CLOSE) return token.startsWith('"') ? COLON : null;
  if (expected === COLON) return token === ':' ? VALUE : null;
  if (expected === END || ':,]}'.includes(token)) return null;
  if (token !== '{' && token !== '[') return after();
  open.push({ close: token === '{' ? '}' : ']', keys: new Set() });
  return token === '{' ? KEY_OR_CLOSE : VALUE_OR_CLOSE;
};

const isKey = (expected: Expected, token: string): boolean => (expected === KEY || expected === KEY_OR_CLOSE) && token.startsWith('"');

/** The first fault of a text, null when it is JSON that names no key of an object twice. */
export const findFault = (json: string): JsonFault | null => {
  const open: Open[] = [];
  let expected: Expected = VALUE;
  let at = 0;
  for (;;) {
    at += matchAt(BLANK, json, at).length;
    if (expected === END && at === json.length) return null;
    const token = tokenAt(json, at);
    if (isKey(expected, token)) {
      const key = String(JSON.parse(token));
      const keys = open.at(-1)?.keys;
      if (keys?.has(key) === true) return { kind: 'repeated', at, key };
      keys?.add(key);
    }
    const next: Expected | null = token === '' ? null : step(expected, token, open);
    if (next === null) return { kind: 'unexpected', at, expected };
    if (open.length > DEEPEST) return { kind: 'too deep', at };
    expected = next;
    at += token.length;
  }
};
