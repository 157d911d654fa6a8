import { expect, it } from 'vitest';
import { liveTimes } from './times.ts';

const INSTANCES = 12;

it('H26, H62: runs that are killed at random moments and gone on with lose nothing, do nothing twice and touch nothing that nobody named', { timeout: 240_000 }, async () => {
  const times = await liveTimes({ first: 1, times: 3, instances: INSTANCES, tell: () => undefined });
  expect(times.flatMap(({ seed, findings }) => findings.map(({ kind, what }) => `seed ${seed} ${kind}: ${what}`))).toEqual([]);
  expect(times.map(({ mode }) => mode)).toEqual(['recoverable', 'recoverable', 'immediate', 'immediate', 'immediate']);
  expect(times.flatMap(({ kills }) => kills).length).toBeGreaterThan(0);
});
