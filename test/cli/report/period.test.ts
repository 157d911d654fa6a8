import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps, readPeriod } from '../../../cli/report/period.ts';

const DAY_MS = 86_400_000;
const noon = Date.parse('2026-11-22T12:00:00Z');

describe('a period', () => {
  it('takes a day as the whole of it, in UTC', () => {
    expect(readPeriod('2026-11-22', '2026-11-22')).toEqual({
      period: { from: Date.parse('2026-11-22T00:00:00.000Z'), to: Date.parse('2026-11-22T23:59:59.999Z') },
      problems: [],
    });
  });

  it.each([
    ['2026-11-22T08:30Z', '2026-11-22T08:30:00.000Z'],
    ['2026-11-22T08:30:00Z', '2026-11-22T08:30:00.000Z'],
    ['2026-11-22T08:30:00.25Z', '2026-11-22T08:30:00.250Z'],
    ['2026-11-22T08:30:00+08:00', '2026-11-22T00:30:00.000Z'],
  ])('takes the time %s', (text, at) => {
    expect(readPeriod(text, undefined)).toEqual({ period: { from: Date.parse(at), to: null }, problems: [] });
  });

  it.each([
    ['22.11.2026', '2026-11-22'],
    ['2026/11/22', '2026-11-22'],
    ['2026-1-2', '2026-01-02'],
    ['20261122', '2026-11-22'],
    ['2026-11-22 08:30', '2026-11-22T08:30:00Z'],
    ['2026-11-22T08:30:15', '2026-11-22T08:30:15Z'],
    ['1795329699', '2026-11-22T06:41:39.000Z'],
    ['1795329699537', '2026-11-22T06:41:39.537Z'],
    ['2026-02-30', '2026-02-28'],
    ['2028-02-31', '2028-02-29'],
    ['2026-11-31', '2026-11-30'],
  ])('names the form and what was probably meant by %s', (text, meant) => {
    const { problems } = readPeriod(undefined, text);
    expect(problems).toEqual([{ file: 'command line', path: '--to', message: `is ${JSON.stringify(text)}`, remedy: expect.stringContaining(`did you mean ${meant}? write a day such as`) }]);
    expect(readPeriod(undefined, meant).problems).toEqual([]);
  });

  it.each(['', 'yesterday', '2026', '2026-13-01', '2026-11-22T25:00:00Z', '11/22', '2026-11-22T08:30:00', '99999999999999'])('refuses %j', (text) => {
    const { period, problems } = readPeriod(text, undefined);
    expect([period.from, problems.length]).toEqual([null, 1]);
    expect(problems[0]?.remedy).toContain('write a day such as 2026-11-22 (UTC)');
  });

  it('never suggests what it would refuse', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9T:Z./ -]{0,24}$/), (text) => {
        const [, meant] = /^did you mean (.+?)\? /.exec(readPeriod(text, undefined).problems[0]?.remedy ?? '') ?? [];
        expect(meant === undefined ? [] : readPeriod(meant, undefined).problems).toEqual([]);
      }),
      { seed: 20_261_122, numRuns: 2_000 },
    );
  });

  it('refuses an end before its beginning', () => {
    expect(readPeriod('2026-11-23', '2026-11-22').problems).toMatchObject([{ path: '--from', message: '2026-11-23 lies after --to 2026-11-22' }]);
  });

  it.each([
    ['began and ended before', -3, -2, false],
    ['began before and ended inside', -3, 0, true],
    ['began before and is still open', -3, null, true],
    ['lasted longer than it', -3, 3, true],
    ['began inside', 0, 3, true],
    ['began after', 2, 3, false],
    ['began after and is still open', 2, null, false],
  ])('says of what %s whether it lies in it', (_, begun, ended, expected) => {
    const period = { from: noon - DAY_MS, to: noon + DAY_MS };
    expect(overlaps(period, noon + begun * DAY_MS, ended === null ? null : noon + ended * DAY_MS)).toBe(expected);
  });
});
