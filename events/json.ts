/** Reads JSON and, where it is broken, finds the place: V8's own messages name a position only for some faults. */

/** A value, or where and how the text stops being JSON; line and column count from 1. */
export type JsonText =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly line: number; readonly column: number; readonly fault: string };

const TOKEN = /"(?:[^"\\\p{Cc}]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|[[\]{}:,]/uy;
const BLANK = /[ \t\r\n]*/y;

const VALUE = 'a value';
const VALUE_OR_CLOSE = 'a value or ]';
const KEY = 'a key in double quotes';
const KEY_OR_CLOSE = 'a key in double quotes or }';
const COLON = '":"';
const COMMA_OR_CLOSE = '"," or the closing bracket';
const END = 'the end';

/** What may stand next, in the words the fault is told with. */
type Expected = typeof VALUE | typeof VALUE_OR_CLOSE | typeof KEY | typeof KEY_OR_CLOSE | typeof COLON | typeof COMMA_OR_CLOSE | typeof END;

/** The expectation after `token`, or null when the token does not fit; `open` holds the brackets still open. */
const step = (expected: Expected, token: string, open: string[]): Expected | null => {
  const inObject = open.at(-1) === '{';
  const after = (): Expected => (open.length === 0 ? END : COMMA_OR_CLOSE);
  const mayClose = expected === VALUE_OR_CLOSE || expected === KEY_OR_CLOSE || expected === COMMA_OR_CLOSE;
  if (mayClose && token === (inObject ? '}' : ']')) {
    open.pop();
    return after();
  }
  if (expected === COMMA_OR_CLOSE) return token !== ',' ? null : inObject ? KEY : VALUE;
  if (expected === KEY || expected === KEY_OR_CLOSE) return token.startsWith('"') ? COLON : null;
  if (expected === COLON) return token === ':' ? VALUE : null;
  if (expected === END || ':,]}'.includes(token)) return null;
  if (token !== '{' && token !== '[') return after();
  open.push(token);
  return token === '{' ? KEY_OR_CLOSE : VALUE_OR_CLOSE;
};

const matchAt = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
};

const findFault = (text: string): { at: number; expected: Expected } => {
  const open: string[] = [];
  let expected: Expected = 'a value';
  let at = 0;
  for (;;) {
    at += matchAt(BLANK, text, at).length;
    const token = matchAt(TOKEN, text, at);
    const next: Expected | null = token === '' ? null : step(expected, token, open);
    if (next === null) return { at, expected };
    expected = next;
    at += token.length;
  }
};

const faultAt = (json: string, at: number, expected: Expected): string => {
  if (at >= json.length) return `the text ends where ${expected} is expected`;
  // A quote only fails to be a token when the text after it does not make a string.
  if (json[at] === '"' && matchAt(TOKEN, json, at) === '') return 'the text that begins here has no closing quote, or holds a line break or an unknown escape';
  return `${JSON.stringify(String.fromCodePoint(json.codePointAt(at) ?? 0))} stands where ${expected} is expected`;
};

/** JSON text to a value, or the line and column (from 1) of the first character that cannot stand there; a leading byte order mark is skipped. */
export const readJson = (text: string): JsonText => {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    const value: unknown = JSON.parse(json);
    return { kind: 'value', value };
  } catch {
    const { at, expected } = findFault(json);
    const before = json.slice(0, at).split('\n');
    return { kind: 'broken', line: before.length, column: (before.at(-1) ?? '').length + 1, fault: faultAt(json, at, expected) };
  }
};
