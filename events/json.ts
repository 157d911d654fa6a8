/**
 * Reads JSON and, where it is broken or ambiguous, finds the place: V8's own messages name a position only for some
 * faults, and of a key that an object names twice it takes the last without a word.
 */

/** A value, or where and how the text stops being one; line and column count from 1. `message` and `remedy` are for people. */
export type JsonText =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly line: number; readonly column: number; readonly message: string; readonly remedy: string };

const VALUE = 'a value';
const VALUE_OR_CLOSE = 'a value or ]';
const KEY = 'a key in double quotes';
const KEY_OR_CLOSE = 'a key in double quotes or }';
const COLON = '":"';
const COMMA_OR_CLOSE = '"," or the closing bracket';
const END = 'the end';

/** What may stand next, in the words the fault is told with. */
type Expected = typeof VALUE | typeof VALUE_OR_CLOSE | typeof KEY | typeof KEY_OR_CLOSE | typeof COLON | typeof COMMA_OR_CLOSE | typeof END;

/** A bracket still open, with the keys an object has named so far. */
interface Open {
  readonly close: ']' | '}';
  readonly keys: Set<string>;
}

/** What ends a walk over a text: a place where something else is expected, or a key that stands there again. */
type Fault = { readonly at: number; readonly expected: Expected } | { readonly at: number; readonly repeated: string };

const WORD = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|[[\]{}:,]/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const BLANK = /[ \t\r\n]*/y;

const matchAt = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
};

/** The text in quotes that begins there, empty when it does not end as one. By hand: a pattern for it backtracks without end over a text that was cut off. */
const quotedAt = (json: string, begin: number): string => {
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
const findFault = (json: string): Fault | null => {
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
      if (keys?.has(key) === true) return { at, repeated: key };
      keys?.add(key);
    }
    const next: Expected | null = token === '' ? null : step(expected, token, open);
    if (next === null) return { at, expected };
    expected = next;
    at += token.length;
  }
};

const inWords = (json: string, { at, expected }: { readonly at: number; readonly expected: Expected }): string => {
  if (at >= json.length) return `the text ends where ${expected} is expected`;
  // A quote only fails to be a token when the text after it does not make a string.
  if (json.charAt(at) === '"' && quotedAt(json, at) === '') return 'the text that begins here has no closing quote, or holds a line break or an unknown escape';
  return `${JSON.stringify(String.fromCodePoint(json.codePointAt(at) ?? 0))} stands where ${expected} is expected`;
};

const broken = (json: string, fault: Fault): JsonText => {
  const before = json.slice(0, fault.at).split('\n');
  const [line, column] = [before.length, (before.at(-1) ?? '').length + 1];
  const place = `line ${line}, column ${column}`;
  if ('repeated' in fault) return { kind: 'broken', line, column, message: `names the key ${JSON.stringify(fault.repeated)} twice: the second stands at ${place}`, remedy: 'keep one of them; nobody can tell which was meant' };
  return { kind: 'broken', line, column, message: `is not JSON: ${place}: ${inWords(json, fault)}`, remedy: `mend it at ${place}` };
};

/** JSON text to a value, or the line and column (from 1) of the first character that cannot stand there, or of a key named twice in one object; a leading byte order mark is skipped. */
export const readJson = (text: string): JsonText => {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const fault = findFault(json);
  if (fault !== null) return broken(json, fault);
  const value: unknown = JSON.parse(json);
  return { kind: 'value', value };
};
