import { brief } from './brief.ts';
import { DEEPEST, type Expected, type JsonFault, findFault, quotedAt } from './json-walk.ts';

/**
 * Reads JSON and, where it is broken or ambiguous, finds the place: V8's own messages name a position only for some
 * faults, and of a key that an object names twice it takes the last without a word.
 */

/** A value, or where and how the text stops being one; line and column count from 1. `message` and `remedy` are for people. */
export type JsonText =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly line: number; readonly column: number; readonly message: string; readonly remedy: string };

const inWords = (json: string, at: number, expected: Expected): string => {
  if (at >= json.length) return `the text ends where ${expected} is expected`;
  // A quote only fails to be a token when the text after it does not make a string.
  if (json.charAt(at) === '"' && quotedAt(json, at) === '') return 'the text that begins here has no closing quote, or holds a line break or an unknown escape';
  return `${JSON.stringify(String.fromCodePoint(json.codePointAt(at) ?? 0))} stands where ${expected} is expected`;
};

const explain = (json: string, fault: JsonFault, place: string): { readonly message: string; readonly remedy: string } => {
  switch (fault.kind) {
    case 'unexpected':
      return { message: `is not JSON: ${place}: ${inWords(json, fault.at, fault.expected)}`, remedy: `mend it at ${place}` };
    case 'repeated':
      return { message: `names the key ${JSON.stringify(brief(fault.key))} twice: the second stands at ${place}`, remedy: 'keep one of them; nobody can tell which was meant' };
    case 'too deep':
      return { message: `is nested more than ${DEEPEST} levels deep at ${place}`, remedy: 'check the file; no document of ours is' };
  }
};

const broken = (json: string, fault: JsonFault): JsonText => {
  const before = json.slice(0, fault.at).split('\n');
  const [line, column] = [before.length, (before.at(-1) ?? '').length + 1];
  return { kind: 'broken', line, column, ...explain(json, fault, `line ${line}, column ${column}`) };
};

/** JSON text to a value, or the line and column (from 1) of the first character that cannot stand there, of a key named twice in one object, or of the 1,001st bracket left open; a leading byte order mark is skipped. */
export const readJson = (text: string): JsonText => {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const fault = findFault(json);
  if (fault !== null) return broken(json, fault);
  const value: unknown = JSON.parse(json);
  return { kind: 'value', value };
};
