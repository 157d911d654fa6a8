import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../events/json.ts';

describe('broken JSON is located', () => {
  it.each([
    { text: '{"a":1,}', line: 1, column: 8, fault: '"}" stands where a key in double quotes is expected' },
    { text: '{\n  "a": tru\n}', line: 2, column: 8, fault: '"t" stands where a value is expected' },
    { text: '{"a" 1}', line: 1, column: 6, fault: '"1" stands where ":" is expected' },
    { text: '[1,\r\n2', line: 2, column: 2, fault: 'the text ends where "," or the closing bracket is expected' },
    { text: '[1,]', line: 1, column: 4, fault: '"]" stands where a value is expected' },
    { text: '{]', line: 1, column: 2, fault: '"]" stands where a key in double quotes or } is expected' },
    { text: '[}', line: 1, column: 2, fault: '"}" stands where a value or ] is expected' },
    { text: '{"a":01}', line: 1, column: 7, fault: '"1" stands where "," or the closing bracket is expected' },
    { text: '{} {}', line: 1, column: 4, fault: '"{" stands where the end is expected' },
    { text: '{"a":"b\n"}', line: 1, column: 6, fault: 'the text that begins here has no closing quote, or holds a line break or an unknown escape' },
    { text: '{"a":"\\x"}', line: 1, column: 6, fault: 'the text that begins here has no closing quote, or holds a line break or an unknown escape' },
    { text: '[😀]', line: 1, column: 2, fault: '"😀" stands where a value or ] is expected' },
    { text: '', line: 1, column: 1, fault: 'the text ends where a value is expected' },
    { text: '{"a":"\u0085\u007f",}', line: 1, column: 11, fault: '"}" stands where a key in double quotes is expected' },
  ])('$text', ({ text, line, column, fault }) => {
    const place = `line ${line}, column ${column}`;
    expect(readJson(text)).toEqual({ kind: 'broken', line, column, message: `is not JSON: ${place}: ${fault}`, remedy: `mend it at ${place}` });
  });

  it('a byte order mark in front changes nothing', () => {
    expect(readJson('\uFEFF{"a":1}')).toEqual({ kind: 'value', value: { a: 1 } });
  });

  it('every JSON text cut short is found broken at its end or inside its last word', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, cut) => {
        const short = text.slice(0, cut % text.length);
        const read = readJson(short);
        if (read.kind === 'value') return;
        expect(read.line).toBe(1);
        expect(read.column).toBeLessThanOrEqual(short.length + 1);
        const rest = short.slice(read.column - 1);
        expect(rest).toMatch(/^("|-|[0-9.eE]|t|f|n|$)/);
      }),
      { seed: 7 },
    );
  });

  it('H17: a long text that was cut off is found broken at once', () => {
    const cut = `{"specversion":"1.0","source":"${'a'.repeat(1_000_000)}`;
    expect(readJson(cut)).toMatchObject({ kind: 'broken', line: 1, column: 31 });
  });

  it('what is nested without end is no document', () => {
    expect(readJson(`${'[{"a":'.repeat(500)}1${'}]'.repeat(500)}`).kind).toBe('value');
    expect(readJson(`${'['.repeat(1_001)}${']'.repeat(1_001)}`)).toMatchObject({ kind: 'broken', line: 1, column: 1_001, message: 'is nested more than 1000 levels deep at line 1, column 1001' });
  });

  it('is broken where JSON.parse says so, and nowhere else', () => {
    const scrap = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '"b"', '\\', '\\u00', '\u0000', '\u007f', '0', '1', '-', '.5', 'e3', 'true', 'nul', 'l', ' ', '\n', '\u00a0', '\uFEFF');
    const parses = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.oneof(fc.array(scrap, { maxLength: 12 }).map((scraps) => scraps.join('')), fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const read = readJson(text);
        const isRefused = read.kind === 'broken' && read.message.startsWith('is not JSON');
        expect(isRefused).toBe(!parses(text.startsWith('\uFEFF') ? text.slice(1) : text));
      }),
      { seed: 43, numRuns: 5_000 },
    );
  });
});

describe('H59: a key named twice in one object is no document, since nobody can tell which was meant', () => {
  it.each([
    { text: '{"mode":"plan","mode":"immediate"}', key: '"mode"', line: 1, column: 16 },
    { text: '{"a":{},\n "b":[{"c":1,"c":1}]}', key: '"c"', line: 2, column: 14 },
    { text: '{"mode":1,"m\\u006fde":2}', key: '"mode"', line: 1, column: 11 },
    { text: '{"__proto__":1,"__proto__":2}', key: '"__proto__"', line: 1, column: 16 },
  ])('$text', ({ text, key, line, column }) => {
    const message = `names the key ${key} twice: the second stands at line ${line}, column ${column}`;
    expect(readJson(text)).toEqual({ kind: 'broken', line, column, message, remedy: expect.stringContaining('keep one') });
  });

  it('in two objects it may stand', () => {
    expect(readJson('[{"a":1},{"a":{"a":"a"}}]')).toEqual({ kind: 'value', value: [{ a: 1 }, { a: { a: 'a' } }] });
  });
});
