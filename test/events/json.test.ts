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
  ])('$text', ({ text, ...place }) => {
    expect(readJson(text)).toEqual({ kind: 'broken', ...place });
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
});
