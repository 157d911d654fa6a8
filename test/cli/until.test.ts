import { expect, it } from 'vitest';
import { readUntil } from '../../cli/operate/until.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

it.each([
  ['30m', '2026-11-22T12:30:00Z'],
  ['12h', '2026-11-23T00:00:00Z'],
  ['7d', '2026-11-29T12:00:00Z'],
  ['2026-11-22T14:00+01:00', '2026-11-22T13:00:00Z'],
])('a hold until %s ends at %s', (text, at) => {
  expect(readUntil(text, NOW)).toEqual({ until: Date.parse(at) });
});

it('a hold without an end has none', () => {
  expect(readUntil(undefined, NOW)).toEqual({ until: null });
});

it.each([
  ['2026-11-30', 'did you mean 2026-11-30T00:00:00Z?'],
  ['30.11.2026', 'did you mean 2026-11-30T00:00:00Z?'],
  ['2026-11-30 08:30', 'did you mean 2026-11-30T08:30:00Z?'],
  ['tomorrow', 'give a moment such as 2026-11-22T08:30:00Z, or how long: 30m, 12h, 7d'],
  ['2026-11-31T00:00:00Z', 'give a moment such as'],
  ['2026-11-22T11:00:00Z', 'give a moment such as'],
])('a hold until %s is answered with what was meant, or the forms there are', (text, told) => {
  expect(readUntil(text, NOW)).toEqual({ problem: { file: 'command line', path: '--until', message: expect.stringContaining(text), remedy: expect.stringContaining(told) } });
});
